import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load, sets } from '../../Sources/GradientService/Page/data.js';

for (const { name, maximum } of sets) {
  test(`${name} has as many examples as are asked for, and no more than there are`, async () => {
    for (const [asked, got] of [[1, 1], [7, 7], [maximum, maximum], [maximum + 1, maximum], [-5, 1]]) {
      const { X, Y, inputs, outputs, available } = await load(name, asked);
      assert.equal(available, maximum);
      assert.deepEqual([X.length, Y.length], [inputs, outputs]);
      assert.ok([...X, ...Y].every((row) => row.length === got && row.every(Number.isFinite)));
    }
  });

  test(`${name} has every class among a few, and a network that fits`, async () => {
    const { labels, classes, inputs, outputs, suggestedLayers, Y } = await load(name, 20);
    assert.equal(new Set(labels).size, classes.length);
    assert.ok(inputs > 0);
    assert.equal(suggestedLayers.at(-1).units, outputs);
    labels.forEach((label, i) => {
      assert.equal(outputs === 1 ? Y[0][i] : Y.findIndex((row) => row[i] === 1), label);
    });
  });

  test(`${name} is the same each time`, async () => {
    assert.deepEqual(await load(name, 12), await load(name, 12));
  });
}

test('irises are standardised over all of them', async () => {
  const { X } = await load('iris', 150);
  for (const row of X) {
    const mean = row.reduce((sum, x) => sum + x, 0) / 150;
    const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 150;
    assert.ok(Math.abs(mean) < 1e-3 && Math.abs(variance - 1) < 1e-3);
  }
});

test('an unknown set is refused', async () => {
  await assert.rejects(load('mnist', 10), RangeError);
});
