// The layers, one row each: widened, given another activation, added, removed.

import { h, replaceContent, select } from './dom.js';
import { activations } from './request.js';
import { largestUnits, mostLayers, withActivation, withLayerAdded, withLayerRemoved, withUnits } from './actions.js';

function units(store, index, count) {
  const set = (value) => store.update((state) => withUnits(state, index, value));
  const name = `layer ${index + 1}`;
  const step = (by, sign, words) => h('button', {
    class: 'button icon', type: 'button', 'aria-label': `${words} in ${name}`, 'data-key': `units-${index}-${by}`,
    disabled: count + by < 1 || count + by > largestUnits, onclick: () => set(count + by),
  }, sign);
  return h('div', { class: 'units-field' },
    step(-1, '−', 'One unit less'),
    h('input', {
      type: 'number', min: 1, max: largestUnits, value: count, 'aria-label': `Units of ${name}`,
      'data-key': `units-${index}`,
      'data-pointer': `/network/layers/${index}/units`, onchange(event) { set(Number(event.target.value)); },
    }),
    step(1, '+', 'One unit more'));
}

/** The rows of the layers and what adds one. */
export function layerList(store) {
  const element = h('div', { class: 'layers' });
  let shown = null;

  function show({ network: { layers } }) {
    if (layers === shown) return;
    shown = layers;
    const last = layers.length - 1;
    replaceContent(element,
      h('ol', { class: 'layer-list' }, layers.map((layer, index) => h('li', { class: 'layer-row' },
        h('span', { class: 'layer-name' }, `Layer ${index + 1}`),
        index === last
          ? h('span', { class: 'fixed-units', title: 'As many as the targets have' },
            layer.units === 1 ? '1 output' : `${layer.units} outputs`)
          : units(store, index, layer.units),
        select(activations.map((name) => [name, name.replaceAll('_', ' ')]), layer.activation, {
          'aria-label': `Activation of layer ${index + 1}`, 'data-key': `activation-${index}`,
          'data-pointer': `/network/layers/${index}/activation`,
          onchange(event) { store.update((state) => withActivation(state, index, event.target.value)); },
        }),
        index === last ? h('span', {}) : h('button', {
          class: 'button icon', type: 'button', 'aria-label': `Remove layer ${index + 1}`,
          'data-key': `remove-${index}`,
          onclick() {
            store.update((state) => withLayerRemoved(state, index));
            queueMicrotask(() => element.querySelector('[data-key="add"]').focus());
          },
        }, '×')))),
      h('button', {
        class: 'button', type: 'button', 'data-key': 'add', disabled: layers.length >= mostLayers,
        onclick: () => store.update(withLayerAdded),
      }, '+ Add a layer'));
  }
  show(store.get());
  return { element, show };
}
