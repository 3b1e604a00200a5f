// A step as an equation of pictures: the result, and what it is made of, cells of one axis as long everywhere.

import { h } from './dom.js';
import { cellSize, heat, mostShown, scale } from './heat.js';
import { operationName, piecesOf } from './formula.js';
import { nameMarkup } from './names.js';
import { format, shapeText } from './number.js';
import { kindOf, most } from './tensors.js';

/** The strongest number of a tensor in `loss` and in `cost`, so that colours stay comparable when one is taken for the other. */
export function mostEver(tensor, meaning) {
  const times = meaning?.[kindOf(tensor.name)]?.times;
  return most(tensor) * (times ? Math.max(1, times.loss, times.cost) : 1);
}

/** The scale of a step: that of the strongest number in its result and operands. */
export const scaleOf = (step, { tensors, meaning }) =>
  Math.max(...[step.result, ...step.operands].map(({ name }) => {
    const tensor = tensors.get(name);
    return tensor && name !== 'J' && name !== 'R' ? mostEver(tensor, meaning) : 0;
  })) || 1;

const fraction = (over, under, marked) =>
  h('span', { class: marked ? 'fraction big' : 'fraction big plain', role: 'img', 'aria-label': `${over} over ${under}` },
    h('span', { 'aria-hidden': 'true' }, over), h('span', { 'aria-hidden': 'true' }, under));

function operator(text) {
  const parts = text.split(/(\([^()]+\/[^()]+\))/).filter((part) => part.trim());
  return parts.map((part) => {
    const [, over, under] = /^\(([^()/]+)\/([^()]+)\)$/.exec(part) ?? [];
    return over ? fraction(over, under, over === '1' && under === 'm')
      : h('span', { class: 'operator' }, part.replace(/Σᵢ ?/, 'Σᵢ ').trim());
  });
}

function single(tensor) {
  return h('figure', { class: 'heat', 'data-tensor': tensor.name },
    h('output', { class: 'single' }, format(tensor.data[0], 6)),
    h('figcaption', {}, nameMarkup(tensor.name), h('br'), 'one number'));
}

/** What of each operand goes into the cell of the result that is pointed at. */
function linkCells(result, operands, pieces) {
  if (!result.extent) return;
  const texts = (pieces ?? []).map((piece) => piece.text ?? '');
  const sums = texts.some((text) => text.includes('Σ'));
  const factors = [];
  (pieces ?? []).forEach((piece, index) => {
    if (piece.text?.trim() === '·' && pieces[index - 1]?.name && pieces[index + 1]?.name) {
      factors.push([pieces[index - 1].name, pieces[index + 1].name]);
    }
  });
  result.addEventListener('cell', ({ detail: cell }) => {
    for (const { name, figure } of operands) {
      if (!figure.show) continue;
      if (!cell) {
        figure.show(null);
        continue;
      }
      const { rows, columns } = figure.extent;
      const one = (length, index) => (length === 1 ? [0, 1] : [index, index + 1]);
      if (factors[0]?.[0] === name) figure.show({ rows: one(rows, cell.row), columns: [0, columns] });
      else if (factors[0]?.[1] === name) figure.show({ rows: [0, rows], columns: one(columns, cell.column) });
      else if (sums) {
        figure.show(result.extent.rows === rows
          ? { rows: one(rows, cell.row), columns: [0, columns] }
          : { rows: [0, rows], columns: one(columns, cell.column) });
      } else figure.show({ rows: one(rows, cell.row), columns: one(columns, cell.column) });
    }
  });
}

/** How many pixels an axis gets so that all pictures stand in one line of `width`, if that is possible. */
function spanFor(shapes, width, operators) {
  const wanted = 300 * scale();
  const least = Math.min(width - 40, 150 * scale());
  const room = width - operators * 34 * scale();
  for (let span = wanted; span > least; span -= 10) {
    const total = shapes.reduce((sum, columns) => sum + Math.min(columns, mostShown) * cellSize(columns, span), 0);
    if (total <= room) return span;
  }
  return width < 520 ? Math.min(wanted, width - 60) : least;
}

/** The pictures of `step` in `width` pixels; `context` has `tensors`, `meaning`, `layout`, and `activation` of the layer. */
export function equation(step, context, width) {
  const { tensors, layout, activation } = context;
  const strongest = scaleOf(step, context);
  const pieces = piecesOf(step);
  const shown = pieces ?? step.operands.map(({ name }) => ({ name, transposed: false }));
  const columnsOf = ({ name, transposed }) => {
    const tensor = tensors.get(name);
    return transposed ? tensor.rows : tensor.columns;
  };
  const named = shown.filter((piece) => piece.name && tensors.has(piece.name));
  const span = spanFor([columnsOf(step.result), ...named.map(columnsOf)], width, shown.length + 1);
  const picture = ({ name, transposed = false }) => {
    const tensor = tensors.get(name);
    if (!tensor) return h('span', { class: 'operator' }, name);
    if (!tensor.shape.length) return single(tensor);
    const [rows, columns] = transposed ? [tensor.columns, tensor.rows] : [tensor.rows, tensor.columns];
    return heat(tensor, {
      most: strongest, transposed, layout, cellWidth: cellSize(columns, span), cellHeight: cellSize(rows, span),
    });
  };
  const result = picture(step.result);
  result.classList.add('result');
  const operands = [];
  const drawn = (piece) => {
    const figure = picture(piece);
    operands.push({ name: piece.name, figure });
    return figure;
  };
  let line;
  if (pieces) {
    line = [result, h('span', { class: 'operator' }, '='), pieces.map((piece) => (piece.name ? drawn(piece) : operator(piece.text)))];
  } else {
    const factor = step.factor?.as === '1/m' ? [fraction('1', 'm', true), h('span', { class: 'operator' }, '·')] : null;
    const arrow = h('span', { class: 'flow-arrow' },
      h('span', { class: 'flow-name' }, operationName(step, activation)),
      h('span', { class: 'flow-line', 'aria-hidden': 'true' }),
      h('span', { class: 'flow-shape' }, shapeText(step.result.shape)));
    line = [named.map((piece, index) => [index > 0 && h('span', { class: 'operator' }, ','), drawn(piece)]), arrow, factor, result];
  }
  linkCells(result, operands, pieces);
  return h('div', { class: 'equation' }, line);
}
