// Light or dark: as the system has it, until somebody switches here.

import { h } from './dom.js';
import { forgetColours } from './colours.js';

const dark = matchMedia('(prefers-color-scheme: dark)');
let chosen = null;
let printing = false;

function apply() {
  document.documentElement.dataset.theme = printing ? 'light' : chosen ?? (dark.matches ? 'dark' : 'light');
  forgetColours();
  document.dispatchEvent(new Event('themechange'));
}

/** Applies the theme, and answers the button that switches it. */
export function themeSwitch() {
  dark.addEventListener('change', apply);
  // Paper is white.
  for (const [event, begins] of [['beforeprint', true], ['afterprint', false]]) {
    addEventListener(event, () => {
      printing = begins;
      apply();
    });
  }
  apply();
  const button = h('button', {
    class: 'button icon', type: 'button',
    onclick() {
      chosen = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
      apply();
      name();
    },
  });
  function name() {
    const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    button.textContent = next === 'dark' ? '☾' : '☀';
    button.setAttribute('aria-label', `Switch to ${next} colours`);
    button.title = `Switch to ${next} colours`;
  }
  document.addEventListener('themechange', name);
  name();
  return button;
}
