import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../../src/core/errors.js';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';
import { placesOf } from '../../src/float64/pool.js';
import { casesOf, flat, type LayerCase, toTensorOf } from '../support/layerGoldens.js';
import {
  caughtWhenRounded,
  expectClose,
  expectGradients,
  numbers,
  type Op,
  randn,
  type Shape,
} from './differences.js';

beforeAll(() => tf.setBackend(FLOAT64));

type Pair = [number, number];
type Padding = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
type Rounding = 'floor' | 'round' | 'ceil';
const ops = { maxPool2d: tf.maxPool, averagePool2d: tf.avgPool };
type Kind = keyof typeof ops;

const pool =
  (kind: Kind, size: Pair, strides: Pair, pad: Padding, rounding?: Rounding): Op =>
  (x) =>
    ops[kind](x as tf.Tensor4D, size, strides, pad as 'same', rounding);

function likePyTorch({ kind, config, X, dY, Y, dX }: LayerCase): void {
  tf.tidy(() => {
    const { poolSize, strides, padding } = config as Record<string, never>;
    const op = pool(kind as Kind, poolSize, strides, padding);
    expectClose(op(toTensorOf(X!)), flat(Y));
    expectClose(tf.grad((x: tf.Tensor) => op(x))(toTensorOf(X!), toTensorOf(dY)), flat(dX!));
  });
}

describe.each<Kind>(['maxPool2d', 'averagePool2d'])('%s', (kind) => {
  test.each(casesOf(kind).map((one) => [one.name, one] as const))('%s, as PyTorch', (_, one) =>
    likePyTorch(one),
  );
});

caughtWhenRounded(['MaxPool', 'MaxPoolGrad'], () => likePyTorch(casesOf('maxPool2d')[0]));
caughtWhenRounded(['AvgPool', 'AvgPoolGrad'], () => likePyTorch(casesOf('averagePool2d')[1]));

const explicit: Padding = [[0, 0], [1, 0], [0, 1], [0, 0]]; // biome-ignore format: one line

// x, window, strides, padding, and the size and top left padding that they make.
// biome-ignore format: a table
const table: [Shape, Pair, Pair, Padding, Pair, Pair][] = [
  [[2, 7, 6, 3], [3, 2], [1, 1], 'valid', [5, 5], [0, 0]],
  [[2, 7, 6, 3], [3, 2], [2, 3], 'same', [4, 2], [1, 0]],
  [[1, 5, 5, 1], [2, 2], [3, 1], explicit, [2, 5], [1, 0]],
  [[1, 5, 7, 2], [3, 2], [1, 2], 1, [5, 4], [1, 1]],
  [[1, 2, 3, 2], [5, 4], [1, 1], 'same', [2, 3], [2, 1]],
  [[1, 6, 6, 2], [1, 1], [2, 2], 'valid', [3, 3], [0, 0]],
];

describe.each(table)('%j, window %j, strides %j, %j', (shape, size, strides, pad, out, at) => {
  const [m, H, W, C] = shape;
  /** The numbers inside the picture that each window covers, in reading order. */
  const windows = (X: Float64Array): number[][] => {
    const all: number[][] = [];
    for (let n = 0; n < m; n++)
      for (let i = 0; i < out[0]; i++)
        for (let j = 0; j < out[1]; j++)
          for (let c = 0; c < C; c++) {
            const inside: number[] = [];
            for (let u = 0; u < size[0]; u++)
              for (let v = 0; v < size[1]; v++) {
                const [h, w] = [i * strides[0] + u - at[0], j * strides[1] + v - at[1]];
                if (h >= 0 && h < H && w >= 0 && w < W)
                  inside.push(X[((n * H + h) * W + w) * C + c]);
              }
            all.push(inside);
          }
    return all;
  };

  test('the largest and the mean of what each window covers', () => {
    tf.tidy(() => {
      const x = tf.sub(randn(shape, 1), 3); // mostly negative: padding must not count
      const covered = windows(numbers(x));
      const max = pool('maxPool2d', size, strides, pad)(x);
      expect(max.shape).toEqual([m, ...out, C]);
      expectClose(
        max,
        covered.map((all) => Math.max(...all)),
        0,
      );
      const means = covered.map((all) => all.reduce((sum, v) => sum + v, 0) / all.length);
      expectClose(pool('averagePool2d', size, strides, pad)(x), means, 1e-14);
    });
  });

  test.each<Kind>(['maxPool2d', 'averagePool2d'])('%s: tf.grads, differences', (kind) => {
    // Far enough apart that no step changes the order.
    const drawn = numbers(randn(shape, 2));
    const apart = Float64Array.from(drawn, (v) => drawn.filter((w) => w < v).length / 7);
    const x = tensor64(apart, shape as [number]);
    expectGradients(pool(kind, size, strides, pad), [x]);
  });
});

