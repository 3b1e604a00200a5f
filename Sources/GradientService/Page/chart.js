// A picture of numbers by epoch: lines that grow. What they are is told at the pointer, by arrow keys, and in a table.

import { h, s } from './dom.js';
import { format } from './number.js';
import { linearScale, logScale } from './scale.js';
import { hideTip, showTip } from './tip.js';

const margin = { top: 14, right: 64, bottom: 30, left: 58 };
const dashes = ['none', '7 4', '2 3', '10 3 2 3'];
const mostRows = 60;
const mostPoints = 1200;

/**
 * A chart with the name `title`, of `{name, kind, dash, points: [[epoch, value]]}` that are given by `update`:
 * `kind` names a colour of the style sheet, `dash` one of four ways to draw. `low` and `high` bound the values
 * of charts that stand side by side.
 */
export function chart(title, { height = 240, unit = '' } = {}) {
  const svg = s('svg', { class: 'chart', role: 'slider', tabindex: 0, 'aria-label': `${title}, by epoch`, 'aria-valuemin': 0, 'aria-valuenow': 0, 'aria-valuetext': 'Nothing yet' });
  const table = h('div', { class: 'numbers-box' });
  const details = h('details', { class: 'small' }, h('summary', {}, 'Numbers'), table);
  const element = h('figure', { class: 'chart-box' }, h('figcaption', { class: 'chart-title' }, title), svg, details);
  let drawn = { series: [], epochs: 1 };
  let reading = null; // the epoch that is read, null for the last

  function update(next) {
    drawn = { ...drawn, ...next };
    draw();
    if (details.open) fillTable();
  }

  function scales(width) {
    const values = drawn.series.flatMap(({ points }) => points.map(([, value]) => value))
      .filter((value) => Number.isFinite(value) && (!drawn.log || value > 0));
    const low = drawn.low ?? (values.length ? values.reduce((a, b) => Math.min(a, b)) : drawn.log ? 0.1 : 0);
    const high = drawn.high ?? (values.length ? values.reduce((a, b) => Math.max(a, b)) : 1);
    const x = linearScale(0, Math.max(1, drawn.epochs), margin.left, width - margin.right, width < 420 ? 3 : 5);
    const y = (drawn.log ? logScale : linearScale)(drawn.log ? low : Math.min(0, low), high, height - margin.bottom, margin.top, 4);
    return { x, y, right: width - margin.right };
  }

  function draw() {
    const width = Math.max(240, svg.parentElement?.clientWidth || 480);
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    svg.setAttribute('height', height);
    const { x, y, right } = scales(width);
    const places = drawn.series.map(({ points }) => thinned(points)
      .filter(([, value]) => Number.isFinite(value) && (!drawn.log || value > 0))
      .map(([epoch, value]) => [x.at(epoch), y.at(value)]));
    svg.replaceChildren(
      ...y.ticks.map((value) => s('g', { class: 'tick' },
        s('line', { x1: margin.left, x2: right, y1: y.at(value), y2: y.at(value) }),
        s('text', { x: margin.left - 8, y: y.at(value) + 4, 'text-anchor': 'end' }, format(value, 3)))),
      ...x.ticks.filter(Number.isInteger).map((value) => s('text', { class: 'tick', x: x.at(value), y: height - 10, 'text-anchor': 'middle' }, String(value))),
      s('text', { class: 'tick', x: margin.left - 12, y: height - 10, 'text-anchor': 'end' }, 'epoch'),
      ...drawn.series.map(({ kind, dash = 0 }, index) => s('path', {
        class: `curve ${kind}`, 'stroke-dasharray': dashes[dash % dashes.length], d: pathOf(places[index]),
      })),
      ...labels(places, right),
    );
    read();
  }

  /** The names at the ends of the lines, pushed apart where they would lie on one another. */
  function labels(places, right) {
    const ends = drawn.series.map(({ name, kind }, index) => ({ name, kind, end: places[index].at(-1) })).filter(({ end }) => end);
    ends.sort((a, b) => a.end[1] - b.end[1]);
    let above = -Infinity;
    return ends.map(({ name, kind, end }) => {
      above = Math.min(Math.max(end[1] + 4, above + 15), height - margin.bottom);
      return s('text', { class: `curve-name ${kind}`, x: Math.min(end[0], right) + 6, y: above }, name);
    });
  }

  /** The row of each line at the epoch that is read. */
  function reports() {
    const epochs = [...new Set(drawn.series.flatMap(({ points }) => points.map(([epoch]) => epoch)))].sort((a, b) => a - b);
    const at = reading === null ? epochs.length - 1 : epochs.findLastIndex((epoch) => epoch <= reading);
    const epoch = epochs[Math.max(0, at)];
    return {
      epochs, epoch, at,
      values: drawn.series.map(({ name, said, points }) => [said ?? name, points.find((point) => point[0] === epoch)?.[1]]),
    };
  }

  function read() {
    const { epochs, epoch, values } = reports();
    if (epoch === undefined) return;
    const text = values.filter(([, value]) => value !== undefined).map(([name, value]) => `${name} ${format(value)}${unit}`);
    svg.setAttribute('aria-valuemax', epochs.at(-1));
    svg.setAttribute('aria-valuenow', epoch);
    svg.setAttribute('aria-valuetext', `Epoch ${epoch}: ${text.join(', ')}`);
    svg.querySelector('.reading')?.remove();
    if (reading === null) return;
    const { x } = scales(svg.viewBox.baseVal.width);
    svg.append(s('line', { class: 'reading', x1: x.at(epoch), x2: x.at(epoch), y1: margin.top, y2: height - margin.bottom }));
    const box = svg.getBoundingClientRect();
    showTip(box.left + (x.at(epoch) / svg.viewBox.baseVal.width) * box.width, box.top + margin.top,
      h('strong', {}, `Epoch ${epoch}`), ...text.map((line) => h('div', {}, line)));
  }

  function leave() {
    reading = null;
    svg.querySelector('.reading')?.remove();
    hideTip();
  }

  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const width = svg.viewBox.baseVal.width;
    reading = Math.max(1, Math.round(scales(width).x.value(((event.clientX - box.left) / box.width) * width)));
    read();
  });
  svg.addEventListener('pointerleave', leave);
  svg.addEventListener('blur', leave);
  svg.addEventListener('keydown', (event) => {
    const { epochs, at } = reports();
    const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, PageDown: at - 10, PageUp: at + 10, Home: 0, End: epochs.length - 1 }[event.key];
    if (event.key === 'Escape') leave();
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (to === undefined || epochs.length === 0) return;
    event.preventDefault();
    reading = epochs[Math.min(Math.max(to, 0), epochs.length - 1)];
    read();
  });
  details.addEventListener('toggle', () => { if (details.open) fillTable(); });
  const observer = new ResizeObserver(draw);
  observer.observe(element);

  function fillTable() {
    const { epochs } = reports();
    const each = Math.ceil(epochs.length / mostRows) || 1;
    const shown = epochs.filter((_, index) => index % each === 0 || index === epochs.length - 1);
    const columns = drawn.series.map(({ points }) => new Map(points));
    table.replaceChildren(h('table', { class: 'numbers' },
      h('caption', {}, `${title}${each > 1 ? `, every ${each}th report` : ''}`),
      h('thead', {}, h('tr', {}, ['Epoch', ...drawn.series.map(({ name, said }) => said ?? name)].map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, shown.map((epoch) => h('tr', {},
        h('th', { scope: 'row' }, String(epoch)),
        columns.map((column) => h('td', {}, column.has(epoch) ? format(column.get(epoch), 6) : '')))))));
  }

  return { element, update };
}

/** So few of the points that there is one for each place where a line can bend. */
function thinned(points) {
  const each = Math.ceil(points.length / mostPoints);
  return each > 1 ? points.filter((_, index) => index % each === 0 || index === points.length - 1) : points;
}

function pathOf(places) {
  return places.map(([x, y], index) => `${index ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}
