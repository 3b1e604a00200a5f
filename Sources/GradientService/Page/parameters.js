// The network's numbers, to be read and changed.

import { h, uniqueID } from './dom.js';
import { openDialog } from './dialogs.js';
import { pasteFault } from './dataset.js';
import { TextReader, readArray } from './paste-arrays.js';
import { transposed } from './request.js';
import { toLists } from './tensors.js';
import { nameMarkup } from './names.js';

/** More numbers than these are shown as text. */
const mostFields = 120;

/** The parameters of a lesson in course layout: `[{W, b}, …]`. */
export function parametersOf({ tensors, state }) {
  return state.network.layers.map((_, index) => {
    const W = toLists(tensors.get(`W${index + 1}`));
    return { W: state.layout === 'keras' ? transposed(W) : W,
      b: [...tensors.get(`b${index + 1}`).data].map((value) => [value]) };
  });
}

function fieldTable(name, rows, columnName) {
  const inputs = rows.map((row, i) => row.map((value, j) => h('input', {
    type: 'number', step: 'any', value: String(value), required: true,
    'aria-label': `${name}, row ${i + 1}, column ${j + 1}`,
  })));
  return {
    element: h('div', { class: 'numbers-box', tabindex: 0, role: 'region', 'aria-label': name },
      h('table', { class: 'numbers' },
      h('thead', {}, h('tr', {}, h('td'), rows[0].map((_, j) => h('th', { scope: 'col' },
        columnName ? `${columnName} ${j + 1}` : '')))),
      h('tbody', {}, inputs.map((row, i) => h('tr', {}, h('th', { scope: 'row' }, `unit ${i + 1}`),
        row.map((input) => h('td', {}, input))))))),
    read: () => inputs.map((row) => row.map((input) => Number(input.value))),
  };
}

function textField(name, rows) {
  const area = h('textarea', { rows: 6, spellcheck: 'false', 'aria-label': name, value: JSON.stringify(rows) });
  return {
    element: area,
    read() {
      area.removeAttribute('aria-invalid');
      try {
        const found = readArray(new TextReader(area.value.trim()));
        const same = Array.isArray(found) && found.length === rows.length
          && found.every((row) => Array.isArray(row) && row.length === rows[0].length);
        if (!same) throw new Error(`${name} must be ${rows.length} × ${rows[0].length}`);
        return found;
      } catch (error) {
        area.setAttribute('aria-invalid', true);
        area.focus();
        throw error;
      }
    },
  };
}

/** Shows `parameters` and answers those that they were changed to; null where they were left, 'drawn' to draw them anew. */
export function editParameters(parameters) {
  return openDialog('The numbers of the network', (close) => {
    const fault = h('p', { class: 'fault', role: 'alert' });
    const fields = parameters.map(({ W, b }, index) => {
      const of = (name, rows, columnName) => {
        const few = rows.length * rows[0].length <= mostFields;
        return few ? fieldTable(name, rows, columnName) : textField(name, rows);
      };
      return { W: of(`W${index + 1}`, W, index ? 'from' : 'input'), b: of(`b${index + 1}`, b, '') };
    });
    return h('form', {
      method: 'dialog', id: uniqueID('numbers'),
      onsubmit(event) {
        event.preventDefault();
        fault.textContent = '';
        try {
          close(fields.map(({ W, b }) => ({ W: W.read(), b: b.read() })));
        } catch (error) {
          fault.textContent = pasteFault(error);
        }
      },
    },
    h('p', { class: 'soft' }, 'In the course’s layout: a row of W for each unit, a column for each unit before.'),
    fields.map(({ W, b }, index) => h('section', { class: 'parameter-layer' },
      h('h3', {}, `Layer ${index + 1}`),
      h('div', { class: 'parameter-arrays' },
        h('div', {}, h('p', { class: 'array-name' }, nameMarkup(`W${index + 1}`)), W.element),
        h('div', {}, h('p', { class: 'array-name' }, nameMarkup(`b${index + 1}`)), b.element)))),
    fault,
    h('div', { class: 'buttons' },
      h('button', { class: 'button first' }, 'Take these'),
      h('button', { class: 'button', type: 'button', onclick: () => close('drawn') }, 'Draw them anew from the seed'),
      h('button', { class: 'button', type: 'button', onclick: () => close() }, 'Leave it')));
  }, { 'data-keep': '' });
}
