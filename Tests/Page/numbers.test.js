import { test } from 'node:test';
import assert from 'node:assert/strict';
import { brief, format } from '../../Sources/GradientService/Page/number.js';
import { fromLists, kindOf, most, readerOf, tensorsOf, timesBetween, toLists } from '../../Sources/GradientService/Page/tensors.js';
import { axesOf, spoken } from '../../Sources/GradientService/Page/names.js';
import { changeWords } from '../../Sources/GradientService/Page/changes.js';

test('numbers are written for people', () => {
  const written = [[0, '0'], [-0, '0'], [0.025, '0.025'], [-12.5, '−12.5'], [1 / 3, '0.3333'], [1e-7, '1.00 × 10⁻⁷'], [-2.5e9, '−2.50 × 10⁹'],
    [NaN, 'no number'], [null, 'no number'], [Infinity, '∞'], [-Infinity, '−∞']];
  for (const [value, text] of written) assert.equal(format(value), text);
});

test('numbers in cells are short, and keep their sign', () => {
  const written = [[0, '0'], [0.0001, '1e−4'], [-3.2e-5, '−3e−5'], [2e-12, '≈0'], [-0.002, '−.002'], [0.025, '.025'], [-0.0999, '−.10'], [0.25, '.25'], [-0.5, '−.50'], [0.999, '1.0'], [9.96, '10'], [1.25, '1.3'], [-12.4, '−12'], [123456, '1e5'], [NaN, '?']];
  for (const [value, text] of written) {
    assert.equal(brief(value), text);
    assert.ok(text.length <= 5);
  }
});

const array = (shape, values) => ({ shape, dtype: 'float64', base64: Buffer.from(Float64Array.from(values).buffer).toString('base64') });

test('the arrays of an answer have the names of its trace', () => {
  const answer = {
    cost: 0.5, losses: array([2], [0.25, 0.75]), dX: array([1, 2], [1, 2]),
    layers: [{ W: array([2, 1], [3, 4]), b: array([2, 1], [0, 0]), dW: array([2, 1], [1, 1]), dW_data: array([2, 1], [1, 1]) }],
  };
  const all = tensorsOf(answer, { batch: { X: [[5, 6]], Y: [[0, 1]] } });
  assert.deepEqual([...all.keys()].sort(), ['A0', 'J', 'L', 'W1', 'Y', 'b1', 'dA0', 'dW1', 'dW1_data'].sort());
  assert.deepEqual(toLists(all.get('W1')), [[3], [4]]);
  assert.deepEqual(toLists(all.get('L')), [0.25, 0.75]);
  assert.equal(toLists(all.get('J')), 0.5);
});

test('a cost that is no number does not become 0', () => {
  const answer = { cost: null, cost_penalty: null, losses: array([1], [NaN]), layers: [] };
  const all = tensorsOf(answer, { batch: { X: [[1]], Y: [[1]] } });
  assert.deepEqual(['J', 'R'].map((name) => toLists(all.get(name))), [NaN, NaN]);
});

test('lists come back as they were', () => {
  for (const lists of [[[1, 2, 3], [4, 5, 6]], [[7]], [1, 2], 3]) assert.deepEqual(toLists(fromLists('x', lists)), lists);
  assert.equal(most(fromLists('x', [[1, -3], [null, 2]])), 3);
});

test('a number is found in every layout', () => {
  const W = [[1, 2], [3, 4], [5, 6]];
  const transposed = [[1, 3, 5], [2, 4, 6]];
  for (const [layout, lists] of [['course', W], ['pytorch', W], ['keras', transposed]]) {
    const reader = readerOf(new Map([['W1', fromLists('W1', lists)]]), layout);
    assert.equal(reader.weight('W')(1, 2, 0), 5);
  }
  for (const [layout, lists] of [['course', W], ['keras', transposed]]) {
    const reader = readerOf(new Map([['A1', fromLists('A1', lists)]]), layout);
    assert.equal(reader.unit('A', 1)(1, 2), 6);
  }
});

test('names tell what arrays are', () => {
  assert.deepEqual(['dW2', 'db10', 'dA0', 'dW1_data', 'W1', 'J'].map(kindOf), ['dW', 'db', 'dX', 'dW_data', null, null]);
  assert.deepEqual(axesOf('dW2', 'course'), ['unit # of layer 2', 'unit # of layer 1']);
  assert.deepEqual(axesOf('W1', 'keras'), ['input #', 'unit # of layer 1']);
  assert.deepEqual(axesOf('dZ3', 'pytorch'), ['example #', 'unit #']);
  assert.equal(spoken('dW2'), 'dW2, derivative with respect to the weights of layer 2');
});

test('a flip of the convention is told by its factor', () => {
  const meaning = { dZ: { times: { loss: 40, cost: 1, sum: 40 } }, dW: { times: { loss: 1, cost: 1, sum: 40 } }, dX: {} };
  assert.deepEqual(changeWords(timesBetween(meaning, 'dZ2', 'loss', 'cost'), 40), ['÷ m', 'changed']);
  assert.deepEqual(changeWords(timesBetween(meaning, 'dW2', 'loss', 'cost'), 40), ['unchanged', 'same']);
  assert.deepEqual(changeWords(timesBetween(meaning, 'dW2', 'cost', 'sum'), 40), ['× m', 'changed']);
  assert.deepEqual(changeWords(timesBetween(meaning, 'dA0', 'cost', 'sum'), 40), ['its two terms change apart', 'apart']);
  assert.deepEqual(changeWords(0.3, 40), ['× 0.3', 'changed']);
});
