import assert from 'node:assert/strict';
import { test } from 'node:test';

import { contour } from '../../Sources/GradientService/Page/contour.js';

const grid = (side, f) => Array.from({ length: side * side }, (_, i) => f(i % side, Math.floor(i / side)));

test('a slope is crossed where it passes the level', () => {
  const segments = contour(grid(4, (x) => x), 4, 1.25);
  assert.equal(segments.length, 3);
  for (const [x1, , x2] of segments) assert.deepEqual([x1, x2], [1.25, 1.25]);
});

test('a flat field has none', () => {
  assert.deepEqual(contour(grid(5, () => 1), 5, 1), []);
  assert.deepEqual(contour(grid(5, () => 2), 5, 1), []);
});

test('a hill has a closed line around it', () => {
  const segments = contour(grid(21, (x, y) => (x - 10) ** 2 + (y - 10) ** 2), 21, 35.5);
  const ends = new Map();
  for (const [x1, y1, x2, y2] of segments) {
    for (const [x, y] of [[x1, y1], [x2, y2]]) {
      assert.ok(Math.abs(Math.hypot(x - 10, y - 10) - Math.sqrt(35.5)) < 0.1);
      const key = `${x.toFixed(6)} ${y.toFixed(6)}`;
      ends.set(key, (ends.get(key) ?? 0) + 1);
    }
  }
  assert.ok([...ends.values()].every((count) => count === 2));
});

test('a saddle keeps two lines that do not cross', () => {
  assert.deepEqual(contour([1, 0, 0, 1], 2, 0.5), [[0.5, 0, 0, 0.5], [1, 0.5, 0.5, 1]]);
  assert.deepEqual(contour([0, 1, 1, 0], 2, 0.5), [[0.5, 0, 1, 0.5], [0, 0.5, 0.5, 1]]);
});
