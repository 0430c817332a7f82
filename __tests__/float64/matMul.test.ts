import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../../src/core/errors.js';
import { RandomState } from '../../src/core/random.js';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';
import { products } from '../../src/float64/matMul.js';
import { holds } from './holds.js';

beforeAll(() => tf.setBackend(FLOAT64));

holds(products);

const random = new RandomState(3);
const matrix = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, () => [...random.randn(columns)]);
const transposed = (M: number[][]): number[][] => M[0].map((_, j) => M.map((row) => row[j]));

/** C_ij = Σ_k A_ik B_kj, as it is defined. */
const product = (A: number[][], B: number[][]): number[][] =>
  A.map((row) => B[0].map((_, j) => row.reduce((sum, a, k) => sum + a * B[k][j], 0)));

// Tiles are of four, and strips of 256: sizes below, at, and one beyond.
// biome-ignore format: one line
const sizes = [[1, 1, 1], [4, 256, 4], [5, 257, 3], [3, 255, 9], [8, 600, 13], [20, 7, 5], [2, 1, 6]];

describe.each(sizes)('(%d, %d) by (…, %d)', (n, k, m) => {
  const A = matrix(n, k);
  const B = matrix(k, m);
  const expected = product(A, B).flat();
  // Sums of k products of numbers of about one.
  const tolerance = 1e-14 * Math.sqrt(k);

  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('transposeA %s, transposeB %s', (transposeA, transposeB) => {
    const actual = tf.tidy(() =>
      tf
        .matMul(
          tensor64(transposeA ? transposed(A) : A),
          tensor64(transposeB ? transposed(B) : B),
          transposeA,
          transposeB,
        )
        .dataSync(),
    );
    expect(actual.length).toBe(n * m);
    expected.forEach((v, i) => {
      expect(Math.abs(actual[i] - v)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(v)));
    });
  });
});

test('leading axes broadcast against each other', () => {
  tf.tidy(() => {
    const a = [matrix(2, 3), matrix(2, 3)];
    const b = [matrix(3, 4), matrix(3, 4), matrix(3, 4)];
    const expected = a.map((A) => b.map((B) => product(A, B)));
    const actual = tf.matMul(tensor64(a.map((A) => [A])), tensor64(b)); // (2, 1, …) by (3, …)
    expect(actual.shape).toEqual([2, 3, 2, 4]);
    expect(tf.max(tf.abs(tf.sub(actual, tensor64(expected)))).dataSync()[0]).toBeLessThan(1e-14);
  });
});

test('zero times infinity is NaN, in its own row and column only', () => {
  tf.tidy(() => {
    const inf = Number.POSITIVE_INFINITY;
    const left = [[0, 1], [2, 3]]; // biome-ignore format: rows
    const right = [[inf, 1], [1, 1]]; // biome-ignore format: rows
    const expected = [[Number.NaN, 1], [inf, 5]]; // biome-ignore format: rows
    expect(tf.matMul(left, right).arraySync()).toEqual(expected);
  });
});

test('sizes that do not fit are an error that shows them', () => {
  tf.tidy(() => {
    const a = tf.ones([2, 3]);
    const wrong = () => tf.matMul(a, a, true, false);
    expect(() => tf.matMul(a, a)).toThrow(ShapeError);
    expect(() => tf.matMul(a, a)).toThrow('matMul: a is (2, 3) and b is (2, 3), but a must have');
    expect(wrong).not.toThrow();
    expect(() => tf.matMul(a, tf.ones([3, 2]), true)).toThrow('a is (2, 3) transposed');
  });
});
