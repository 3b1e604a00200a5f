// What a flip of the convention does to each derivative: before and after on one scale, and by how much.

import { h } from './dom.js';
import { cellSize, heat } from './heat.js';
import { nameMarkup } from './names.js';
import { format } from './number.js';
import { kindOf, most, timesBetween } from './tensors.js';

/** `factor` of m examples in words. */
export function changeWords(factor, m) {
  if (factor === null) return ['its two terms change apart', 'apart'];
  const near = (a, b) => Math.abs(a - b) <= 1e-12 * Math.abs(b);
  if (near(factor, 1)) return ['unchanged', 'same'];
  if (near(factor, m)) return ['× m', 'changed'];
  if (near(factor, 1 / m)) return ['÷ m', 'changed'];
  return [`× ${format(factor, 3)}`, 'changed'];
}

const ofWords = { L: 'of Lᵢ', J: 'of J', ΣL: 'of Σ Lᵢ' };

function tile(name, now, before, m) {
  const tensor = now.tensors.get(name);
  const old = before?.tensors.get(name);
  const { meaning } = now.answer;
  const of = meaning[kindOf(name)]?.of;
  const strongest = Math.max(most(tensor), old ? most(old) : 0) || 1;
  const sizes = {
    cellWidth: Math.min(16, cellSize(tensor.columns, 84, 1)), cellHeight: Math.min(16, cellSize(tensor.rows, 64, 1)),
  };
  const picture = (of, title) => heat(of, { most: strongest, layout: now.state.layout, caption: false, title, ...sizes });
  const factor = before ? timesBetween(meaning, name, before.state.convention, now.state.convention) : null;
  const [words, kind] = before ? changeWords(factor, m) : [ofWords[of] ?? '', 'plain'];
  return h('li', { class: `change ${kind}`, 'data-name': name },
    h('div', { class: 'change-head' }, nameMarkup(name), h('span', { class: 'change-badge' }, words)),
    h('div', { class: 'change-pictures' },
      old && [picture(old, 'before'), h('span', { class: 'operator', 'aria-hidden': 'true' }, '→')],
      picture(tensor, old && 'after')));
}

/** The same by kinds, in one line. */
export function changeLine(now, before) {
  const { meaning } = now.answer;
  const groups = new Map();
  for (const kind of ['dA', 'dZ', 'dW', 'db']) {
    const [words] = changeWords(timesBetween(meaning, `${kind}1`, before.state.convention, now.state.convention),
      meaning.denominator);
    groups.set(words, [...groups.get(words) ?? [], kind]);
  }
  return [...groups].map(([words, kinds]) => h('span', { class: words === 'unchanged' ? 'flip same' : 'flip changed' },
    h('i', {}, kinds.join(', ')), ` ${words}`));
}

/** All derivatives of `now` from the output back; beside those of `before`, where only the convention differs. */
export function changes(now, before) {
  const { trace, meaning } = now.answer;
  const m = meaning.denominator;
  const names = trace.filter((step) => step.pass === 'backward').map((step) => step.result.name).filter((name) => now.tensors.has(name));
  const from = before?.state.convention;
  return [
    h('h3', {}, before
      ? ['From ', h('code', {}, from), ' to ', h('code', {}, now.state.convention),
        `: what changes, and what does not (m = ${m}${m === 1 ? ': all conventions agree' : ''})`]
      : 'All derivatives, from the output back. Flip the convention above, and see which of them change.'),
    h('ul', { class: 'changes' }, names.map((name) => tile(name, now, before, m))),
  ];
}
