import assert from 'node:assert/strict';
import { test } from 'node:test';

import { faults, lessons, optimizers, remark, shortNames } from '../../Sources/GradientService/Page/training-words.js';

const one = { optimizer: 'sgd', learning_rate: 0.5, fault: null };
const beside = (compare) => ({ ...one, compare: { ...one, ...compare } });

test('two trainings are called by what tells them apart', () => {
  assert.deepEqual(shortNames([one]), ['This training']);
  assert.deepEqual(shortNames([one, { ...one, fault: 'sign' }]), ['right', 'faulty']);
  assert.deepEqual(shortNames([one, { ...one, optimizer: 'adam' }]), ['SGD', 'Adam']);
  assert.deepEqual(shortNames([one, { ...one, learning_rate: 0.1 }]), ['η = 0.5', 'η = 0.1']);
  assert.deepEqual(shortNames([one, one]), ['one', 'other']);
});

test('1/m twice is said to be slow under gradient descent, and hidden under Adam', () => {
  assert.match(remark(beside({ fault: 'one_over_m_twice' }), 40), /40 times too short/);
  const adam = { ...beside({}), optimizer: 'adam', compare: { optimizer: 'adam', learning_rate: 0.5, fault: 'one_over_m_twice' } };
  assert.match(remark(adam, 40), /Adam divides .* 1\/40 drops out/);
});

test('1/m that is missing is said to be a larger learning rate', () => {
  assert.match(remark(beside({ fault: 'one_over_m_missing' }), 40), /as if the learning rate were 20\./);
});

test('with one example nothing is to be seen', () => {
  assert.match(remark(beside({ fault: 'one_over_m_twice' }), 1), /changes nothing/);
});

test('with one example other mistakes than that of 1/m are not said to change nothing', () => {
  for (const fault of ['sign', 'factor_two']) assert.equal(remark(beside({ fault }), 1), null);
});

test('m is that of a mini-batch where there are such', () => {
  const small = (batch_size) => ({ ...beside({ fault: 'one_over_m_twice' }), batch_size });
  assert.match(remark(small(8), 40), /m = 8 times too short/);
  assert.match(remark(small(100), 40), /m = 40 times too short/);
});

test('Lion is not said to divide', () => {
  const lion = { ...beside({}), optimizer: 'lion', compare: { ...one, optimizer: 'lion', fault: 'one_over_m_twice' } };
  assert.match(remark(lion, 40), /Lion takes of each gradient the sign alone, so that a factor of 1\/40 drops out/);
});

test('where more differs than one mistake nothing is said', () => {
  for (const compare of [null, {}, { optimizer: 'adam', fault: 'sign' }, { learning_rate: 1, fault: 'one_over_m_twice' }, { fault: 'sign' }]) {
    assert.equal(remark({ ...one, compare: compare && { ...one, ...compare } }, 40), null);
  }
});

test('what the lessons choose can be chosen', () => {
  const names = (list) => list.map(([name]) => name);
  for (const [, { compare, ...settings }] of lessons) {
    for (const { optimizer, fault } of [settings, compare]) {
      assert.ok(names(optimizers).includes(optimizer));
      assert.ok(names(faults).includes(fault ?? ''));
    }
  }
});
