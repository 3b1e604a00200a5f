import { h } from './dom.js';
export function takeawayButton() { return h('button', { class: 'button', type: 'button' }, 'Take away'); }
