import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../../src/core/activations.js';
import { sign } from '../../src/core/sign.js';
import { onEachBackend } from '../support/backends.js';

onEachBackend(() => {
  test('of any number, from the smallest normal one to infinity', () => {
    const numbers = [2, 1e-7, 1e-30, 1.2e-38, 0, 3.4e38, Number.POSITIVE_INFINITY];
    const both = [...numbers, ...numbers.map((x) => -x)];
    const signs = tf.tidy(() => [...sign(tf.tensor1d(both)).dataSync()]);
    expect(signs.map((x) => x + 0)).toEqual(both.map((x) => Math.sign(x) + 0));
  });

  test("relu's derivative is 1 above 0, also just above it", () => {
    const dZ = tf.tidy(() => {
      const Z = tf.tensor1d([1e-8, 1e-30, -1e-8, 0]);
      return [...relu.backward(tf.tensor1d([3, 4, 5, 6]), { Z, A: relu.forward(Z) }).dataSync()];
    });
    expect(dZ.map((x) => x + 0)).toEqual([3, 4, 0, 0]);
  });
});
