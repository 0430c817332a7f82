import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Layer, pureLayer } from '../layer.js';
import { assertOptions } from '../options.js';
import { aroundPictures } from '../pixels.js';
import { tensor } from '../tensors.js';
import { ontoPictures } from '../transposed.js';
import { over, type Padding, type Sides, slidOver, windowOf } from '../window.js';

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
  const [fH, fW] = window.size;
  const pool = (X: Tensor) =>
    tf.maxPool(X as Tensor4D, [fH, fW], [...window.strides], window.padding);

  const layer: Layer<{ readonly X: Tensor; readonly Y: Tensor }> = {
    kind: 'maxPool2d',
    config: { poolSize: window.size, strides: window.strides, padding: window.padding },
    output: (input) => [...slidOver(window, input, 'window'), input[2]],
    parameters: () => ({}),
    forward: (X) => {
      const Y = pool(X); // (m, n_H, n_W, n_C)
      return { Y, cache: { X, Y } };
    },
    backward: (dY, _, { X, Y }) => ({ grads: {}, dX: () => toMaxima(dY, X, Y) }),
  };
  /** dX, with each channel as a picture of its own: what follows are m n_C n_H n_W windows of f = f_H f_W pixels. */
  const toMaxima = (dY: Tensor, X: Tensor, Y: Tensor): Tensor => {
    const [axes, [m, nH, nW, nC]] = [over(window, X.shape), Y.shape];
    const f = fH * fW;
    const pick = tf.reshape(
      square(f, (row, column) => Number(row === column)),
      [fH, fW, 1, f],
    ); // filter c sees pixel c alone
    const padded = tf.pad(asPictures(X), aroundPictures(axes), LOWEST); // (m n_C, …, …, 1)
    const pixels = tf.reshape(tf.conv2d(padded, pick as Tensor4D, [...window.strides], 'valid'), [
      -1,
      f,
    ]); // (windows, f)
    const inEach = (M: Tensor) => tf.matMul(tf.reshape(asPictures(M), [-1, 1]), tf.ones([1, f])); // (windows, f)
    const less = tf.sign(tf.sub(pixels, inEach(Y))); // (windows, f): 0 where it is the maximum, else -1
    const equal = tf.add(less, 1); // (windows, f): 1 or 0
    const before = square(f, (row, column) => Number(row === column) - Number(row < column));
    const first = tf.relu(tf.matMul(equal, before)); // (windows, f): less the number of maxima before it
    const dPixels = tf.reshape(tf.mul(first, inEach(dY)), [m * nC!, nH!, nW!, f]); // (m n_C, n_H, n_W, f)
    const dX = ontoPictures(dPixels, pick, axes); // (m n_C, n_H_prev, n_W_prev, 1)
    return tf.transpose(tf.reshape(dX, [m, nC!, ...X.shape.slice(1, 3)]), [0, 2, 3, 1]); // (m, n_H_prev, n_W_prev, n_C)
  };
  return pureLayer(layer);
}

/** (m, n_H, n_W, n_C) as (m n_C, n_H, n_W, 1) */
const asPictures = (M: Tensor): Tensor4D =>
  tf.reshape(tf.transpose(M, [0, 3, 1, 2]), [-1, M.shape[1]!, M.shape[2]!, 1]);

const square = (f: number, of: (row: number, column: number) => number): Tensor =>
  tensor(
    Array.from({ length: f * f }, (_, i) => of(Math.floor(i / f), i % f)),
    [f, f],
  );
