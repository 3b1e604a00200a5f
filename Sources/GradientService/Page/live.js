// What happens, for those who do not see it; and what everybody should read.

import { h } from './dom.js';

let last = null;

/** Has screen readers say `text`, once the present turn is over. */
export function say(text) {
  clearTimeout(last);
  last = setTimeout(() => { document.getElementById('live').textContent = text; }, 150);
}

/** Shows a sentence on top of the page until it is closed, in place of one with the same key. */
export function notice(key, text, action = null) {
  const box = document.getElementById('notices');
  box.querySelector(`[data-notice="${key}"]`)?.remove();
  if (!text) return;
  const close = () => notice(key, null);
  box.append(h('div', { class: 'notice', role: 'alert', 'data-notice': key },
    h('p', {}, text),
    h('span', { class: 'row' },
      action && h('button', { class: 'button small', type: 'button', onclick() { close(); action.run(); } }, action.label),
      h('button', { class: 'button small', type: 'button', onclick: close }, 'Close'))));
}
