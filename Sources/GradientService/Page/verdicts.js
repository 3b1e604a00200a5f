// What /check says, beside the pictures: yours, ours, and the one over the other.

import { h } from './dom.js';
import { cellSize, heat, numberTable } from './heat.js';
import { nameMarkup } from './names.js';
import { format, shapeText } from './number.js';
import { fromLists, most, tensor } from './tensors.js';

const words = {
  correct: ['right', '✓'], other_convention: ['right, in another convention', '✓'],
  carried_forward: ['follows from yours', '↳'],
  misshapen: ['right numbers, wrong shape', '⤢'], wrong: ['wrong', '✗'],
};

const badge = (verdict) => h('span', { class: `verdict ${verdict}` },
  h('span', { 'aria-hidden': 'true' }, `${words[verdict][1]} `), words[verdict][0]);

/** Ratios are coloured by their doublings: 1 is white, ½ and 2 as strong as one another. */
const doublings = (ratio) => (ratio > 0 ? Math.log2(ratio) : ratio < 0 ? -Infinity : 0);

function ratioOf(yours, ours) {
  if (yours.data.length !== ours.data.length || yours.rows !== ours.rows) return null;
  return tensor(ours.name, ours.shape, yours.data.map((value, index) => value / ours.data[index]));
}

/** By what all numbers are multiplied, where it is one factor. */
function factorWords({ factor, residual, verdict }, m) {
  if (factor === undefined || residual > 1e-4 || verdict === 'correct') return null;
  const near = (a) => Math.abs(factor - a) < 1e-5 * Math.abs(a);
  const name = [[m, 'm'], [1 / m, '1/m'], [1 / m ** 2, '1/m²'], [-1, '−1']].find(([value]) => near(value))?.[1];
  return name ? `× ${name}` : `× ${format(factor, 4)}`;
}

/** What the ratios are, in a few words. */
function ratioWords({ data }, verdict, m) {
  if (data.every((ratio) => Math.abs(ratio - 1) < 1e-4 || Number.isNaN(ratio))) return '1 everywhere';
  if (verdict.verdict === 'correct') return '1, but for rounding';
  return factorWords(verdict, m) ?? 'coloured where it is not 1';
}

function pictures(verdict, yours, ours, { layout, m }, numbers) {
  const figure = (title, picture, note) => h('div', { class: 'compared' }, h('p', { class: 'compared-title' }, title),
    picture, note && h('p', { class: 'small soft' }, note));
  const strongest = Math.max(most(yours), most(ours)) || 1;
  const sizes = (of) => ({ cellWidth: cellSize(of.columns, 200, 2),
    cellHeight: Math.min(26, cellSize(of.rows, 150, 2)) });
  const show = (of, title) => (numbers
    ? numberTable(of, layout, 8, title)
    : heat(of, { most: strongest, layout, caption: false, title, ...sizes(of) }));
  const ratio = ratioOf(yours, ours);
  return h('div', { class: 'comparison' },
    figure('yours', show(yours, 'yours'), shapeText(yours.shape)),
    figure('ours', show(ours, 'ours'), shapeText(ours.shape)),
    ratio
      ? figure('yours ÷ ours', numbers ? numberTable(ratio, layout, 8, 'yours over ours')
        : heat(ratio, { most: 4, layout, caption: false, title: 'yours over ours', strength: doublings, ...sizes(ratio) }),
          ratioWords(ratio, verdict, m))
      : figure('yours ÷ ours', h('p', { class: 'soft small' }, 'The shapes differ.')));
}

/** The verdicts of `answer` on `submitted`, beside `ours`: tensors of the same convention and layout. */
export function verdicts({ answer, submitted, ours: { tensors, layout } }, numbers) {
  const m = answer.meaning.denominator;
  const context = { layout, m };
  const good = ['correct', 'other_convention'].includes(answer.verdict);
  return [
    h('div', { class: `card summary ${good ? 'good' : 'bad'}` },
      badge(answer.verdict),
      h('p', { class: 'summary-sentence' }, answer.summary),
      answer.look_at && h('p', { class: 'look-at' }, answer.look_at),
      answer.conventions?.length > 0 && h('p', { class: 'small soft' }, 'Convention: ',
        h('code', {}, answer.conventions.join(' or '))),
      answer.layout && h('p', { class: 'small soft' }, 'Layout: ', h('code', {}, answer.layout)),
      answer.ambiguities.map(({ sentence }) => h('p', { class: 'small soft' }, sentence)),
      answer.cost && h('p', { class: 'small' }, answer.cost.sentence)),
    h('h2', {}, 'From the output back'),
    h('ol', { class: 'verdicts' }, answer.tensors.map((verdict) => {
      const first = verdict.name === answer.first_wrong;
      const key = verdict.name;
      const given = submitted[key];
      const ours = tensors.get(key === 'dX' ? 'dA0' : key);
      return h('li', { class: `card tensor ${verdict.verdict}${first ? ' first-wrong' : ''}`, 'data-name': key },
        h('div', { class: 'tensor-head' }, nameMarkup(key), badge(verdict.verdict),
          first && h('span', { class: 'flag' }, 'the first that is wrong')),
        h('p', { class: 'tensor-sentence' }, verdict.sentence),
        verdict.because && h('p', { class: 'small soft' }, verdict.because),
        ours && Array.isArray(given) && given.length > 0 && pictures(verdict, fromLists(key, given), ours, context,
          numbers));
    })),
  ];
}
