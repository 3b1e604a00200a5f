import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createStore, initialState, merged } from '../../Sources/GradientService/Page/state.js';

test('a patch is merged one level deep, and arrays and null take the place of the old', () => {
  const state = { training: { epochs: 1, fault: 'x' }, data: { own: { X: [[1]] } }, penalty: { l2: 1 }, step: 3 };
  assert.deepEqual(merged(state, { training: { epochs: 2 }, data: { own: null }, penalty: null }), {
    training: { epochs: 2, fault: 'x' }, data: { own: null }, penalty: null, step: 3,
  });
});

test('listeners are told once of all changes of a turn, with the state before', async () => {
  const store = createStore();
  const told = [];
  const end = store.subscribe((state, before) => told.push([before.step, state.step]));
  store.update({ step: 1 });
  store.update(({ step }) => ({ step: step + 1 }));
  assert.equal(store.get().step, 2);
  await null;
  assert.deepEqual(told, [[0, 2]]);
  end();
  store.update({ step: 5 });
  await null;
  assert.equal(told.length, 1);
});

test('a change leaves the state before as it was', () => {
  const store = createStore();
  store.update({ network: { seed: 9 } });
  assert.equal(initialState.network.seed, 3);
  assert.equal(store.get().network.seed, 9);
});
