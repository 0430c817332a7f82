import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { RandomState } from '../../src/core/random.js';
import { tensor64 } from '../../src/float64/index.js';
import { plantRounding } from './holds.js';

/* What a kernel is compared with: plain numbers, a definition, the differences of its results. */

export type Shape = readonly number[];
export type Op = (...xs: tf.Tensor[]) => tf.Tensor;

const sizeOf = (shape: Shape) => shape.reduce((product, n) => product * n, 1);

/** Normal random numbers, the same for the same seed. */
export const randn = (shape: Shape, seed: number): tf.Tensor =>
  tensor64(new RandomState(seed).randn(sizeOf(shape)), shape as [number]);

export const numbers = (x: tf.Tensor): Float64Array => x.dataSync() as unknown as Float64Array;

/** |a - b| ≤ bound · max(1, |b|) for each number. */
export function expectClose(actual: tf.Tensor, expected: ArrayLike<number>, bound = 1e-12): void {
  const values = numbers(actual);
  expect(values.length).toBe(expected.length);
  let worst = 0;
  for (let i = 0; i < values.length; i++) {
    const off = Math.abs(values[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
    if (!(off <= worst)) worst = off;
  }
  expect(worst).toBeLessThanOrEqual(bound);
}

/** Σ a b */
export const inner = (a: tf.Tensor, b: tf.Tensor): number => numbers(tf.sum(tf.mul(a, b)))[0];

/**
 * tf.grads of Σ R f(x), for a random R, against (8 (f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h))) / 12h
 * for each number of each input.
 */
export function expectGradients(f: Op, xs: readonly tf.Tensor[], bound = 1e-9, h = 1e-3): void {
  tf.tidy(() => {
    const R = randn(f(...xs).shape, 99);
    const grads = tf.grads((...given: tf.Tensor[]) => f(...given))([...xs], R);
    xs.forEach((x, which) => {
      expect(grads[which].shape).toEqual(x.shape);
      const at = (element: number, step: number) =>
        tf.tidy(() => {
          const moved = Float64Array.from(numbers(x));
          moved[element] += step;
          const given = tensor64(moved, x.shape as [number]);
          return inner(R, f(...xs.map((other, i) => (i === which ? given : other))));
        });
      const differences = Float64Array.from(
        { length: x.size },
        (_, i) => (8 * (at(i, h) - at(i, -h)) - (at(i, 2 * h) - at(i, -2 * h))) / (12 * h),
      );
      expectClose(grads[which], differences, bound);
    });
  });
}

/** Were the kernel to round its results to float32, the check would fail. */
export function caughtWhenRounded(kernelNames: readonly string[], check: () => void): void {
  test.each(kernelNames)('%s is caught when it rounds to float32', (kernel) => {
    const restore = plantRounding(kernel);
    try {
      expect(check).toThrow();
    } finally {
      restore();
    }
    expect(check).not.toThrow();
  });
}
