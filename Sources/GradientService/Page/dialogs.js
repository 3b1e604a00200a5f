// Dialogs: one element each, opened by a call, gone when closed.

import { h, uniqueID } from './dom.js';

/** Opens a dialog with `content(close)`; answers what it was closed with, null where it was left. */
export function openDialog(title, content, attributes = {}) {
  return new Promise((resolve) => {
    const id = uniqueID('dialog');
    let result = null;
    const close = (value = null) => {
      result = value;
      dialog.close();
    };
    const dialog = h('dialog', {
      'aria-labelledby': id, ...attributes,
      onclose() {
        dialog.remove();
        resolve(result);
      },
      // A click beside it leaves it, too.
      onclick(event) { if (event.target === dialog && !dialog.hasAttribute('data-keep')) close(); },
    });
    dialog.append(h('h2', { id }, title), ...[content(close)].flat());
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Asks for the token that the service wants; kept by the caller, in memory alone. */
export function askForToken(refused) {
  return openDialog('This service wants a token', (close) => {
    const id = uniqueID('token');
    const input = h('input', { type: 'password', id, autocomplete: 'off', required: true, size: 40 });
    return h('form', {
      method: 'dialog',
      onsubmit(event) {
        event.preventDefault();
        close(input.value.trim() || null);
      },
    },
    h('p', {}, refused ? 'It did not take that one.' : 'Whoever runs it has one for you.',
      ' What you enter is kept in memory until you leave the page, and stored nowhere.'),
    h('div', { class: 'field' }, h('label', { for: id }, 'Token'), input),
    h('div', { class: 'buttons' },
      h('button', { class: 'button first' }, 'Go on'),
      h('button', { class: 'button', type: 'button', onclick: () => close() }, 'Leave it')));
  }, { 'data-keep': '' });
}
