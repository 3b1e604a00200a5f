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
  h('span', { class: marked ? 'fraction big' : 'fraction big plain', role: 'img',
    'aria-label': `${over} over ${under}` },
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

/** The right side of a step: pieces of its formula, or its operands beside one another. */
function sideOf(step) {
  const pieces = piecesOf(step);
  return { pieces, shown: pieces ?? step.operands.map(({ name }) => ({ name, transposed: false })) };
}

function fits(step, tensors, span, width) {
  const { shown } = sideOf(step);
  const columns = [step.result, ...shown].map(({ name, transposed }) => {
    const tensor = tensors.get(name);
    return tensor ? (transposed ? tensor.rows : tensor.columns) : 0;
  });
  const operators = (shown.length + 1) * 34 * scale();
  const pixels = columns.map((count) => Math.min(count, mostShown) * cellSize(count, span));
  return operators + pixels.reduce((sum, part) => sum + part, 0) <= width;
}

/**
 * How many pixels an axis gets, so that the pictures of each step stand in one line of `width` pixels, if that is possible:
 * the same for all steps, so that an array looks the same wherever it is.
 */
export function spanOf(trace, tensors, width) {
  const wanted = 300 * scale();
  if (width < 520) return Math.min(wanted, width - 60);
  let span = wanted;
  for (const step of trace) while (span > 160 && !fits(step, tensors, span, width)) span -= 8;
  return span;
}

/** The pictures of `step`; `context` has `tensors`, `meaning`, `layout`, `span`, and `activation` of the layer. */
export function equation(step, context) {
  const { tensors, layout, activation, span } = context;
  const strongest = scaleOf(step, context);
  const { pieces, shown } = sideOf(step);
  const named = shown.filter((piece) => piece.name && tensors.has(piece.name));
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
    line = [result, h('span', { class: 'operator' }, '='),
      pieces.map((piece) => (piece.name ? drawn(piece) : operator(piece.text)))];
  } else {
    const factor = step.factor?.as === '1/m' ? [' × ', fraction('1', 'm', true)] : null;
    const arrow = h('span', { class: 'flow-arrow' },
      h('span', { class: 'flow-name' }, operationName(step, activation), factor),
      h('span', { class: 'flow-line', 'aria-hidden': 'true' }),
      h('span', { class: 'flow-shape' }, shapeText(step.result.shape)));
    const beside = named.map((piece, index) => [index > 0 && h('span', { class: 'operator' }, ','), drawn(piece)]);
    line = [beside, arrow, result];
  }
  linkCells(result, operands, pieces);
  return h('div', { class: 'equation' }, line);
}
