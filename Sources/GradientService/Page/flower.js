import { NumPyRandom } from './numpy-random.js';

const PETALS = 200; // points of each class

/**
 * The planar flower: 400 points of two classes on a rose r = 4·sin 4t, with noise in angle and radius.
 * From NumPy's seed 1, so that they are the points of the course's exercise.
 */
function grow() {
  const random = new NumPyRandom(1);
  const classes = [];
  for (const label of [0, 1]) {
    const angles = Array.from({ length: PETALS }, (_, i) => (label + i / (PETALS - 1)) * 3.12 + random.randn() * 0.2);
    classes.push(angles.map((angle) => {
      const radius = 4 * Math.sin(4 * angle) + random.randn() * 0.2;
      return [radius * Math.sin(angle), radius * Math.cos(angle)];
    }));
  }
  return classes;
}

const [reds, blues] = grow();

export const flower = {
  classes: ['0', '1'],
  /** The two classes in turn. */
  rows: reds.flatMap((point, index) => [point, blues[index]]),
  labels: reds.flatMap(() => [0, 1]),
};
