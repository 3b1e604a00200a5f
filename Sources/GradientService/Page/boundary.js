// What a network says of every point of the plane, and the examples on it.

import { h } from './dom.js';
import { signedColour } from './colours.js';
import { format } from './number.js';
import { hideTip, showTip } from './tip.js';
import { contour } from './contour.js';

const side = 44; // points of the grid, each way
// Okabe and Ito's colours, which all eyes tell apart; of more than two classes.
const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#f0e442', '#999999'];

/** The grid over the plane of the inputs, a tenth wider than the examples lie, and the examples after it. */
export function planeOf(X) {
  const [first, second] = X.map((row) => {
    const [low, high] = [row.reduce((a, b) => Math.min(a, b)), row.reduce((a, b) => Math.max(a, b))];
    const room = (high - low || 1) * 0.1;
    return Array.from({ length: side }, (_, i) => low - room + ((high - low || 1) * 1.2 * i) / (side - 1));
  });
  const grid = [[], []];
  for (const y of second) for (const x of first) grid[0].push(x), grid[1].push(y);
  const rounded = (row) => row.map((x) => Number(x.toPrecision(6)));
  return { first, second, X: [rounded(grid[0]).concat(X[0]), rounded(grid[1]).concat(X[1])] };
}

/** How many examples lie on their own side, by the outputs for them. */
export function rightOnes(outputs, Y, threshold) {
  return Y[0].filter((_, i) => (Y.length === 1
    ? (outputs[0][i] > threshold) === (Y[0][i] > threshold)
    : winner(outputs, i) === winner(Y, i))).length;
}

function winner(rows, i) {
  return rows.reduce((best, row, k) => (row[i] > rows[best][i] ? k : best), 0);
}

/** A picture; `update({plane, outputs, X, Y, threshold, title})` draws it. */
export function boundary() {
  const canvas = h('canvas', { class: 'plane', role: 'img', 'aria-label': 'Nothing yet' });
  const caption = h('figcaption', { class: 'small soft' });
  const table = h('div', { class: 'numbers-box' });
  const details = h('details', { class: 'small' }, h('summary', {}, 'Numbers'), table);
  const element = h('figure', { class: 'plane-box' }, canvas, caption, details);
  let shown = null;

  function update(next) {
    shown = next;
    draw();
    const m = next.X[0].length;
    const right = rightOnes(next.outputs.map((row) => row.slice(side * side)), next.Y, next.threshold);
    const text = `${right} of ${m} examples on the right side`;
    caption.textContent = `${next.title}: ${text}`;
    canvas.setAttribute('aria-label', `Decision boundary. ${next.title}: ${text}.`);
    if (details.open) fillTable();
  }

  function draw() {
    if (!shown || !canvas.isConnected) return;
    const size = Math.round((canvas.clientWidth || 300) * Math.min(devicePixelRatio || 1, 2));
    canvas.width = canvas.height = size;
    const context = canvas.getContext('2d');
    const small = new OffscreenCanvas(side, side);
    paintPlane(small.getContext('2d'), shown);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'high';
    // Half a cell is cut off at each side, so that the middles of the outer ones lie on the edges.
    context.drawImage(small, 0.5, 0.5, side - 1, side - 1, 0, 0, size, size);
    drawContour(context, size);
    drawExamples(context, size);
  }

  function drawContour(context, size) {
    if (shown.outputs.length > 1) return;
    context.strokeStyle = getComputedStyle(canvas).color;
    context.lineWidth = Math.max(1.5, size / 260);
    context.beginPath();
    for (const [x1, y1, x2, y2] of contour(shown.outputs[0], side, shown.threshold)) {
      context.moveTo((x1 / (side - 1)) * size, (1 - y1 / (side - 1)) * size);
      context.lineTo((x2 / (side - 1)) * size, (1 - y2 / (side - 1)) * size);
    }
    context.stroke();
  }

  function drawExamples(context, size) {
    const { plane: { first, second }, X, Y } = shown;
    const r = Math.max(3, size / 90);
    for (let i = 0; i < X[0].length; i += 1) {
      const x = ((X[0][i] - first[0]) / (first.at(-1) - first[0])) * size;
      const y = (1 - (X[1][i] - second[0]) / (second.at(-1) - second[0])) * size;
      const label = Y.length === 1 ? Number(Y[0][i] > shown.threshold) : winner(Y, i);
      context.beginPath();
      if (label % 2 === 0) context.arc(x, y, r, 0, 2 * Math.PI);
      else context.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
      context.fillStyle = Y.length === 1 ? signedColour(label ? 1 : -1, 1) : palette[label % palette.length];
      context.strokeStyle = '#fff';
      context.lineWidth = r * 0.45;
      context.stroke();
      context.fill();
    }
  }

  canvas.addEventListener('pointermove', (event) => {
    if (!shown) return;
    const box = canvas.getBoundingClientRect();
    const place = (share) => Math.min(side - 1, Math.max(0, Math.round(share * (side - 1))));
    const column = place((event.clientX - box.left) / box.width);
    const row = place(1 - (event.clientY - box.top) / box.height);
    const outputs = shown.outputs.map((values) => format(values[row * side + column], 3)).join(', ');
    showTip(event.clientX, event.clientY, h('div', {}, `x₁ ${format(shown.plane.first[column], 3)}, x₂ ${format(shown.plane.second[row], 3)}`), h('strong', {}, `output ${outputs}`));
  });
  canvas.addEventListener('pointerleave', hideTip);
  document.addEventListener('themechange', draw);
  new ResizeObserver(draw).observe(canvas);
  details.addEventListener('toggle', () => { if (details.open && shown) fillTable(); });

  function fillTable() {
    const { X, Y, outputs } = shown;
    const names = (rows, letter) => rows.map((_, k) => (rows.length === 1 ? letter : `${letter}${k + 1}`));
    const rows = X[0].map((_, i) => [...X.map((row) => row[i]), ...Y.map((row) => row[i]), ...outputs.map((row) => row[side * side + i])]);
    table.replaceChildren(h('table', { class: 'numbers' },
      h('caption', {}, rows.length > 100 ? 'The first 100 examples, and what the network says of them' : 'The examples, and what the network says of them'),
      h('thead', {}, h('tr', {}, ['', 'x1', 'x2', ...names(Y, 'y'), ...names(Y, 'a')].map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, rows.slice(0, 100).map((row, i) => h('tr', {}, h('th', { scope: 'row' }, String(i + 1)), row.map((value) => h('td', {}, format(value))))))));
  }

  return { element, update };
}

function paintPlane(context, { outputs, threshold, span }) {
  const image = context.createImageData(side, side);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const i = row * side + column;
      // Rows of a picture go down, those of the plane up.
      const at = 4 * ((side - 1 - row) * side + column);
      const [r, g, b, a] = outputs.length === 1 ? signedPixel(outputs[0][i] - threshold, span) : classPixel(outputs, i);
      image.data.set([r, g, b, a], at);
    }
  }
  context.putImageData(image, 0, 0);
}

function signedPixel(value, span) {
  // Lighter than the examples, which lie on it.
  const [r, g, b] = signedColour(Math.max(-span, Math.min(span, value)) * 0.62, span).match(/\d+/g).map(Number);
  return [r, g, b, 255];
}

function classPixel(outputs, i) {
  const best = winner(outputs, i);
  const colour = palette[best % palette.length];
  const share = Math.max(0, Math.min(1, outputs[best][i]));
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)).concat(Math.round(40 + 150 * share));
}
