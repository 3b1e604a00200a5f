// How the one training goes, and the other one beside it.

import { h, select, uniqueID } from './dom.js';
import { faults, lessons, optimizers } from './training-words.js';

const numberIn = (input) => (input.value.trim() === '' ? null : Number(input.value));

function field(label, input) {
  const id = uniqueID('setting');
  input.id = id;
  return h('div', { class: 'field' }, h('label', { for: id }, label), input);
}

/** Adds a value that came with a link and is none of those on offer. */
function choose(element, value) {
  if (![...element.options].some((option) => option.value === value)) element.append(h('option', { value }, value));
  element.value = value;
}

/** The fields of a training; `change(patch)` is told what is different. */
function trainingFields(kind, title, change, more) {
  const optimizer = select(optimizers, null, { 'data-pointer': '/training/optimizer', onchange: () => change({ optimizer: optimizer.value }) });
  const rate = h('input', {
    type: 'number', min: 0, step: 'any', 'data-pointer': '/training/learning_rate',
    onchange() {
      const value = numberIn(rate);
      if (value !== null && value >= 0 && Number.isFinite(value)) change({ learning_rate: value });
      else rate.value = shown.learning_rate;
    },
  });
  const fault = select(faults, null, { 'data-pointer': '/fault', onchange: () => change({ fault: fault.value || null }) });
  const state = h('p', { class: 'run-state' });
  const sentence = h('p', { class: 'small run-fault' });
  let shown = null;
  const element = h('fieldset', { class: `run ${kind}` },
    h('legend', {}, h('span', { class: 'sample', 'aria-hidden': 'true' }), title),
    h('div', { class: 'row top-aligned' }, field('Optimizer', optimizer), field('Learning rate', rate), field('Mistake', fault)),
    state, sentence, more);

  function update(settings) {
    shown = settings;
    choose(optimizer, settings.optimizer);
    choose(fault, settings.fault ?? '');
    if (document.activeElement !== rate) rate.value = settings.learning_rate;
  }
  return { element, update, state, sentence };
}

/** `{element, runs, rest, update(state)}`: `runs` have a place each for what is told of them. */
export function trainingSettings(store, take) {
  const take1 = h('button', { class: 'link small', type: 'button', hidden: true, onclick: () => take(0) }, 'Use its weights in the other views');
  const take2 = h('button', { class: 'link small', type: 'button', hidden: true, onclick: () => take(1) }, 'Use its weights in the other views');
  const one = trainingFields('one', 'One training', (patch) => store.update({ training: patch }), take1);
  const other = trainingFields('other', 'Another beside it', (patch) =>
    store.update((state) => ({ training: { compare: { ...state.training.compare, ...patch } } })), h('div', { class: 'row' }, take2,
    h('button', { class: 'link small', type: 'button', onclick: () => store.update({ training: { compare: null } }) }, 'Take it away')));
  const add = h('button', {
    class: 'button add-run', type: 'button',
    onclick() {
      store.update(({ training: { optimizer, learning_rate } }) => ({ training: { compare: { optimizer, learning_rate, fault: 'one_over_m_twice' } } }));
      other.element.querySelector('select').focus();
    },
  }, 'Compare with another');
  const epochs = h('input', {
    type: 'number', min: 1, max: 100000, step: 1, 'data-pointer': '/training/epochs',
    onchange() {
      const value = numberIn(epochs);
      if (Number.isInteger(value) && value >= 1 && value <= 100000) store.update({ training: { epochs: value } });
      else epochs.value = store.get().training.epochs;
    },
  });
  const batch = h('input', {
    type: 'number', min: 1, max: 100000, step: 1, placeholder: 'all', 'data-pointer': '/training/batch_size',
    onchange() {
      const value = numberIn(batch);
      if (value === null || (Number.isInteger(value) && value >= 1 && value <= 100000)) store.update({ training: { batch_size: value } });
      else batch.value = store.get().training.batch_size ?? '';
    },
  });
  const shared = h('div', { class: 'row shared' }, field('Epochs', epochs), field('Mini-batch', batch), add);
  const offers = h('div', { class: 'row lessons', role: 'group', 'data-undrawn': '', 'aria-label': 'Settings to begin with' }, h('span', { class: 'small soft' }, 'Try:'),
    lessons.map(([name, training]) => h('button', { class: 'button small', type: 'button', onclick: () => store.update({ training }) }, name)));

  function update({ training }) {
    one.update(training);
    if (training.compare) other.update({ ...training, ...training.compare });
    other.element.hidden = !training.compare;
    add.hidden = Boolean(training.compare);
    if (document.activeElement !== epochs) epochs.value = training.epochs;
    if (document.activeElement !== batch) batch.value = training.batch_size ?? '';
  }
  const element = h('div', { class: 'stack' }, offers, h('div', { class: 'runs' }, one.element, other.element), shared);
  return { element, runs: [{ ...one, take: take1 }, { ...other, take: take2 }], shared, update };
}
