// Elements from calls: h('p', {class: 'note'}, 'text', child).

const svgSpace = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked' || name === 'selected') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An element of HTML. `on…` attributes are listeners. */
export const h = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);

/** An element of SVG. */
export const s = (name, attributes, ...children) =>
  fill(document.createElementNS(svgSpace, name), attributes, children);

/** A select over `[[value, label], …]`. */
export function select(options, chosen, attributes) {
  return h('select', attributes, options.map(([value, label]) =>
    h('option', { value, selected: value === chosen }, label)));
}

let count = 0;
/** A name for `id` that no other element has. */
export const uniqueID = (prefix) => `${prefix}-${++count}`;

/** Puts `children` in the place of all that `element` has, and the focus back where it was by `data-key`. */
export function replaceContent(element, ...children) {
  const key = element.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  element.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (key) element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/** Adds a stylesheet to the page; done when it counts, a TypeError where it cannot be had. */
export const stylesheet = (href) => new Promise((resolve, reject) => {
  const link = h('link', {
    rel: 'stylesheet', href, onload: resolve,
    onerror: () => { link.remove(); reject(new TypeError(`${href} could not be loaded`)); },
  });
  document.head.append(link);
});
