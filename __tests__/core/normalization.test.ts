import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import {
  affine,
  affineBackward,
  affineParameters,
  assertEpsilon,
  normalize,
  normalizeBackward,
  overFeatures,
} from '../../src/core/normalization.js';
import { tensor } from '../../src/core/tensors.js';
import { onEachBackend } from '../support/backends.js';

onEachBackend(() => {
  test('mean 0 and variance 1, less what epsilon takes', () => {
    tf.tidy(() => {
      // Mean 3, deviations -2, 0, 2, variance 8/3.
      const { XHat, deviation } = normalize(tensor([1, 3, 5], [3, 1]), overFeatures, 1 / 3);
      expect(deviation.dataSync()[0]).toBeCloseTo(Math.sqrt(3), 6);
      const expected = [-2 / Math.sqrt(3), 0, 2 / Math.sqrt(3)];
      for (const [i, x] of XHat.dataSync().entries()) expect(x).toBeCloseTo(expected[i], 6);
    });
  });

  test('the gradient of a shift is 0, and so is that of a scale without epsilon', () => {
    tf.tidy(() => {
      const X = tensor([1, -2, 4, 0.5], [1, 1, 4]);
      const normalized = normalize(X, overFeatures, 1e-12);
      const dX = normalizeBackward(tensor([1, 2, -1, 3], [1, 1, 4]), normalized, overFeatures);
      expect(tf.sum(dX).dataSync()[0]).toBeCloseTo(0, 5);
      expect(tf.sum(tf.mul(dX, X)).dataSync()[0]).toBeCloseTo(0, 5);
    });
  });

  test('without gamma and beta nothing is done', () => {
    tf.tidy(() => {
      const X = tensor([1, 2], [2, 1]);
      expect(affine(X)).toBe(X);
      const { dXHat, grads } = affineBackward(X, X);
      expect(dXHat()).toBe(X);
      expect(grads).toEqual({});
    });
  });

  test('gamma starts at 1, beta at 0', () => {
    const { gamma, beta } = affineParameters([2, 3], {});
    const [ones, zeros] = [gamma, beta].map(({ initialize }) => initialize(undefined as never));
    expect(Array.from(ones.dataSync())).toEqual([1, 1, 1]);
    expect(Array.from(zeros.dataSync())).toEqual([0, 0, 0]);
    tf.dispose([ones, zeros]);
  });
});

test('epsilon is above 0', () => {
  expect(() => assertEpsilon('layerNorm', 1e-12)).not.toThrow();
  for (const epsilon of [0, -1e-3, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => assertEpsilon('layerNorm', epsilon)).toThrow(
      `layerNorm: epsilon is ${epsilon}; give`,
    );
  }
});
