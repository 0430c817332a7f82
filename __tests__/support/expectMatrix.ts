import { expect } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Rows, relativeError } from './matrices.js';

/** The same shape, and every element within `bound` times the largest one. */
export function expectMatrix(actual: Tensor, expected: Rows, bound = 1e-6): void {
  expect(actual.shape).toEqual([expected.length, expected[0].length]);
  expect(relativeError(actual.dataSync(), expected.flat())).toBeLessThanOrEqual(bound);
}
