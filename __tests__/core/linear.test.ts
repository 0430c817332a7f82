import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../src/core/errors.js';
import { linearBackward, linearForward } from '../../src/core/linear.js';
import { onEachBackend } from '../support/backends.js';
import { toRows, toTensor } from '../support/matrices.js';

// Two units on three inputs, m = 2, worked out by hand. Every number is exact in float32.
const W = [
  [1, 2, 3],
  [-1, 0, 4],
];
const b = [[0.5], [-2]];
const APrev = [
  [1, 2],
  [0, -1],
  [2, 1],
];
const dZ = [
  [2, 4],
  [-6, 8],
];

onEachBackend(() => {
  test('Z = W A_prev + b', () => {
    const Z = linearForward(toTensor(APrev), toTensor(W), toTensor(b));
    expect(toRows(Z)).toEqual([
      [7.5, 3.5], // 1·1 + 2·0 + 3·2 + 0.5, 1·2 - 2·1 + 3·1 + 0.5
      [5, 0], // -1·1 + 0·0 + 4·2 - 2, -1·2 - 0·1 + 4·1 - 2
    ]);
  });

  test('dW = 1/m dZ A_prevᵀ, db = 1/m Σ dZ, dA_prev = Wᵀ dZ', () => {
    const { dW, db, dAPrev } = linearBackward(toTensor(dZ), toTensor(APrev), toTensor(W));
    expect(toRows(dW)).toEqual([
      [5, -2, 4], // (2·1 + 4·2, 2·0 - 4·1, 2·2 + 4·1) / 2
      [5, -4, -2], // (-6·1 + 8·2, -6·0 - 8·1, -6·2 + 8·1) / 2
    ]);
    expect(toRows(db)).toEqual([[3], [1]]); // (2 + 4) / 2, (-6 + 8) / 2
    expect(toRows(dAPrev())).toEqual([
      [8, -4], // 1·2 + 1·6, 1·4 - 1·8
      [4, 8], // 2·2, 2·4
      [-18, 44], // 3·2 - 4·6, 3·4 + 4·8
    ]);
  });

  test('dA_prev is computed only when it is called', async () => {
    const products = async (f: (step: ReturnType<typeof linearBackward>) => unknown) => {
      const { kernelNames, kernels } = await tf.profile(() =>
        tf.tidy(() => {
          f(linearBackward(toTensor(dZ), toTensor(APrev), toTensor(W)));
        }),
      );
      expect(kernelNames).toContain('BatchMatMul');
      return kernels.filter(({ name }) => name === 'BatchMatMul').length;
    };
    expect(await products(() => {})).toBe(1);
    expect(await products(({ dAPrev }) => dAPrev())).toBe(2);
  });

  describe('a ShapeError names the shapes', () => {
    const zeros = (n: number, m: number) => tf.zeros([n, m]) as tf.Tensor2D;
    const message = (APrev: tf.Tensor2D, W: tf.Tensor2D, b: tf.Tensor2D) => {
      try {
        linearForward(APrev, W, b);
      } catch (error) {
        expect(error).toBeInstanceOf(ShapeError);
        return (error as ShapeError).message;
      }
      throw new Error('linearForward took shapes that do not fit.');
    };

    test('of W and A_prev', () => {
      expect(message(zeros(5, 9), zeros(2, 7), zeros(2, 1))).toBe(
        'linearForward: W is (2, 7) but A_prev has 5 rows, expected 7.',
      );
    });
    test('with a hint where X is transposed', () => {
      expect(message(zeros(9, 7), zeros(2, 7), zeros(2, 1))).toBe(
        'linearForward: W is (2, 7) but A_prev has 9 rows, expected 7. Is X transposed? Samples go in columns.',
      );
    });
    test.each([
      [3, 1],
      [2, 2],
    ])('of W and b (%d, %d)', (n, columns) => {
      expect(message(zeros(7, 9), zeros(2, 7), zeros(n, columns))).toBe(
        `linearForward: W is (2, 7) but b is (${n}, ${columns}), expected (2, 1).`,
      );
    });
  });
});
