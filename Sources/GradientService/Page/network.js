// The network and its data: what is built, and what it looks like.

import { h, select, uniqueID } from './dom.js';
import { losses, initializers } from './request.js';
import { withInitializer, withLoss, withParameters, withSeed } from './actions.js';
import { dataFields } from './dataset.js';
import { dataPicture } from './datapicture.js';
import { editParameters, parametersOf } from './parameters.js';
import { faultsAtFields, faultsOf } from './faults.js';
import { layerList } from './layers.js';
import { networkGraph } from './graph.js';
import { counted, format } from './number.js';
import { readerOf } from './tensors.js';

const field = (label, control, note) =>
  h('div', { class: 'field' }, h('label', { for: control.id }, label), control, note);
const spaced = (names) => names.map((name) => [name, name.replaceAll('_', ' ')]);

/** Loss, penalty, seed and initializer. */
function settings(store, lesson) {
  const loss = select(spaced(losses), store.get().loss, {
    id: uniqueID('loss'), 'data-pointer': '/loss', onchange: () => store.update((state) => withLoss(state, loss.value)),
  });
  const formula = h('p', { class: 'loss-formula' });
  const seed = h('input', {
    type: 'number', id: uniqueID('seed'), min: 0, max: 4294967295, 'data-pointer': '/network/seed',
    onchange: () => store.update((state) => withSeed(state, Number(seed.value))),
  });
  const another = h('button', {
    class: 'button', type: 'button', onclick: () => store.update((state) => withSeed(state, state.network.seed + 1)),
  }, 'Another');
  const initializer = select([['', 'glorot uniform'], ...spaced(initializers.slice(1))],
    store.get().network.initializer ?? '', {
    id: uniqueID('initializer'), onchange: () => store.update((state) => withInitializer(state, initializer.value)),
  });
  const setPenalty = () => {
    const l2 = Number(lambda.value);
    store.update({ penalty: l2 > 0 ? { l2, scale: scale.value } : null });
  };
  const lambda = h('input', { type: 'number', id: uniqueID('lambda'), min: 0, step: 'any', value: 0,
    'data-pointer': '/penalty/l2', onchange: setPenalty });
  const scale = select([['lambda/2m', 'λ/(2m), the course'], ['lambda/2', 'λ/2, PyTorch'], ['lambda', 'λ, Keras']],
    'lambda/2m', { id: uniqueID('scale'), onchange: setPenalty });
  const numbers = h('button', {
    class: 'button', type: 'button',
    async onclick() {
      const now = lesson.get();
      if (!now.tensors) return;
      const chosen = await editParameters(parametersOf(now));
      if (chosen) store.update((state) => withParameters(state, chosen === 'drawn' ? null : chosen));
    },
  }, 'Read or change the numbers');
  const origin = h('p', { class: 'small soft' });
  const element = h('div', { class: 'settings' },
    field('Loss', loss, formula),
    h('div', { class: 'row fields' },
      field('Weights drawn as', initializer),
      field('Seed, as NumPy’s', seed),
      another),
    h('div', { class: 'row' }, numbers),
    origin,
    h('details', {}, h('summary', {}, 'Penalty (L2)'),
      h('div', { class: 'row fields' }, field('λ (0 for none)', lambda), field('Scale', scale))));
  return {
    element,
    show({ network, loss: name, penalty }) {
      loss.value = name;
      seed.value = network.seed;
      initializer.value = network.initializer === 'glorot_uniform' ? '' : network.initializer ?? '';
      lambda.value = penalty?.l2 ?? 0;
      if (penalty) {
        scale.value = penalty.scale;
        element.querySelector('details').open = true;
      }
      origin.textContent = network.parameters ? 'Its numbers were given; a seed draws new ones.' : 'The same seed draws the same numbers in NumPy: np.random.seed.';
    },
    showAnswer(answer) { formula.textContent = answer.meaning.L; },
  };
}

export function mountNetwork(element, store, service, lesson) {
  const data = dataFields(store);
  const layers = layerList(store);
  const other = settings(store, lesson);
  const faults = h('div', {});
  const picture = h('div', { class: 'graph-box' });
  const facts = h('p', { class: 'facts' });
  const examples = h('div', { class: 'card' });
  const editor = h('div', { class: 'card editor' },
    h('section', {}, h('h2', {}, 'Examples'), data.element),
    h('section', {}, h('h2', {}, 'Layers'), layers.element),
    h('section', {}, h('h2', {}, 'Loss and numbers'), other.element));
  element.append(h('div', { class: 'stack' },
    h('p', { class: 'lead' },
      'Build a small network. Then walk forward and back through it: every number says which derivative it is, and you see where the ',
      h('span', { class: 'over-m' }, '1/m'), ' comes in.'),
    faults,
    h('div', { class: 'network-main' },
      h('div', { class: 'stack' },
        h('div', { class: 'card' }, picture, facts,
          h('div', { class: 'row spread' },
            h('p', { class: 'key' }, 'Lines are weights: ', h('span', { class: 'line negative' }), ' below zero, ',
              h('span', { class: 'line positive' }), ' above, the wider the larger. Squares are biases.'),
            h('button', { class: 'button first', type: 'button',
              onclick: () => store.update({ view: 'steps', step: 0 }) }, 'Walk through it'))),
        examples),
      editor)));

  let drawn = null;
  function showLesson() {
    const now = lesson.get();
    const elsewhere = faultsAtFields(editor, now.error?.errors ?? []);
    const untold = now.error && (elsewhere.length || !now.error.errors?.length);
    const error = untold ? { message: now.error.message, errors: elsewhere } : null;
    faults.replaceChildren(...faultsOf(error, lesson.again));
    if (!now.answer || now.error || element.hidden || now.answer === drawn) return;
    drawn = now.answer;
    const { state, tensors, answer } = now;
    const sizes = [now.data.X.length, ...state.network.layers.map((layer) => layer.units)];
    const reader = readerOf(tensors, state.layout);
    const graph = networkGraph({
      sizes, activations: state.network.layers.map((layer) => layer.activation), weight: reader.weight('W'),
      bias: reader.bias('b'),
      units: null, shapeOf: (layer) => tensors.get(`W${layer}`).shape, cost: answer.cost,
      title: `A network of ${sizes.join(', ')} units; its cost is ${format(answer.cost)}`,
    });
    picture.replaceChildren(graph.element);
    const count = sizes.slice(1).reduce((sum, size, index) => sum + size * (sizes[index] + 1), 0);
    facts.replaceChildren(h('span', {}, counted(count, 'number'), ' to learn'),
      h('span', {}, `m = ${now.data.X[0].length}`),
      h('span', {}, 'cost ', h('i', {}, 'J'), ` = ${format(answer.cost, 5)}`),
      ...(answer.cost === null ? [h('span', { class: 'small' }, 'Some loss is the logarithm of what is not above 0, or too large for 64 bits.')] : []));
    other.showAnswer(answer);
    examples.replaceChildren(dataPicture(now.data));
  }

  store.subscribe((state) => {
    data.show(state);
    layers.show(state);
    other.show(state);
  });
  other.show(store.get());
  lesson.subscribe(showLesson);
  document.addEventListener('viewchange', showLesson);
  document.addEventListener('themechange', () => {
    drawn = null;
    showLesson();
  });
  showLesson();
}
