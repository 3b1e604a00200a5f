// Puts the page together.

import { createStore, initialState } from './state.js';
import { createService } from './service.js';
import { createLesson } from './lesson.js';
import { decode, encode, LinkError } from './link.js';
import { askForToken } from './dialogs.js';
import { notice, say } from './live.js';
import { themeSwitch } from './theme.js';
import { mountTabs } from './tabs.js';
import { h, stylesheet } from './dom.js';
import { takeawayButton } from './share.js';

async function stateOfLink() {
  try {
    const state = await decode(location.hash.slice(1));
    notice('link', null);
    return state;
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    notice('link', error.message);
    return initialState;
  }
}

const store = createStore(await stateOfLink());
const service = createService({
  askForToken,
  onWait: (seconds) => say(`The service is busy. Asking again in ${seconds} seconds.`),
});
const lesson = createLesson(store, service);

// The way past the head leaves the address alone, which holds the state.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('content').focus();
});

document.getElementById('tools').append(takeawayButton(store), themeSwitch());

// What is seen first waits for no view's style but its own, which index.html names.
const views = {
  network: async () => (await import('./network.js')).mountNetwork,
  steps: async () => (await styled('steps', import('./steps.js'))).mountSteps,
  check: async () => (await styled('check', import('./check.js'))).mountCheck,
  training: async () => (await styled('training', import('./training.js'))).mountTraining,
};

const styles = new Map();

/** A module, once the view's style is there too. */
async function styled(view, module) {
  if (!styles.has(view)) styles.set(view, stylesheet(`/page/${view}.css`));
  try {
    await styles.get(view);
  } catch (error) {
    styles.delete(view);
    throw error;
  }
  return module;
}

/** A view is loaded when it is first seen. */
mountTabs(store, Object.fromEntries(Object.entries(views).map(([name, load]) => [name, async (element) => {
  try {
    (await load())(element, store, service, lesson);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    notice('view', 'This view could not be loaded. Is the service still running?',
      { label: 'Load the page again', run: () => location.reload() });
  }
}])));
// The others come while nothing else is to be done, so that they are there when they are wanted, the service or not.
const others = [
  ...Object.values(views), () => import('./takeaway.js'), () => import('./drawing.js'), () => import('./iris.js'), () => import('./digits.js'),
];
setTimeout(() => { for (const load of others) load().catch(() => {}); }, 1500);

// What is shown is of an earlier state while an answer takes its time.
const waiting = document.body.appendChild(h('p', { class: 'waiting', hidden: true }, 'Waiting for the service …'));
let patience = null;
lesson.subscribe(({ busy }) => {
  if (busy) {
    patience ??= setTimeout(() => {
      waiting.hidden = false;
      say(waiting.textContent);
    }, 500);
    return;
  }
  clearTimeout(patience);
  patience = null;
  waiting.hidden = true;
});

// The address follows the state, so that a reload, a bookmark and a link hold it.
let written = location.hash.slice(1);
let timer = null;
store.subscribe(() => {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    let fragment = '';
    try {
      fragment = await encode(store.get());
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
    }
    if (fragment === written) return;
    written = fragment;
    history.replaceState(null, '', fragment ? `#${fragment}` : location.pathname);
  }, 250);
});

addEventListener('hashchange', async () => {
  const fragment = location.hash.slice(1);
  if (fragment === written) return;
  written = fragment;
  const state = await stateOfLink();
  store.update(() => state);
});

document.documentElement.dataset.ready = '';
