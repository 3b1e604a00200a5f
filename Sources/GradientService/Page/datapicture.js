// What the examples look like: points in a plane, images, or plain arrays.

import { h, s } from './dom.js';
import { cellSize, heat } from './heat.js';
import { signedColour } from './colours.js';
import { counted, format } from './number.js';
import { fromLists, most } from './tensors.js';
import { hideTip, showTip } from './tip.js';

const classOf = (Y, example) => (Y.length === 1 ? Math.round(Y[0][example]) : Y.findIndex((row) => row[example] === 1));

/** Two inputs: a point for an example; a class has a colour and a shape. */
function scatter({ X, Y }) {
  const [low, high] = X.flat().reduce(([least, greatest], x) => [Math.min(least, x), Math.max(greatest, x)], [Infinity, -Infinity]);
  const middle = (low + high) / 2;
  const half = (high - low) / 2 || 1;
  const at = (value) => 100 + (88 * (value - middle)) / half;
  const shapes = X[0].map((x, example) => {
    const [cx, cy] = [at(x), 200 - at(X[1][example])];
    const one = classOf(Y, example) === 1;
    const shape = one
      ? s('rect', { x: cx - 3, y: cy - 3, width: 6, height: 6, class: 'one' })
      : s('circle', { cx, cy, r: 3.3, class: 'zero' });
    shape.addEventListener('pointermove', (event) => showTip(event.clientX, event.clientY,
      h('div', {}, `example ${example + 1}: x = (${format(x, 3)}, ${format(X[1][example], 3)})`),
      h('div', {}, `y = ${Y.map((row) => row[example]).join(', ')}`)));
    shape.addEventListener('pointerleave', hideTip);
    return shape;
  });
  return h('figure', { class: 'data-picture' },
    s('svg', { viewBox: '0 0 200 200', class: 'scatter', role: 'img',
      'aria-label': `${counted(X[0].length, 'point')} in the plane of the two inputs` },
      s('line', { x1: 0, x2: 200, y1: 200 - at(0), y2: 200 - at(0), class: 'axis' }),
      s('line', { y1: 0, y2: 200, x1: at(0), x2: at(0), class: 'axis' }), shapes),
    h('figcaption', { class: 'small soft' }, 'Each point is an example, a column of X: ',
      h('span', { class: 'key-zero' }, '○ y = 0'), ', ', h('span', { class: 'key-one' }, '■ y = 1')));
}

/** 64 inputs: images of 8 × 8. */
function images({ X, labels }) {
  const shown = Math.min(X[0].length, 24);
  return h('figure', { class: 'data-picture' },
    h('div', { class: 'images', role: 'img', 'aria-label': `The first ${counted(shown, 'image')} of ${X[0].length}` },
      Array.from({ length: shown }, (_, example) => {
        const canvas = h('canvas', { width: 8, height: 8 });
        const context = canvas.getContext('2d');
        X.forEach((row, pixel) => {
          context.fillStyle = signedColour(row[example], 1);
          context.fillRect(pixel % 8, Math.floor(pixel / 8), 1, 1);
        });
        return h('span', { class: 'image' }, canvas, labels && h('span', { class: 'small soft' }, labels[example]));
      })),
    h('figcaption', { class: 'small soft' },
      `Each image is an example: 64 inputs, a column of X. ${shown < X[0].length ? `The first ${shown} of ${X[0].length}.` : ''}`));
}

function arrays({ X, Y }) {
  const picture = (name, rows) => {
    const tensor = fromLists(name, rows);
    return heat(tensor, { most: most(tensor) || 1, cellWidth: cellSize(tensor.columns, 300),
      cellHeight: Math.min(18, cellSize(tensor.rows, 200)) });
  };
  return h('figure', { class: 'data-picture arrays' }, picture('A0', X), picture('Y', Y));
}

export function dataPicture(data) {
  if (data.X.length === 2 && data.Y.length === 1 && data.Y[0].every((y) => y === 0 || y === 1)) return scatter(data);
  if (data.X.length === 64 && data.labels) return images(data);
  return arrays(data);
}
