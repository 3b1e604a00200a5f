// The picture of the network: a circle for a unit, a line for a weight, by sign in colour and by size in width.

import { s } from './dom.js';
import { signedColour } from './colours.js';
import { format, shapeText } from './number.js';
import { most } from './tensors.js';
import { hideTip, showTip } from './tip.js';

const mostUnits = 9;
const [across, down] = [132, 36];
const top = 54;

/** Which units of a layer are drawn: all, or the first and the last with a gap between. */
function drawnUnits(count) {
  if (count <= mostUnits) return Array.from({ length: count }, (_, i) => i);
  return [0, 1, 2, 3, null, count - 3, count - 2, count - 1];
}

function columnsOf(sizes) {
  const tallest = Math.max(...sizes.map((size) => drawnUnits(size).length));
  const height = Math.max(tallest * down, 150);
  return { height, columns: sizes.map((size, layer) => {
    const units = drawnUnits(size);
    const first = top + height / 2 - ((units.length - 1) * down) / 2;
    return { size, units, x: 50 + layer * across, y: units.map((_, row) => first + row * down) };
  }) };
}

const tips = (element, text) => {
  element.addEventListener('pointermove', (event) => showTip(event.clientX, event.clientY, text()));
  element.addEventListener('pointerleave', hideTip);
  return element;
};

/**
 * The network of `sizes`. `weight(layer, unit, from)`, `bias(layer, unit)` and `units(layer, unit)` read its
 * numbers, `shapeOf(layer)` is the shape of W. `paint` shows others in their place, `show` marks where in a pass one is.
 */
