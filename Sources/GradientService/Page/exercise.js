// Texts to begin with: the problem as NumPy arrays, and derivatives as somebody may have computed them.

import { transposed } from './request.js';
import { toLists } from './tensors.js';

const array = (rows) => `np.array([${rows.map((row) => `[${row.join(', ')}]`).join(',\n               ')}])`;

/** X, Y and the parameters in course layout, for those who want to compute the derivatives themselves. */
export function startOf({ data, state, tensors }) {
  const { layers } = state.network;
  const lines = ['import numpy as np', '', `X = ${array(data.X)}`, `Y = ${array(data.Y)}`];
  layers.forEach((layer, index) => {
    const W = toLists(tensors.get(`W${index + 1}`));
    lines.push(`W${index + 1} = ${array(state.layout === 'keras' ? transposed(W) : W)}`,
      `b${index + 1} = ${array([...tensors.get(`b${index + 1}`).data].map((value) => [value]))}  # layer ${index + 1}: ${layer.activation}`);
  });
  const names = layers.map((_, index) => layers.length - index).flatMap((l) => [`dZ${l}`, `dW${l}`, `db${l}`]);
  lines.push('', `m = X.shape[1]  # the loss: ${state.loss}`,
    '# Your way back comes here. Then print what you have, and paste it:', '',
    ...names.map((name) => `# print("${name} =", ${name}.tolist())`));
  return `${lines.join('\n')}\n`;
}

/** Eight digits, as NumPy prints them. */
const rounded = (_, part) => (typeof part === 'number' ? Number(part.toPrecision(8)) : part);
const printed = (name, value) => `${name} = ${JSON.stringify(value, rounded)}`;

function scaled(value, factor) {
  return Array.isArray(value) ? value.map((part) => scaled(part, factor)) : value * factor;
}

/** Mistakes to try: what of which derivatives is multiplied by what. */
export const mistakes = [
  { label: '1/m twice in dW', factor: (m) => 1 / m, of: /^dW/ },
  { label: '1/m forgotten', factor: (m) => m, of: /^d[Wb]/ },
  { label: 'the sign turned', factor: () => -1, of: /^d/ },
  { label: 'all right', factor: () => 1, of: /^d/ },
];

/** So many numbers can be read and sent at once; of larger networks the last layers are enough. */
const mostNumbers = 50000;

/** The derivatives of a lesson as text, with a mistake made in them. */
export function submissionWith({ factor, of }, { answer, state, tensors }) {
  const m = answer.meaning.denominator;
  const depth = state.network.layers.length;
  const layers = Array.from({ length: depth }, (_, index) => depth - index);
  const names = layers.flatMap((layer) => [`dZ${layer}`, `dW${layer}`, `db${layer}`]);
  let numbers = 0;
  const small = names.filter((name) => (numbers += tensors.get(name).data.length) <= mostNumbers);
  return (small.length ? small : names.slice(0, 1))
    .map((name) => printed(name, scaled(toLists(tensors.get(name)), of.test(name) ? factor(m) : 1))).join('\n');
}
