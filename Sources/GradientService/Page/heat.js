// A picture of an array: a cell for a number, on a signed scale. The numbers are told at the pointer and by arrow keys.

import { h } from './dom.js';
import { isDark, signedColour, signedParts } from './colours.js';
import { brief, format, shapeText } from './number.js';
import { axesOf, nameMarkup, spoken } from './names.js';
import { hideTip, showTip } from './tip.js';
import { say } from './live.js';

/** Of a larger array the first so many rows and columns are shown. */
export const mostShown = 64;

/** The size of the page's letters, to which pictures are scaled. */
export const scale = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

/** The side of a cell where `count` of them share `span` pixels. */
export const cellSize = (count, span, least = 3) =>
  Math.max(least, Math.min(30 * scale(), Math.floor(span / Math.min(Math.max(count, 1), mostShown))));

/** Where cells are too small for gaps and numbers: a pixel each, which the browser stretches. */
function paintPixels(canvas, { at, rows, columns, most, strength }) {
  [canvas.width, canvas.height] = [columns, rows];
  canvas.classList.add('pixels');
  const context = canvas.getContext('2d');
  const image = context.createImageData(columns, rows);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [red, green, blue] = signedParts(strength(at(row, column)), most);
      image.data[to++] = red;
      image.data[to++] = green;
      image.data[to++] = blue;
      image.data[to++] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

function paint(canvas, drawing) {
  const { at, rows, columns, most, cellWidth, cellHeight, strength } = drawing;
  canvas.style.width = `${columns * cellWidth}px`;
  canvas.style.height = `${rows * cellHeight}px`;
  if (Math.min(cellWidth, cellHeight) < 7) return paintPixels(canvas, drawing);
  const ratio = Math.min(3, devicePixelRatio || 1);
  canvas.width = Math.round(columns * cellWidth * ratio);
  canvas.height = Math.round(rows * cellHeight * ratio);
  const context = canvas.getContext('2d');
  context.scale(ratio, ratio);
  const written = cellWidth >= 26 && cellHeight >= 16;
  const light = document.documentElement.dataset.theme !== 'dark';
  if (written) {
    context.font = `${Math.min(12, cellWidth * 0.34)}px ${getComputedStyle(document.body).fontFamily}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
  }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = at(row, column);
      const strong = strength(value);
      const [x, y] = [column * cellWidth, row * cellHeight];
      context.fillStyle = signedColour(strong, most);
      context.fillRect(x, y, cellWidth - 1, cellHeight - 1);
      if (!written) continue;
      context.fillStyle = isDark(strong, most) ? '#ffffff' : light ? '#1b1d21' : '#0b0d10';
      context.fillText(brief(value), x + (cellWidth - 1) / 2, y + (cellHeight - 1) / 2 + 0.5);
    }
  }
}

const place = (axis, index) => axis?.replace('#', index + 1) ?? null;

/**
 * A figure of `tensor`. `most` is the size that has the strongest colour; `cellWidth` and `cellHeight` those of a cell as
 * drawn. `transposed` draws it transposed; rows and columns are told as it has them itself. `strength` is what of a number
 * is coloured, `caption` whether it is named below, `title` what it is called beside others of its name.
 * Fires `cell` with `{row, column}` as drawn, or null, for what the pointer or the keys are on, and `pick` with the tensor's
 * own row and column for what is clicked.
 */
export function heat(tensor, {
  most, cellWidth, cellHeight, transposed = false, layout = 'course', caption = true, title = null, strength = (value) => value,
}) {
  const { name, data, shape } = tensor;
  const [tall, wide] = transposed ? [tensor.columns, tensor.rows] : [tensor.rows, tensor.columns];
  const [rows, columns] = [Math.min(tall, mostShown), Math.min(wide, mostShown)];
  const at = transposed
    ? (row, column) => data[column * tensor.columns + row]
    : (row, column) => data[row * tensor.columns + column];
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  const mark = h('div', { class: 'mark', hidden: true });
  const part = rows < tall || columns < wide
    ? `the first ${[rows < tall && `${rows} of ${tall} rows`, columns < wide && `${columns} of ${wide} columns`].filter(Boolean).join(', ')}`
    : null;
  let [low, high, isWhole] = [Infinity, -Infinity, true];
  for (const value of data) {
    isWhole &&= !Number.isNaN(strength(value));
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const frame = h('div', {
    class: 'frame', tabindex: 0, role: 'application', 'aria-roledescription': 'picture of numbers',
    'aria-label': `${title ? `${title}, ` : ''}${spoken(name)}${transposed ? ', transposed' : ''}: ${shapeText(shape)}${low <= high ? `, from ${format(low, 3)} to ${format(high, 3)}` : ''}. Arrow keys read the numbers.`,
  }, canvas, mark);
  const draw = () => paint(canvas, { at, rows, columns, most, cellWidth, cellHeight, strength });
  draw();

  const [rowAxis, columnAxis] = axesOf(name, layout);
  let cell = null;
  function pointAt(next, x, y, aloud = false) {
    if (!next) {
      cell = null;
      hideTip();
      figure.show(null);
    } else {
      const [row, column] = transposed ? [next.column, next.row] : [next.row, next.column];
      const where = [place(rowAxis, row), place(columnAxis, column)].filter(Boolean).join(', ');
      const value = format(at(next.row, next.column), 6);
      showTip(x, y, nameMarkup(name), ' ', h('strong', {}, value), where && h('div', {}, where));
      if (aloud) say(`${where || name}: ${value}`);
      cell = next;
      figure.show({ rows: [next.row, next.row + 1], columns: [next.column, next.column + 1] });
    }
    figure.dispatchEvent(new CustomEvent('cell', { detail: next }));
  }
  frame.addEventListener('pointermove', (event) => {
    const box = canvas.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top) / cellHeight);
    const column = Math.floor((event.clientX - box.left) / cellWidth);
    if (row < 0 || column < 0 || row >= rows || column >= columns) return pointAt(null);
    if (!cell || cell.row !== row || cell.column !== column) pointAt({ row, column }, event.clientX, event.clientY);
  });
  const pick = () => cell && figure.dispatchEvent(new CustomEvent('pick', {
    bubbles: true, detail: { name, row: transposed ? cell.column : cell.row,
      column: transposed ? cell.row : cell.column },
  }));
  frame.addEventListener('click', pick);
  frame.addEventListener('pointerleave', () => pointAt(null));
  frame.addEventListener('blur', () => pointAt(null));
  frame.addEventListener('keydown', (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter') pick();
    if (event.key === 'Escape') pointAt(null);
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    const row = Math.min(rows - 1, Math.max(0, cell ? cell.row + move[0] : 0));
    const column = Math.min(columns - 1, Math.max(0, cell ? cell.column + move[1] : 0));
    const box = canvas.getBoundingClientRect();
    pointAt({ row, column }, box.left + column * cellWidth, box.top + row * cellHeight, true);
  });

  const figure = h('figure', { class: 'heat', 'data-tensor': name },
    frame,
    caption && h('figcaption', {}, nameMarkup(name, { transposed }), h('br'),
      shapeText(transposed ? [...shape].reverse() : shape)),
    part && h('span', { class: 'part' }, part),
    !isWhole && h('span', { class: 'part' }, 'grey: no number'));
  /** Marks a range of cells as drawn; null none. */
  figure.show = (range) => {
    mark.hidden = !range;
    if (!range) return;
    mark.style.left = `${range.columns[0] * cellWidth}px`;
    mark.style.top = `${range.rows[0] * cellHeight}px`;
    mark.style.width = `${(Math.min(range.columns[1], columns) - range.columns[0]) * cellWidth}px`;
    mark.style.height = `${(Math.min(range.rows[1], rows) - range.rows[0]) * cellHeight}px`;
  };
  figure.redraw = draw;
  figure.extent = { rows, columns, width: columns * cellWidth };
  return figure;
}

/** The scale from −most to most. */
export function legend(most) {
  const canvas = h('canvas', { width: 193, height: 1, 'aria-hidden': 'true' });
  const draw = () => {
    const context = canvas.getContext('2d');
    for (let x = 0; x < 193; x++) {
      context.fillStyle = signedColour((x - 96) / 96, 1);
      context.fillRect(x, 0, 1, 1);
    }
  };
  draw();
  const element = h('div', { class: 'legend', role: 'img',
    'aria-label': `Colours from ${format(-most, 3)} over 0 to ${format(most, 3)}` },
    canvas, h('span', {}, format(-most, 3)), h('span', {}, '0'), h('span', {}, format(most, 3)));
  element.redraw = draw;
  return element;
}

/** The numbers of a tensor as a table; of a large one a part. `title` tells it from others of its name. */
export function numberTable(tensor, layout = 'course', limit = 16, title = null) {
  const { name, rows, columns, data } = tensor;
  const [tall, wide] = [Math.min(rows, limit), Math.min(columns, limit)];
  const [rowAxis] = axesOf(name, layout);
  const cut = tall < rows || wide < columns ? `, the first ${tall} × ${wide}` : '';
  return h('div', { class: 'numbers-box', tabindex: 0, role: 'region', 'aria-label': `Numbers of ${name}${title ? `, ${title}` : ''}` },
    h('table', { class: 'numbers' },
      h('caption', {}, nameMarkup(name), ` ${shapeText(tensor.shape)}${cut}`),
      h('thead', {}, h('tr', {}, h('td'), Array.from({ length: wide }, (_, column) =>
        h('th', { scope: 'col' }, `${column + 1}`)))),
      h('tbody', {}, Array.from({ length: tall }, (_, row) => h('tr', {},
        h('th', { scope: 'row' }, rowAxis ? `${rowAxis.split(' ')[0]} ${row + 1}` : `${row + 1}`),
        Array.from({ length: wide }, (__, column) => h('td', {}, format(data[row * columns + column], 4))))))));
}
