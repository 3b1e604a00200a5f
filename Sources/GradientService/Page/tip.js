// One small box beside the pointer, or beside what has the focus.

import { h } from './dom.js';

let box = null;

/** Shows `content` near (x, y) of the window, inside it. */
export function showTip(x, y, ...content) {
  if (!box) {
    box = document.body.appendChild(h('div', { class: 'tip', 'aria-hidden': 'true' }));
    for (const moved of ['wheel', 'touchmove']) addEventListener(moved, hideTip, { passive: true });
  }
  box.hidden = false;
  box.replaceChildren(...content);
  const { width, height } = box.getBoundingClientRect();
  const left = Math.min(Math.max(8, x + 14), innerWidth - width - 8);
  const top = y + 18 + height > innerHeight - 8 ? y - height - 12 : y + 18;
  box.style.left = `${left}px`;
  box.style.top = `${Math.max(8, top)}px`;
}

export const hideTip = () => { if (box) box.hidden = true; };
