// How arrays are called, and what their axes are.

import { h } from './dom.js';

/** dW2 as dW with a raised [2], as the course writes it. */
export function nameMarkup(name, { transposed = false } = {}) {
  const [, stem, index, part] = /^([A-Za-z]+)(\d+)?(_[a-z]+)?$/.exec(name) ?? [null, name];
  return h('span', { class: 'name' }, stem,
    index !== undefined && h('sup', {}, `[${index}]`, transposed && 'T'),
    index === undefined && transposed && h('sup', {}, 'T'),
    part && h('sub', {}, part.slice(1)));
}

/** What a row and a column of it are, with # for its number. */
export function axesOf(name, layout) {
  const [, stem, digits] = /^d?([A-Za-z]+?)(\d+)?(_[a-z]+)?$/.exec(name) ?? [];
  const index = Number(digits);
  const unit = index === 0 ? 'input #' : 'unit #';
  if (stem === 'L') return [null, 'example #'];
  if (stem === 'W') {
    const axes = [`unit # of layer ${index}`, index === 1 ? 'input #' : `unit # of layer ${index - 1}`];
    return layout === 'keras' ? axes.reverse() : axes;
  }
  if (stem === 'b') return layout === 'course' ? ['unit #', null] : [null, 'unit #'];
  if (stem === 'Y') return layout === 'course' ? ['output #', 'example #'] : ['example #', 'output #'];
  if (['Z', 'A'].includes(stem)) return layout === 'course' ? [unit, 'example #'] : ['example #', unit];
  return [null, null];
}

const inWords = {
  W: 'weights', b: 'biases', Z: 'weighted sums', A: 'activations', L: 'losses', J: 'cost', Y: 'targets', R: 'penalty',
};

/** dW2 in words, for those who cannot see it. */
export function spoken(name) {
  const [, d, stem, index] = /^(d?)([A-Z]|b)(\d+)?/.exec(name) ?? [];
  if (name === 'A0') return 'A0, the inputs X';
  if (name === 'dA0') return 'dA0, derivative with respect to the inputs';
  if (!stem) return name;
  const of = index ? ` of layer ${index}` : '';
  return d ? `${name}, derivative with respect to the ${inWords[stem]}${of}` : `${name}, ${inWords[stem]}${of}`;
}
