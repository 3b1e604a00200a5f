// Which examples the network is given: a set, how many of it, or data of one's own.

import { h, select, uniqueID } from './dom.js';
import { load, sets } from './data.js';
import { openDialog } from './dialogs.js';
import { parseData } from './paste.js';
import { largestUnits, mostInputs, withData, withExamples, withOwnData } from './actions.js';
import { counted } from './number.js';
import { notice, say } from './live.js';

/** What a text that could not be read says, with its place. */
export const pasteFault = (error) =>
  [error.message, error.line ? ` (line ${error.line}, column ${error.column})` : '',
    error.hint ? `. ${error.hint}` : ''].join('').replace(/\.?$/, '.');

const sample = `X = np.array([[0.5, -1.2, 0.3, 2.0],
              [1.0, 0.4, -0.7, 0.1]])
Y = np.array([[0, 1, 0, 1]])`;

/** Asks for data; answers `{X, Y}` in course layout, or null. */
function askForData() {
  return openDialog('Data of your own', (close) => {
    const [id, rowsID] = [uniqueID('paste'), uniqueID('rows')];
    const area = h('textarea', { id, rows: 12, spellcheck: 'false', placeholder: sample });
    const rows = h('input', { type: 'checkbox', id: rowsID });
    const fault = h('p', { class: 'fault', role: 'alert' });
    return h('form', {
      method: 'dialog',
      onsubmit(event) {
        event.preventDefault();
        fault.textContent = '';
        area.removeAttribute('aria-invalid');
        try {
          const found = parseData(area.value, { examples: rows.checked ? 'rows' : 'columns' });
          if (!found.Y) throw new Error('There are inputs X, but no targets. Write Y = before them, or name a column y in a table');
          if (found.Y.length > largestUnits) throw new Error(`Y has ${found.Y.length} rows, at most ${largestUnits} are taken`);
          if (found.X.length > mostInputs) throw new Error(`X has ${found.X.length} rows, at most ${mostInputs} are taken`);
          close(found);
        } catch (error) {
          area.setAttribute('aria-invalid', true);
          fault.textContent = pasteFault(error);
          area.focus();
        }
      },
    },
    h('p', {}, 'Paste X and Y as NumPy prints them, as JSON, or a table (CSV) with a row for each example, and its targets in a column named y or its classes in the last one. It stays on this page; only the service gets it.'),
    h('div', { class: 'field' }, h('label', { for: id }, 'X and Y'), area),
    h('p', { class: 'row small' }, rows, h('label', { for: rowsID },
      'Arrays have a row for each example, as in PyTorch and Keras')),
    fault,
    h('div', { class: 'buttons' },
      h('button', { class: 'button first' }, 'Take it'),
      h('button', { class: 'button', type: 'button', onclick: () => close() }, 'Leave it')));
  });
}

/** The fields of the data. */
export function dataFields(store) {
  const ids = { set: uniqueID('set'), count: uniqueID('count') };
  const set = select([...sets.map(({ name, title }) => [name, title]), ['own', 'My own …']], store.get().data.set, {
    id: ids.set,
    async onchange() {
      const chosen = set.value;
      if (chosen === 'own') {
        set.value = store.get().data.set;
        return pasteOwn();
      }
      const { standard } = sets.find(({ name }) => name === chosen);
      let data;
      try {
        data = await load(chosen, standard);
        notice('set', null);
      } catch {
        set.value = store.get().data.set;
        return notice('set', 'These examples could not be loaded. Is the service still running?');
      }
      store.update((state) => withData(state, chosen, data));
      say(`${data.title}: ${counted(data.X[0].length, 'example')}.`);
    },
  });
  const count = h('input', { type: 'range', id: ids.count, min: 1,
    oninput: () => store.update((state) => withExamples(state, Number(count.value), Number(count.max))) });
  const countText = h('output', { for: ids.count, class: 'count' });
  const note = h('p', { class: 'small soft note' });

  async function pasteOwn() {
    const found = await askForData();
    if (!found) return;
    store.update((state) => withOwnData(state, found.X, found.Y));
    note.textContent = found.notes?.join(' ') ?? '';
    say(`Your data: ${counted(found.X[0].length, 'example')}.`);
  }

  const element = h('div', { class: 'data-fields' },
    h('div', { class: 'row' },
      h('div', { class: 'field grow' }, h('label', { for: ids.set }, 'Data'), set),
      h('button', { class: 'button paste', type: 'button', onclick: pasteOwn }, 'Paste your own')),
    h('div', { class: 'field' },
      h('label', { for: ids.count }, 'Examples m ', countText), count),
    note);

  function show({ data }) {
    const known = sets.find(({ name }) => name === data.set);
    set.value = data.set;
    count.max = known?.maximum ?? data.own?.X[0].length ?? 1;
    count.value = data.examples;
    countText.textContent = String(data.examples);
    if (known) note.textContent = known.note;
    else if (!note.textContent || sets.some((one) => one.note === note.textContent)) note.textContent = 'Data that were pasted.';
  }
  show(store.get());
  return { element, show };
}
