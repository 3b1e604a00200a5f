import { test } from 'node:test';
import assert from 'node:assert/strict';
import { initialState, merged } from '../../Sources/GradientService/Page/state.js';
import {
  lossFor, mostLayers, withActivation, withData, withExamples, withLayerAdded, withLayerRemoved, withLoss, withOwnData, withUnits,
} from '../../Sources/GradientService/Page/actions.js';
import { load } from '../../Sources/GradientService/Page/data.js';

const given = merged(initialState, { network: { parameters: [{ W: [[1]], b: [[0]] }] } });
const units = (state) => state.network.layers.map((layer) => layer.units);

test('other sizes forget numbers that were given, and go to the first step', () => {
  const state = merged(merged(given, { step: 7 }), withUnits(given, 0, 6));
  assert.deepEqual(units(state), [6, 1]);
  assert.equal(state.network.parameters, null);
  assert.equal(state.step, 0);
});

test('another activation keeps them', () => {
  const state = merged(given, withActivation(given, 0, 'relu'));
  assert.equal(state.network.layers[0].activation, 'relu');
  assert.notEqual(state.network.parameters, null);
});

test('sizes are kept within bounds, whatever is typed', () => {
  for (const [typed, taken] of [[0, 1], [-3, 1], [NaN, 1], [2.6, 3], [1e9, 512]]) {
    assert.equal(withUnits(initialState, 0, typed).network.layers[0].units, taken);
  }
  assert.equal(withExamples(initialState, 1e6, 400).data.examples, 400);
});

test('layers are added before the last, up to the most, and the last is never removed', () => {
  let state = initialState;
  for (let i = 0; i < 20; i++) state = merged(state, withLayerAdded(state));
  assert.equal(state.network.layers.length, mostLayers);
  assert.equal(units(state).at(-1), 1);
  assert.deepEqual(withLayerRemoved(state, mostLayers - 1), {});
  for (let i = 0; i < 20; i++) state = merged(state, withLayerRemoved(state, 0));
  assert.deepEqual(units(state), [1]);
});

test('a layer can be added to a network of one', () => {
  const one = merged(initialState, withLayerRemoved(initialState, 0));
  assert.deepEqual(units(merged(one, withLayerAdded(one))), [4, 1]);
});

test('the last activation follows the loss', () => {
  const last = (state) => state.network.layers.at(-1).activation;
  let state = merged(initialState, withLoss(initialState, 'mean_squared_error'));
  assert.equal(last(state), 'linear');
  state = merged(state, withLoss(state, 'categorical_crossentropy'));
  assert.equal(last(state), 'softmax');
  state = merged(state, withLoss(state, 'binary_crossentropy'));
  assert.equal(last(state), 'sigmoid');
});

test('a data set brings its layers, its loss and its examples', async () => {
  const state = merged(given, withData(given, 'iris', await load('iris', 30)));
  assert.deepEqual([units(state).at(-1), state.loss, state.data.examples], [3, 'categorical_crossentropy', 30]);
});

test('own data keep the hidden layers', () => {
  const state = merged(initialState, withOwnData(initialState, [[1, 2]], [[0.5, 1.5], [1, 1]]));
  assert.deepEqual(units(state), [4, 2]);
  assert.equal(state.data.examples, 2);
});

test('targets tell the loss', () => {
  assert.equal(lossFor([[0, 1, 1]])[0], 'binary_crossentropy');
  assert.equal(lossFor([[0, 1], [1, 0]])[0], 'categorical_crossentropy');
  assert.equal(lossFor([[1, 1], [1, 0]])[0], 'binary_crossentropy');
  assert.equal(lossFor([[0.5, 1]])[0], 'half_squared_error');
});