export function networkGraph({ sizes, activations, weight, bias, units: valueOf, shapeOf, cost, title }) {
  const { height, columns } = columnsOf(sizes);
  const [width, bottom] = [100 + (sizes.length - 1) * across + 70, top + height + 34];
  const lines = [];
  const circles = [];
  const squares = [];
  const edgeGroups = columns.slice(1).map((column, index) => {
    const layer = index + 1;
    const group = s('g', { class: 'edges', 'data-layer': layer });
    column.units.forEach((unit, row) => columns[index].units.forEach((from, fromRow) => {
      if (unit === null || from === null) return;
      const line = s('line', { x1: columns[index].x, y1: columns[index].y[fromRow], x2: column.x, y2: column.y[row] });
      const held = { line, layer, unit, from, value: 0, of: 'W' };
      lines.push(held);
      group.append(tips(line, () => `${held.of}[${layer}] from ${from + 1} to ${unit + 1}: ${format(held.value)}`));
    }));
    return group;
  });
  const unitGroups = columns.map((column, layer) => {
    const group = s('g', { class: 'units', 'data-layer': layer });
    column.units.forEach((unit, row) => {
      const [x, y] = [column.x, column.y[row]];
      if (unit === null) {
        group.append(s('text', { x, y: y + 1, class: 'gap' }, '⋮'),
          s('text', { x, y: y + 14, class: 'tiny' }, `${column.size - 7} more`));
        return;
      }
      const circle = s('circle', { cx: x, cy: y, r: 12 });
      const held = { circle, layer, unit, value: NaN, of: 'A' };
      circles.push(held);
      const name = layer ? `unit ${unit + 1} of layer ${layer}` : `input ${unit + 1}`;
      group.append(tips(circle, () => (Number.isNaN(held.value) ? name : `${name}, ${held.of}: ${format(held.value)}`)));
      if (!layer) return;
      const square = s('rect', { x: x - 4, y: y + 8, width: 8, height: 8, rx: 1.5 });
      const of = { square, layer, unit, value: 0, of: 'b' };
      squares.push(of);
      group.append(tips(square, () => `${of.of}[${layer}] of unit ${unit + 1}: ${format(of.value)}`));
    });
    const label = layer ? activations[layer - 1] : 'inputs X';
    group.append(s('text', { x: column.x, y: bottom - 14, class: 'label' }, label));
    return group;
  });
  const arrows = columns.slice(1).map((column, index) => {
    const [from, to] = [columns[index].x + 16, column.x - 16];
    return s('g', { class: 'arrow', 'data-layer': index + 1 },
      s('line', { x1: from, y1: 30, x2: to, y2: 30 }),
      s('path', { d: `M ${to - 7} 25.5 L ${to} 30 L ${to - 7} 34.5` , class: 'ahead' }),
      s('path', { d: `M ${from + 7} 25.5 L ${from} 30 L ${from + 7} 34.5`, class: 'back' }),
      s('text', { x: (from + to) / 2, y: 20, class: 'shape' }, `W[${index + 1}] ${shapeText(shapeOf(index + 1))}`));
  });
  const end = columns[columns.length - 1].x;
  const middle = top + height / 2;
  const costGroup = s('g', { class: 'cost' },
    s('line', { x1: end + 16, y1: middle, x2: end + 48, y2: middle }),
    s('text', { x: end + 56, y: middle + 5, class: 'cost-name' }, 'J'),
    s('text', { x: end + 61, y: middle + 24, class: 'tiny' }, format(cost, 3)));
  const svg = s('svg', { class: 'graph', viewBox: `0 0 ${width} ${bottom}`, role: 'img', 'aria-label': title,
    preserveAspectRatio: 'xMidYMid meet' },
    arrows, edgeGroups, unitGroups, costGroup);
  // Letters stay in proportion to the page's, however wide the place is.
  svg.style.maxWidth = `${(width / 16) * 1.3}rem`;

  function paint({ weights = weight, biases = bias, units = valueOf, edgeName = 'W', biasName = 'b', unitName = 'A',
    unitMost = null } = {}) {
    for (const held of lines) held.value = weights(held.layer, held.unit, held.from) ?? 0;
    const strongest = Math.max(...lines.map((held) => Math.abs(held.value)), 1e-300);
    for (const held of lines) {
      const share = Math.abs(held.value) / strongest || 0;
      held.of = edgeName;
      held.line.setAttribute('stroke-width', (0.7 + 4.3 * share).toFixed(2));
      held.line.setAttribute('class', held.value < 0 ? 'negative' : 'positive');
      held.line.setAttribute('stroke-opacity', (0.18 + 0.72 * share ** 0.7).toFixed(2));
    }
    for (const held of squares) held.value = biases(held.layer, held.unit) ?? 0;
    const strongestBias = Math.max(...squares.map((held) => Math.abs(held.value)), 1e-300);
    for (const held of squares) {
      held.of = biasName;
      held.square.setAttribute('fill', signedColour(held.value, strongestBias));
    }
    for (const held of circles) held.value = units?.(held.layer, held.unit) ?? NaN;
    const largest = unitMost ?? Math.max(...circles.map((held) => Math.abs(held.value) || 0), 1e-300);
    for (const held of circles) {
      held.of = unitName;
      held.circle.setAttribute('fill', signedColour(held.value || 0, largest));
    }
  }
  paint();

  return {
    element: svg,
    paint,
    /** `{pass, edges, units, cost}`: the layers of the edges and units at work; null for none in particular. */
    show(where) {
      svg.classList.toggle('walking', Boolean(where));
      svg.dataset.pass = where?.pass ?? '';
      for (const group of [...arrows, ...edgeGroups]) {
        group.classList.toggle('active', Boolean(where) && Number(group.dataset.layer) === where.edges);
      }
      unitGroups.forEach((group, layer) => group.classList.toggle('active',
        Boolean(where) && where.units.includes(layer)));
      costGroup.classList.toggle('active', Boolean(where?.cost));
    },
  };
}

/** The largest size of the arrays of a name over all layers. */
export const mostOf = (tensors, stem, depth) =>
  Math.max(...Array.from({ length: depth + 1 },
    (_, layer) => (tensors.has(`${stem}${layer}`) ? most(tensors.get(`${stem}${layer}`)) : 0)));
