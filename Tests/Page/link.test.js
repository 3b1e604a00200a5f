import { test } from 'node:test';
import assert from 'node:assert/strict';
import { decode, encode, LinkError, longestLink } from '../../Sources/GradientService/Page/link.js';
import { initialState, merged } from '../../Sources/GradientService/Page/state.js';

const fragment = (value) => `j=${Buffer.from(JSON.stringify(value)).toString('base64url')}`;

test('the state that the page starts with needs no fragment', async () => {
  assert.equal(await encode(initialState), '');
  assert.equal(await decode(''), initialState);
});

const states = {
  'a step': { view: 'steps', step: 8, convention: 'cost', layout: 'keras' },
  'own data': { data: { set: 'own', examples: 2, own: { X: [[0.1, 1e-300], [-2.5, 3]], Y: [[0, 1]] } } },
  'numbers of its own': {
    network: { layers: [{ type: 'dense', units: 1, activation: 'sigmoid' }], seed: 4294967295, initializer: 'he_normal', parameters: [{ W: [[1.5, -2]], b: [[0.25]] }] },
  },
  'a text of any letters': { check: { text: 'dW2 = [[−1 ½ “é” 漢字 🙂]]\n'.repeat(9) } },
  'a comparison': { training: { optimizer: 'adam', learning_rate: 0.01, epochs: 5, batch_size: 4, fault: null, compare: { optimizer: 'sgd', learning_rate: 1, fault: 'one_over_m_twice' } } },
  'a penalty': { penalty: { l2: 0.5, scale: 'lambda/2m' } },
};
for (const [name, change] of Object.entries(states)) {
  test(`${name} comes back as it was`, async () => {
    const state = merged(initialState, change);
    const text = await encode(state);
    assert.match(text, /^[jz]=[\w-]+$/);
    assert.deepEqual(await decode(text), state);
  });
}

test('what a link of an earlier page leaves out is as at the beginning', async () => {
  for (const [name, part] of [['training', { optimizer: 'adam' }], ['data', { examples: 10 }], ['network', { seed: 7 }]]) {
    assert.deepEqual(await decode(fragment({ [name]: part })), merged(initialState, { [name]: part }));
  }
});

test('larger states are compressed', async () => {
  const state = merged(initialState, { check: { text: 'dW1 = [[0.5, 0.5, 0.5]] '.repeat(500) } });
  const text = await encode(state);
  assert.match(text, /^z=/);
  assert.ok(text.length < 400);
});

test('what would not fit into a link is refused with a sentence', async () => {
  const text = Array.from({ length: 9000 }, (_, i) => Math.sin(i * i).toString(36)).join(' ');
  await assert.rejects(encode(merged(initialState, { check: { text } })), (error) => error instanceof LinkError && /too many/.test(error.message));
});

const layer = { type: 'dense', units: 2, activation: 'tanh' };
const network = { layers: [layer], seed: 0, initializer: null, parameters: null };
const bad = [
  'x', 'j=', 'j=!!', 'z=AAAA', `j=${'A'.repeat(longestLink + 1)}`,
  ...[
    null, 3, [], 'text', { unknown: 1 }, { __proto__x: 1 }, { view: 'x' }, { step: 1.5 }, { step: -1 }, { convention: 'mean' }, { layout: null }, { loss: 'mse' },
    { network: null }, { network: [] }, { network: { ...network, layers: [] } }, { network: { ...network, layers: Array(9).fill(layer) } },
    { network: { ...network, layers: [{ ...layer, units: 1e9 }] } }, { network: { ...network, layers: [{ ...layer, activation: 'x' }] } },
    { network: { ...network, layers: [{ ...layer, type: 'conv2d' }] } }, { network: { ...network, seed: -1 } }, { network: { ...network, more: 1 } },
    { network: { ...network, parameters: [] } }, { network: { ...network, parameters: [{ W: [[1]], b: [[1]] }] } }, { network: { ...network, parameters: [{ W: [[1], ['x']], b: [[1], [1]] }] } },
    { data: { set: 'flower', examples: 0, own: null } }, { data: { set: 'own', examples: 1, own: null } }, { data: { set: 'flower', examples: 1, own: { X: [[1]], Y: [[1]] } } },
    { data: { set: 'own', examples: 1, own: { X: [[1], [1, 2]], Y: [[1]] } } }, { data: { set: 'own', examples: 1, own: { X: [[1e999]], Y: [[1]] } } },
    { penalty: { l2: -1, scale: 'lambda' } }, { penalty: { l2: 1, scale: 'x' } }, { check: { text: 1 } }, { check: { text: '', more: 1 } },
    { training: { epochs: 0 } }, { training: { optimizer: 3 } }, { training: { compare: { compare: {} } } }, { training: { compare: 3 } }, { training: null },
  ].map(fragment),
];
test('a link that was not made by this page is refused, whatever is in it', async () => {
  for (const text of bad) await assert.rejects(decode(text), LinkError, Buffer.from(text.slice(2), 'base64url').toString());
});
