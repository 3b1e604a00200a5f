// Take away: the state as a link, the request as code, the view as a picture or on paper.

import { h, uniqueID } from './dom.js';
import { copyButton } from './clipboard.js';
import { encode } from './link.js';
import { openDialog } from './dialogs.js';
import { notice } from './live.js';
import { problemOf } from './request.js';

/** The request that the view is about, also one that the service refuses or has not answered yet, and where it goes. */
async function requestOf(state) {
  const problem = await problemOf(state);
  if (state.view === 'check' && state.check.text.trim()) {
    const { parseGradients } = await import('./paste.js');
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

/** The request by one of the functions of takeaway.js. */
const code = (write) => async (state) => {
  const [body, path] = await requestOf(state);
  return (await import('./takeaway.js'))[write](body, { path, origin: location.origin });
};

const kinds = [
  { name: 'Link', words: 'Opens this page as it is now: network, data, view and step.', text: linkOf },
  { name: 'curl', words: 'The request of this page, for a shell.', text: code('asCurl') },
  { name: 'Python', words: 'The same with the package requests.', text: code('asPython') },
  {
    name: 'NumPy', words: 'Computes the cost and all gradients without the service: to be read beside your own code.',
    text: async (state) => (await import('./takeaway.js')).asNumPy(await problemOf(state)),
  },
  { name: 'JSON', words: 'The body of the request.', text: code('asJSON') },
];

function saveFile(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** A module that cannot be had is a TypeError. */
const wordsOf = (error) => (error instanceof TypeError ? 'This could not be loaded. Is the service still running?' : error.message);

async function savePicture(view, name) {
  try {
    const { drawingOf } = await import('./drawing.js');
    saveFile(`gradientd-${name}.svg`, 'image/svg+xml', drawingOf(view.querySelector('.stack') ?? view));
    notice('picture', null);
  } catch (error) {
    notice('picture', wordsOf(error));
  }
}

function open(store) {
  const view = document.querySelector('[role="tabpanel"]:not([hidden])');
  const name = uniqueID('kind');
  const shownText = h('pre', { class: 'take-text', tabindex: 0 });
  const words = h('p', { class: 'soft' });
  let text = '';
  let shown = null;
  async function show(kind) {
    shown = kind;
    words.textContent = kind.words;
    shownText.textContent = '';
    shownText.setAttribute('aria-label', kind.name);
    try {
      const made = await kind.text(store.get());
      if (shown !== kind) return;
      text = made;
      shownText.classList.remove('fault');
      shownText.textContent = text.length > 20000 ? `${text.slice(0, 20000)}\n… (all of it is copied)` : text;
    } catch (error) {
      if (shown !== kind) return;
      text = '';
      shownText.classList.add('fault');
      shownText.textContent = wordsOf(error);
    }
    copyIt.disabled = !text;
  }
  const copyIt = copyButton('Copy', () => text, { class: 'button first' });
  const picker = h('fieldset', { class: 'choice' }, h('legend', { class: 'unseen' }, 'As what?'),
    h('div', { class: 'options' }, kinds.map((kind, index) => h('label', {},
      h('input', { type: 'radio', name, checked: index === 0, onchange: () => show(kind) }),
      h('span', {}, kind.name)))));
  show(kinds[0]);
  return openDialog('Take away', (close) => [
    picker, words, shownText,
    h('div', { class: 'buttons' }, copyIt,
      h('button', {
        class: 'button', type: 'button', onclick() {
          close();
          savePicture(view, store.get().view);
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

export const takeawayButton = (store) =>
  h('button', { class: 'button', type: 'button', 'aria-haspopup': 'dialog', onclick: () => open(store) },
    'Take away');
