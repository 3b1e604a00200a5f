// What is shown, as a picture in SVG: words, arrays and networks where they stand on the page.

import { s } from './dom.js';

const kept = [
  'fill', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-linecap', 'stroke-dasharray', 'opacity',
  'font-family', 'font-size',
  'font-style', 'font-weight', 'text-anchor', 'visibility', 'paint-order',
];

/** A copy of an SVG element that looks the same without the page's style sheet. */
function standalone(svg) {
  const copy = svg.cloneNode(true);
  const copies = [copy, ...copy.querySelectorAll('*')];
  [svg, ...svg.querySelectorAll('*')].forEach((element, index) => {
    const style = getComputedStyle(element);
    for (const name of kept) copies[index].setAttribute(name, style.getPropertyValue(name));
    copies[index].removeAttribute('class');
    copies[index].removeAttribute('style');
  });
  return copy;
}

const measure = document.createElement('canvas').getContext('2d');

/** In formulas single letters are slanted without a style that says so. */
const isVariable = ({ data, parentElement }) =>
  parentElement.localName === 'mi' && data.length === 1 && /[A-Za-z]/.test(data);

/** The words of a text node, each where it stands: a picture has no lines of its own. */
function words(node, at) {
  const style = getComputedStyle(node.parentElement);
  if (style.visibility === 'hidden') return [];
  measure.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = measure.measureText('m');
  return [...node.data.matchAll(/\S+/g)].map((match) => {
    const range = document.createRange();
    range.setStart(node, match.index);
    range.setEnd(node, match.index + match[0].length);
    const box = range.getBoundingClientRect();
    if (!box.width || !box.height) return null;
    const upper = style.textTransform === 'uppercase';
    return s('text', {
      x: at.x(box.left), y: at.y(box.top + (box.height * ascent) / (ascent + descent)),
      textLength: box.width.toFixed(2), fill: style.color,
      'font-family': style.fontFamily, 'font-size': style.fontSize,
      'font-style': isVariable(node) ? 'italic' : style.fontStyle, 'font-weight': style.fontWeight,
    }, upper ? match[0].toUpperCase() : match[0]);
  });
}

function frame(element, style, box, at) {
  const border = parseFloat(style.borderTopWidth) && style.borderTopStyle !== 'none' ? style.borderTopColor : 'none';
  const filled = style.backgroundColor !== 'rgba(0, 0, 0, 0)';
  if (!filled && (border === 'none' || !parseFloat(style.borderLeftWidth))) return null;
  return s('rect', {
    x: at.x(box.left), y: at.y(box.top), width: box.width, height: box.height,
    rx: Math.min(parseFloat(style.borderTopLeftRadius) || 0, box.height / 2),
    fill: filled ? style.backgroundColor : 'none', stroke: parseFloat(style.borderLeftWidth) ? border : 'none',
  });
}

/** A line above it, where it has no other border. */
function lineAbove(style, box, at) {
  const width = parseFloat(style.borderTopWidth);
  if (!width || style.borderTopStyle === 'none' || parseFloat(style.borderLeftWidth)) return null;
  return s('line', {
    x1: at.x(box.left), x2: at.x(box.right), y1: at.y(box.top), y2: at.y(box.top), stroke: style.borderTopColor,
    'stroke-width': width, 'stroke-dasharray': style.borderTopStyle === 'dashed' ? '6 4' : null,
  });
}

/** What was chosen or written in a field. */
function chosen(element, style, box, at) {
  const written = element.matches('select, input[type="number"]');
  const text = element.selectedOptions?.[0]?.textContent ?? (element.value || element.placeholder);
  if (!written || !box.width || !text) return [];
  return [frame(element, style, box, at), s('text', {
    x: at.x(box.left + parseFloat(style.paddingLeft) + 1), y: at.y((box.top + box.bottom) / 2), 'dominant-baseline': 'central',
    fill: style.color, 'font-family': style.fontFamily, 'font-size': style.fontSize,
  }, text)];
}

/** The bar of a fraction, which is no element of its own. */
function bar(element, at) {
  const [over, under] = [...element.children].map((part) => part.getBoundingClientRect());
  if (!over || !under) return null;
  const y = at.y((over.bottom + under.top) / 2);
  return s('line', {
    x1: at.x(Math.min(over.left, under.left)), x2: at.x(Math.max(over.right, under.right)), y1: y, y2: y,
    stroke: getComputedStyle(element).color, 'stroke-width': 1.2,
  });
}

function parts(element, at) {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  // What lies in closed details has a size all the same.
  if (element.closest('[data-undrawn], details:not([open])')) return [];
  if (element.matches('input, select')) return chosen(element, style, box, at);
  if (style.display === 'none' || !box.width || element.matches('button, textarea, .unseen, .tip')) {
    if (!element.matches('.chip')) return [];
  }
  if (element instanceof SVGSVGElement) {
    const copy = standalone(element);
    const place = { x: at.x(box.left), y: at.y(box.top), width: box.width, height: box.height };
    for (const [name, value] of Object.entries(place)) copy.setAttribute(name, value);
    return [copy];
  }
  if (element instanceof HTMLCanvasElement) {
    const place = { x: at.x(box.left), y: at.y(box.top), width: box.width, height: box.height };
    return [
      s('image', { ...place, href: element.toDataURL(), preserveAspectRatio: 'none', 'image-rendering': 'pixelated' }),
      s('rect', { ...place, fill: 'none', stroke: style.outlineColor }),
    ];
  }
  const isFraction = element.localName === 'mfrac' || element.classList.contains('fraction');
  return [
    frame(element, style, box, at), lineAbove(style, box, at), isFraction && bar(element, at),
    ...[...element.childNodes].map((node) => {
      if (node.nodeType === Node.TEXT_NODE) return words(node, at);
      return node.nodeType === Node.ELEMENT_NODE ? parts(node, at) : null;
    }),
  ];
}

/** The text of an SVG file of `element` as it looks now. */
export function drawingOf(element) {
  const box = element.getBoundingClientRect();
  const margin = 16;
  const at = { x: (x) => (x - box.left + margin).toFixed(2), y: (y) => (y - box.top + margin).toFixed(2) };
  const [width, height] = [Math.ceil(box.width + 2 * margin), Math.ceil(box.height + 2 * margin)];
  const svg = s('svg', { width, height, viewBox: `0 0 ${width} ${height}` },
    s('rect', { width, height, fill: getComputedStyle(document.body).backgroundColor }), parts(element, at));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;
}
