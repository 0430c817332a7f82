import { RandomState } from '../../src/core/random.js';
import type { Rows } from './matrices.js';

/** The course's 'flower': 400 points in two classes, drawn as numpy draws them. X (2, 400), Y (1, 400). */
export function flower(): { X: Rows; Y: Rows } {
  const random = new RandomState(1);
  const n = 200;
  const petals = 4;
  const X: Rows = [[], []];
  const Y: Rows = [[]];
  for (const label of [0, 1]) {
    const noise = random.randn(n);
    const angles = noise.map((e, i) => 3.12 * (label + i / (n - 1)) + 0.2 * e);
    const radii = random.randn(n).map((e, i) => petals * Math.sin(4 * angles[i]) + 0.2 * e);
    angles.forEach((t, i) => {
      X[0].push(radii[i] * Math.sin(t));
      X[1].push(radii[i] * Math.cos(t));
      Y[0].push(label);
    });
  }
  return { X, Y };
}