test('equal numbers: dY goes to the first in reading order, however often it is asked', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, 2, 2, 2, 2, 0, -1, -1, -1], [1, 3, 3, 1]);
    const op = pool('maxPool2d', [2, 2], [1, 1], 'same');
    const dy = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    // Windows: {1 2 2 2}, {2 2 2 0}, {2 0}, {2 2 -1 -1}, {2 0 -1 -1}, {0 -1}, {-1 -1}, {-1 -1}, {-1}.
    const expected = [0, 1 + 2, 3, 4, 5, 6, 7, 8, 9];
    const auto = tf.grad((v: tf.Tensor) => op(v))(x, dy);
    expect([...auto.dataSync()]).toEqual(expected);
    // Without the places that MaxPool noted: its output is another's.
    const output = tf.tensor4d([...op(x).dataSync()], [1, 3, 3, 1]);
    expect(placesOf(numbers(output))).toBeUndefined();
    const attrs = { filterSize: 2, strides: 1, pad: 'same' };
    const alone = tf.engine().runKernel('MaxPoolGrad', { dy, input: x, output }, attrs);
    expect([...(alone as tf.Tensor).dataSync()]).toEqual(expected);
  });
});

test('what is not a number is the maximum and the mean; -∞ can be a maximum', () => {
  tf.tidy(() => {
    const { NaN: nan, NEGATIVE_INFINITY: low } = Number;
    const x = tf.tensor4d([1, nan, low, 3, 2, low, 0, 0, 0, low, low, low], [1, 2, 6, 1]);
    const given = (kind: Kind) => [...pool(kind, [2, 2], [2, 2], 'valid')(x).dataSync()];
    expect(given('maxPool2d')).toEqual([nan, 3, 2]);
    expect(given('averagePool2d')).toEqual([nan, low, low]);
    const constant = tf.fill([1, 2, 2, 1], low) as tf.Tensor4D;
    const dx = tf.grad((v: tf.Tensor) => pool('maxPool2d', [2, 2], [1, 1], 'valid')(v))(constant);
    expect([...dx.dataSync()]).toEqual([1, 0, 0, 0]);
  });
});

test('windows that are rounded up hang over the edge; tfjs forgets that in the gradient', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, 2, 3, 4, 5], [1, 1, 5, 1]);
    const given = (kind: Kind) => [...pool(kind, [1, 2], [1, 2], 0, 'ceil')(x).dataSync()];
    expect(given('maxPool2d')).toEqual([2, 4, 5]);
    expect(given('averagePool2d')).toEqual([1.5, 3.5, 5]);
  });
  const x = tf.ones([1, 1, 5, 1]);
  const backward = (kind: Kind) => () =>
    tf.tidy(() => tf.grad((v: tf.Tensor) => pool(kind, [1, 2], [1, 2], 0, 'ceil')(v))(x));
  for (const kind of ['maxPool2d', 'averagePool2d'] as const) {
    expect(backward(kind)).toThrow(ShapeError);
    expect(backward(kind)).toThrow(
      'is (1, 1, 3, 1), but the window gives (1, 1, 2, 1). Leave dimR',
    );
  }
  x.dispose();
});
