import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';
import {
  expectClose,
  expectGradients,
  numbers,
  type Op,
  randn,
  type Shape,
} from './differences.js';

beforeAll(() => tf.setBackend(FLOAT64));

type T4 = tf.Tensor4D;
type Size = [number, number];

// biome-ignore format: a table
const table: [Shape, Size, boolean, boolean][] = [
  [[2, 2, 3, 2], [4, 6], false, false],
  [[1, 3, 3, 1], [7, 5], false, false],
  [[1, 5, 6, 2], [2, 4], false, false],
  [[1, 3, 4, 2], [5, 7], true, false],
  [[1, 4, 4, 1], [1, 8], true, false],
  [[1, 3, 4, 2], [7, 6], false, true],
  [[1, 5, 7, 1], [3, 2], false, true],
];

describe.each(table)('%j to %j, align corners %j, half pixels %j', (shape, size, align, half) => {
  const nearest: Op = (x) => tf.image.resizeNearestNeighbor(x as T4, size, align, half);
  const bilinear: Op = (x) => tf.image.resizeBilinear(x as T4, size, align, half);

  test('tf.grads agrees with differences', () => {
    expectGradients(nearest, [randn(shape, 1)]);
    expectGradients(bilinear, [randn(shape, 2)]);
  });

  test('as tfjs has it, to the digits that float32 has', async () => {
    // Sums of x, y and channel: bilinear interpolation is exact to 1e-6 of them.
    const values = Float64Array.from(numbers(randn(shape, 3)), Math.fround);
    const run = (op: Op) => tf.tidy(() => [...op(tensor64(values, shape as [number])).dataSync()]);
    const given = [run(nearest), run(bilinear)];
    await tf.setBackend('cpu');
    const expected = [run(nearest), run(bilinear)];
    await tf.setBackend(FLOAT64);
    expect(given[0]).toEqual(expected[0]);
    given[1].forEach((v, i) => void expect(Math.abs(v - expected[1][i])).toBeLessThan(1e-6));
  });

  test('a plane stays a plane: bilinear interpolation, where it reaches', () => {
    tf.tidy(() => {
      const [, H, W, C] = shape;
      const step = (n: number, count: number) =>
        align && count > 1 ? (n - 1) / (count - 1) : n / count;
      const place = (i: number, n: number, count: number) => {
        const at = half ? (i + 0.5) * step(n, count) - 0.5 : i * step(n, count);
        return Math.min(Math.max(at, 0), n - 1);
      };
      const plane = (h: number, w: number, c: number) => 0.1 + h / 3 - w / 7 + c;
      const fill = (
        height: number,
        width: number,
        f: (i: number, j: number, c: number) => number,
      ) => {
        const all: number[] = [];
        for (let n = 0; n < shape[0]; n++)
          for (let i = 0; i < height; i++)
            for (let j = 0; j < width; j++) for (let c = 0; c < C; c++) all.push(f(i, j, c));
        return all;
      };
      const x = tensor64(Float64Array.from(fill(H, W, plane)), shape as [number]);
      const expected = fill(size[0], size[1], (i, j, c) =>
        plane(place(i, H, size[0]), place(j, W, size[1]), c),
      );
      expectClose(bilinear(x), expected, 1e-14);
    });
  });
});

test('twice as large: each pixel is four, and its gradient is the sum of the four', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([0.1, 0.2, 0.3, 0.4], [1, 2, 2, 1]);
    const op = (v: tf.Tensor) => tf.image.resizeNearestNeighbor(v as T4, [4, 4]);
    // biome-ignore format: a picture
    expect([...op(x).dataSync()]).toEqual([
      0.1, 0.1, 0.2, 0.2,
      0.1, 0.1, 0.2, 0.2,
      0.3, 0.3, 0.4, 0.4,
      0.3, 0.3, 0.4, 0.4,
    ]);
    const dy = tf.reshape(tf.range(0, 16), [1, 4, 4, 1]);
    expect([...tf.grad(op)(x, dy).dataSync()]).toEqual([10, 18, 42, 50]);
  });
});
