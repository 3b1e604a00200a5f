// Take away: the state as a link, the request as code, the view as a picture or on paper.

import { h, uniqueID } from './dom.js';
import { asCurl, asJSON, asNumPy, asPython } from './takeaway.js';
import { copyButton } from './clipboard.js';
import { drawingOf } from './drawing.js';
import { encode } from './link.js';
import { openDialog } from './dialogs.js';
import { parseGradients } from './paste.js';

/** The request that the view is about, and where it goes. */
function requestOf(state, { problem }) {
  if (state.view === 'check' && state.check.text.trim()) {
    try {
      return [{ ...problem, submitted: parseGradients(state.check.text).submitted }, '/check'];
    } catch { /* What cannot be read cannot be taken away either: the network is. */ }
  }
  return [problem, '/backward'];
}

const linkOf = async (state) => {
  const fragment = await encode(state);
  return `${location.origin}${location.pathname}${fragment ? `#${fragment}` : ''}`;
};

const kinds = [
  { name: 'Link', words: 'Opens this page as it is now: network, data, view and step.', text: (state) => linkOf(state) },
  { name: 'curl', words: 'The request of this page, for a shell.', text: (state, lesson) => asCurl(...withPath(state, lesson)) },
  { name: 'Python', words: 'The same with the package requests.', text: (state, lesson) => asPython(...withPath(state, lesson)) },
  { name: 'NumPy', words: 'Computes the cost and all gradients without the service: to be read beside your own code.', text: (state, { problem }) => asNumPy(problem) },
  { name: 'JSON', words: 'The body of the request.', text: (state, lesson) => asJSON(requestOf(state, lesson)[0]) },
];

function withPath(state, lesson) {
  const [body, path] = requestOf(state, lesson);
  return [body, { path, origin: location.origin }];
}

function saveFile(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function open(store, lesson) {
  const view = document.querySelector('[role="tabpanel"]:not([hidden])');
  const name = uniqueID('kind');
  const code = h('pre', { class: 'take-text', tabindex: 0 });
  const words = h('p', { class: 'soft' });
  let text = '';
  async function show(kind) {
    words.textContent = kind.words;
    code.setAttribute('aria-label', kind.name);
    try {
      text = lesson.get().problem || kind.name === 'Link' ? await kind.text(store.get(), lesson.get()) : '';
      code.classList.remove('fault');
      code.textContent = text.length > 20000 ? `${text.slice(0, 20000)}\n… (all of it is copied)` : text;
    } catch (error) {
      text = '';
      code.classList.add('fault');
      code.textContent = error.message;
    }
    copyIt.disabled = !text;
  }
  const copyIt = copyButton('Copy', () => text, { class: 'button first' });
  const picker = h('fieldset', { class: 'choice' }, h('legend', { class: 'unseen' }, 'As what?'),
    h('div', { class: 'options' }, kinds.map((kind, index) => h('label', {},
      h('input', { type: 'radio', name, checked: index === 0, onchange: () => show(kind) }), h('span', {}, kind.name)))));
  show(kinds[0]);
  return openDialog('Take away', (close) => [
    picker, words, code,
    h('div', { class: 'buttons' }, copyIt,
      h('button', {
        class: 'button', type: 'button', onclick() {
          close();
          saveFile(`gradientd-${store.get().view}.svg`, 'image/svg+xml', drawingOf(view.querySelector('.stack') ?? view));
        },
      }, 'Save this view as SVG'),
      h('button', {
        class: 'button', type: 'button', onclick() {
          close();
          requestAnimationFrame(() => print());
        },
      }, 'Print'),
      h('button', { class: 'button', type: 'button', onclick: () => close() }, 'Close')),
  ]);
}

export const takeawayButton = (store, lesson) =>
  h('button', { class: 'button', type: 'button', 'aria-haspopup': 'dialog', onclick: () => open(store, lesson) }, 'Take away');
