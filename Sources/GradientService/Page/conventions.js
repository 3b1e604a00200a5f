// The switches that move the 1/m and turn the arrays.

import { h, uniqueID } from './dom.js';

export const conventionWords = {
  loss: {
    short: 'of each example’s own loss',
    long: 'dZ and dA are derivatives of each example’s own loss Lᵢ, dW and db of the cost J: the 1/m stands in dW and db. As in the course’s notes.',
  },
  cost: {
    short: 'of the cost J',
    long: 'Everything is a derivative of the cost J: the 1/m comes in once, at the output, in dA and dZ of the last layer. As in a derivation from J.',
  },
  sum: {
    short: 'of the sum of the losses',
    long: 'Everything is a derivative of Σ Lᵢ: there is no 1/m. As in gradients that are added up over shards.',
  },
};

const layouts = {
  course: 'One column an example; W is outputs × inputs.',
  pytorch: 'One row an example; W is outputs × inputs, b is flat.',
  keras: 'One row an example; W is inputs × outputs, b is flat.',
};

/** Radio buttons in one frame. */
export function choice(legend, options, chosen, onchoose) {
  const name = uniqueID('choice');
  return h('fieldset', { class: 'choice' }, h('legend', {}, legend),
    h('div', { class: 'options' }, options.map((value) => h('label', {},
      h('input', { type: 'radio', name, value, checked: value === chosen, 'data-key': `${legend}-${value}`,
        onchange: () => onchoose(value) }),
      h('span', {}, value)))));
}

/** The two switches; `show(state)` follows the state. */
export function conventionSwitch(store) {
  const convention = choice('Derivatives: which convention?', Object.keys(conventionWords), store.get().convention,
    (value) => store.update({ convention: value }));
  const layout = choice('Layout of the arrays', Object.keys(layouts), store.get().layout,
    (value) => store.update({ layout: value }));
  const sentence = h('p', { class: 'sentence' });
  const change = h('p', { class: 'flips' });
  const layoutSentence = h('p', { class: 'small soft' });
  const element = h('div', { class: 'card conventions' },
    h('div', { class: 'convention-main' }, convention, h('div', { class: 'told' }, sentence, change)),
    h('div', { class: 'convention-side' }, layout, layoutSentence));
  return {
    element,
    /** What the last flip has changed, or nothing. */
    showChange: (...words) => change.replaceChildren(...words),
    show(state) {
      for (const [field, value] of [[convention, state.convention], [layout, state.layout]]) {
        field.querySelector(`input[value="${value}"]`).checked = true;
      }
      const parts = conventionWords[state.convention].long.split('1/m');
      const overM = () => h('span', { class: 'over-m' }, '1/m');
      sentence.replaceChildren(...parts.flatMap((part, index) => (index ? [overM(), part] : [part])));
      layoutSentence.textContent = layouts[state.layout];
    },
  };
}
