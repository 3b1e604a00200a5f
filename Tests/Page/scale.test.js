import assert from 'node:assert/strict';
import { test } from 'node:test';

import { linearScale, logScale } from '../../Sources/GradientService/Page/scale.js';

test('the ends of the values lie on the ends of the line, and back', () => {
  for (const scale of [linearScale(2, 6, 100, 20), logScale(0.01, 100, 100, 20)]) {
    assert.equal(Math.round(scale.at(scale.low)), 100);
    assert.equal(Math.round(scale.at(scale.high)), 20);
    for (const place of [20, 55, 100]) assert.ok(Math.abs(scale.at(scale.value(place)) - place) < 1e-9);
  }
});

const marks = [
  [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]], [0, 300, [0, 100, 200, 300]], [0.03, 0.17, [0.05, 0.1, 0.15]],
  [-3, 4, [-2, 0, 2, 4]], [0, 1e-7, [0, 2e-8, 4e-8, 6e-8, 8e-8, 1e-7]],
];
for (const [low, high, ticks] of marks) {
  test(`from ${low} to ${high} there are round marks`, () => {
    assert.deepEqual(linearScale(low, high, 0, 100).ticks, ticks);
  });
}

test('powers of ten are marked', () => {
  assert.deepEqual(logScale(0.0005, 2, 0, 100).ticks, [0.001, 0.01, 0.1, 1]);
  assert.ok(logScale(1e-30, 1, 0, 100).ticks.length < 9);
  assert.ok(logScale(0.2, 0.5, 0, 100).ticks.length >= 2);
});

for (const value of [0, 1, -2.5, 1e300]) {
  test(`a single value, ${value}, has room around it`, () => {
    const scale = linearScale(value, value, 0, 100);
    assert.ok(Number.isFinite(scale.at(value)));
  });
}

test('a single value has room around it by powers of ten, too', () => {
  const scale = logScale(0.3, 0.3, 0, 100);
  assert.ok(scale.at(0.3) > 0 && scale.at(0.3) < 100);
});
