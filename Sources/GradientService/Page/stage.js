// One step: its formula, why it is so, its pictures or its numbers.

import { h } from './dom.js';
import { equation, scaleOf } from './equation.js';
import { formulaElement } from './formula.js';
import { legend, numberTable } from './heat.js';
import { nameMarkup } from './names.js';
import { format } from './number.js';

const verb = {
  linear_forward: 'Weighted sums', activation_forward: 'Activation', loss: 'The loss of each example', cost: 'The cost',
  penalty: 'The penalty', output_gradient: 'Where the way back begins',
  output_activation_backward: 'Back through the last activation',
  activation_backward: 'Back through the activation', penalty_backward: 'The penalty’s part',
};

/** What the step does, in a few words. */
export function stepTitle({ name, result }) {
  if (name !== 'linear_backward') return verb[name] ?? name.replaceAll('_', ' ');
  if (result.name.startsWith('dW')) return 'What the weights get';
  if (result.name.startsWith('db')) return 'What the biases get';
  return 'What goes further back';
}

function marked(text) {
  return text.split('1/m').flatMap((part, index) => (index ? [h('span', { class: 'over-m' }, '1/m'), part] : [part]));
}

/** Where the 1/m is, and why. */
function factorNote({ factor }) {
  if (!factor) return null;
  if (factor.as !== '1/m') return h('p', { class: 'factor plain' },
    h('strong', {}, `${factor.as} = ${format(factor.value, 4)}`), `: ${factor.why}.`);
  return h('p', { class: 'factor' }, h('strong', { class: 'over-m' }, `Here stands 1/m = ${format(factor.value, 4)}`),
    h('span', {}, `: ${factor.why}.`));
}

/** As the beginning of a sentence; a letter of the formula stays as it is there. */
const sentence = (text) => `${/^[a-z][a-z ]/.test(text) ? text[0].toUpperCase() + text.slice(1) : text}.`;

/** What the formula does not say of itself; why there is no 1/m, too. */
const whyNote = ({ why }) => why && h('p', { class: 'why' }, marked(sentence(why)));

/** The step at `index` of `trace`; with its numbers in place of pictures where `numbers` says so. */
export function stage(trace, index, context, numbers) {
  const step = trace[index];
  const tensors = [step.result, ...step.operands].map(({ name }) => context.tensors.get(name)).filter(Boolean);
  const short = !step.factor && (step.why?.length ?? 0) < 90;
  const where = step.layer === undefined ? '' : ` · layer ${step.layer + 1}`;
  return h('div', { class: 'stage-body' },
    h('p', { class: 'eyebrow' },
      `${step.pass === 'forward' ? 'Forward' : 'Back'}${where} · step ${index + 1} of ${trace.length}`),
    h('h2', {}, stepTitle(step), ' ', nameMarkup(step.result.name)),
    h('div', { class: 'formula' }, formulaElement(step)),
    // What is short comes before the pictures, so that those are seen at once.
    h('div', { class: 'notes' }, factorNote(step), short && whyNote(step)),
    numbers
      ? h('div', { class: 'tables' }, tensors.map((tensor) => numberTable(tensor, context.layout)))
      : [equation(step, context), h('div', { class: 'scale-line' }, legend(scaleOf(step, context)))],
    !short && h('div', { class: 'notes' }, whyNote(step)));
}
