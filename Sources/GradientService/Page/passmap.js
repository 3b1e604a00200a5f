// The map of both passes: each array above its derivative, forward along the top, back along the bottom.

import { h } from './dom.js';
import { nameMarkup, spoken } from './names.js';

const badge = () => h('span', { class: 'fraction badge', 'aria-hidden': 'true' }, h('span', {}, '1'),
  h('span', {}, 'm'));

/** Which columns each layer has: parameters first, then what comes of them. */
function columnsOf(trace, depth) {
  const groups = [{ title: 'inputs', columns: ['A0'] }];
  const results = new Set(trace.map((step) => step.result.name));
  for (let layer = 1; layer <= depth; layer++) {
    const columns = [`b${layer}`, `W${layer}`, `Z${layer}`, `A${layer}`];
    if (results.has(`dW${layer}_data`)) columns.splice(2, 0, `W${layer}_data`);
    groups.push({ title: `layer ${layer}`, columns });
  }
  groups.push({ title: 'cost', columns: ['L', results.has('R') && 'R', 'J'].filter(Boolean) });
  return groups;
}

/** The steps as buttons; `go(index)` is called of one that is pressed. `show(index)` marks where one is. */
export function passMap(trace, activations, go) {
  const buttons = new Map();
  const chip = (name) => {
    const index = trace.findIndex((step) => step.result.name === name);
    if (index < 0) return null;
    const step = trace[index];
    const marked = step.factor?.as === '1/m';
    const button = h('button', {
      type: 'button', class: 'chip', tabindex: -1, 'data-index': index, 'data-name': name,
      'aria-label': `Step ${index + 1}: ${spoken(name)}${marked ? ', with 1 over m' : ''}`,
      onclick: () => go(index),
    }, marked && badge(), nameMarkup(name));
    buttons.set(index, button);
    return button;
  };
  const given = (name) => h('span', { class: 'chip given', title: `${spoken(name)}: given` }, nameMarkup(name));

  const groups = columnsOf(trace, activations.length).map(({ title, columns }, index) => h('div', { class: 'group' },
    h('div', { class: 'group-title' }, title, activations[index - 1] && h('span', { class: 'soft' },
      ` · ${activations[index - 1]}`)),
    h('div', { class: 'lanes' }, columns.map((name) => h('div', { class: 'pair' },
      h('div', { class: 'cell' }, name.includes('_') ? null : chip(name) ?? given(name)),
      h('div', { class: 'cell' }, chip(`d${name}`)))))));

  const element = h('div', { class: 'map', role: 'group', 'aria-label': 'Steps of both passes' },
    h('div', { class: 'lane-names', 'aria-hidden': 'true' }, h('span', {}, 'forward →'), h('span', {}, '← back')),
    groups);
  return {
    element,
    show(current) {
      for (const [index, button] of buttons) {
        button.classList.toggle('done', index < current);
        if (index === current) {
          button.setAttribute('aria-current', 'step');
          const [left, right] = [button.offsetLeft - element.offsetLeft,
            button.offsetLeft - element.offsetLeft + button.offsetWidth];
          if (left < element.scrollLeft + 60 || right > element.scrollLeft + element.clientWidth - 20) {
            element.scrollLeft = left - element.clientWidth / 2;
          }
        } else button.removeAttribute('aria-current');
      }
    },
  };
}
