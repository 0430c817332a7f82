import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Layer, pureLayer } from '../layer.js';
import { assertOptions } from '../options.js';
import { padded } from '../pixels.js';
import { sign } from '../sign.js';
import { tensor } from '../tensors.js';
import { ontoPictures } from '../transposed.js';
import { over, type Padding, type Sides, slidOver, type Window, windowOf } from '../window.js';

export interface PoolOptions {
  /** Default: 2. */
  readonly poolSize?: Sides;
  /** Default: poolSize, so that windows do not overlap. */
  readonly strides?: Sides;
  /** Default: 'valid', none. 'same' gives ⌈n / s⌉ rows and columns. */
  readonly padding?: Padding;
}

/** Below every number in a picture, so padding is never the maximum. */
const LOWEST = -3.4e38;

/**
 * Y[i, y, x, k] = max X[i, y s + p, x s + q, k], over p < f_H and q < f_W (m, n_H, n_W, n_C)
 *
 * dX[i, y s + p, x s + q, k] = Σ dY[i, y, x, k], over the windows in which that pixel is the maximum:
 * of equal ones the first in reading order.
 *
 * Source: Course 4, week 1, whose mask of a window is `first` below; ties as PyTorch and TensorFlow.
 *
 * @throws ValueError if an option is not what it should be. ShapeError if the window does not fit.
 */
export function maxPool2d(options: PoolOptions = {}): Layer {
  assertOptions('maxPool2d', options, { poolSize: true, strides: true, padding: true });
  const { poolSize = 2, strides = poolSize } = options;
  const window = windowOf('maxPool2d', { poolSize }, strides, options.padding);
  const { size, strides: s, padding } = window;

  const layer: Layer<{ readonly X: Tensor4D }> = {
    kind: 'maxPool2d',
    config: { poolSize: size, strides: s, padding },
    output: (input) => [...slidOver(window, input, 'window'), input[2]],
    parameters: () => ({}),
    forward: (pictures) => {
      const X = pictures as Tensor4D;
      const Y = tf.maxPool(X, [...size], [...s], padding); // (m, n_H, n_W, n_C)
      return { Y, cache: { X } };
    },
    backward: (dY, _, { X }) => ({ dX: () => toMaxima(dY, X, window), grads: {} }),
  };
  return pureLayer(layer);
}

/** dX, with each channel as a picture of its own: N = m n_C n_H n_W windows of f = f_H f_W pixels. */
function toMaxima(dY: Tensor, X: Tensor4D, window: Window): Tensor {
  const [axes, [m, nH, nW, nC]] = [over(window, X.shape), X.shape];
  const [[fH, fW], f] = [window.size, window.size[0] * window.size[1]];
  const alone = square(f, (row, column) => (row === column ? 1 : 0)); // (f, f)
  const pick = tf.reshape<tf.Rank.R4>(alone, [fH, fW, 1, f]); // filter c sees pixel c alone
  const around = asPictures(padded(X, axes, LOWEST)); // (m n_C, ≥ n_H_prev, ≥ n_W_prev, 1)
  const seen = tf.conv2d(around, pick, [...window.strides], 'valid'); // (m n_C, n_H, n_W, f)
  const pixels = tf.reshape(seen, [-1, f]); // (N, f)
  const inEach = (column: Tensor) => tf.matMul(column as tf.Tensor2D, tf.ones([1, f])); // (N, f)
  const less = sign(tf.sub(pixels, inEach(tf.max(pixels, 1, true)))); // (N, f): 0 if it is the maximum, else -1
  const equal = tf.add(less, 1); // (N, f): 1 or 0
  const sooner = square(f, (row, column) => (row < column ? 1 : 0)); // (f, f)
  const first = tf.relu(tf.matMul(equal, tf.sub(alone, sooner))); // (N, f): 1 if it is, and none before
  const each = tf.reshape(tf.mul(first, inEach(tf.reshape(asPictures(dY), [-1, 1]))), seen.shape); // (m n_C, n_H, n_W, f)
  const dX = tf.reshape(ontoPictures(each, pick, axes), [m, nC, nH, nW]);
  return tf.transpose(dX, [0, 2, 3, 1]); // (m, n_H_prev, n_W_prev, n_C)
}

/** (m, n_H, n_W, n_C) as (m n_C, n_H, n_W, 1) */
const asPictures = (M: Tensor): Tensor4D =>
  tf.reshape(tf.transpose(M, [0, 3, 1, 2]), [-1, M.shape[1]!, M.shape[2]!, 1]);

const square = (f: number, of: (row: number, column: number) => number): Tensor =>
  tensor(
    Array.from({ length: f * f }, (_, i) => of(Math.floor(i / f), i % f)),
    [f, f],
  );
