import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { columnSums, featureShape, sumPerFeature, withFeatures } from '../../src/core/features.js';
import { tensor } from '../../src/core/tensors.js';
import { onEachBackend } from '../support/backends.js';

test('a vector of features', () => {
  expect(featureShape([3])).toEqual([3, 1]);
  expect(featureShape([4, 5])).toEqual([5]);
  expect(featureShape([2, 3, 4])).toEqual([4]);
});

// Whole numbers, whose sums and products are exact on every backend.
const values = (shape: number[]) => {
  const size = shape.reduce((product, side) => product * side, 1);
  return tensor(
    Array.from({ length: size }, (_, i) => ((i * 7) % 11) - 5),
    shape,
  );
};

onEachBackend(() => {
  test.each([
    [
      [3, 4],
      [3, 1],
    ],
    [[2, 3, 4], [4]],
    [[2, 3, 5, 2], [2]],
    [[1, 1, 1, 3], [3]],
    [[2, 2, 1, 3, 2], [2]],
  ])('%j: sums per feature, and products with %j', (shape, features) => {
    tf.tidy(() => {
      const M = values(shape);
      const v = values(features);
      const [flat, of] = [Array.from(M.dataSync()), Array.from(v.dataSync())];
      const inRows = shape.length === 2;
      const feature = (i: number) => (inRows ? Math.floor(i / shape[1]) : i % of.length);
      const sums = of.map((_, k) =>
        flat.reduce((sum, x, i) => (feature(i) === k ? sum + x : sum), 0),
      );
      expect(sumPerFeature(M).shape).toEqual(features);
      expect(Array.from(sumPerFeature(M).dataSync())).toEqual(sums);
      for (const [op, f] of [
        [tf.mul, (a: number, b: number) => a * b],
        [tf.sub, (a: number, b: number) => a - b],
      ] as const) {
        const result = withFeatures(op, M, v);
        expect(result.shape).toEqual(shape);
        expect(Array.from(result.dataSync(), (x) => x + 0)).toEqual(
          flat.map((x, i) => f(x, of[feature(i)]) + 0),
        );
      }
    });
  });

  test('the sums of the columns of a matrix', () => {
    tf.tidy(() => {
      const sums = columnSums(tensor([1, 2, 3, 4, 5, 6], [3, 2]));
      expect(sums.shape).toEqual([2]);
      expect(Array.from(sums.dataSync())).toEqual([9, 12]);
    });
  });
});
