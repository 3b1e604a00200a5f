// Copying, and saying that it is done.

import { h } from './dom.js';
import { say } from './live.js';

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages that were not loaded securely have no clipboard of their own.
    const area = h('textarea', { class: 'unseen', value: text, 'aria-hidden': 'true' });
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) throw new Error('This browser does not let the page copy. Select the text, and copy it yourself.');
  }
}

/** A button that copies what `text()` answers. */
export function copyButton(label, text, attributes = {}) {
  const button = h('button', {
    class: 'button', type: 'button', ...attributes,
    async onclick() {
      let said = 'Copied';
      try {
        await copy(await text());
      } catch (error) {
        said = error.message;
      }
      button.textContent = said;
      say(said);
      setTimeout(() => { button.textContent = label; }, 1800);
    },
  }, label);
  return button;
}
