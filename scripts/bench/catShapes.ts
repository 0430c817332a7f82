import { cats } from './catData.js';
import type { Shape } from './task.js';

/** The networks of the course's cat notebooks, on full batches. */
const onCats = (units: readonly number[], learningRate = 0.0075): Shape => ({
  sizes: [cats.nX, ...units],
  activations: units.map((_, i) => (i < units.length - 1 ? 'relu' : 'sigmoid')),
  m: cats.m,
  learningRate,
});

export const deep = onCats([20, 7, 5, 1]);
export const shallow = onCats([7, 1]);
export const logisticRegression = onCats([1], 0.005);
