import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { around, cropped, type Pads } from './pixels.js';
import type { Along, Axes } from './window.js';

/*
 * A convolution transposed: each window gives its number, times its filter, to the pixels that it has
 * seen. Pixels that are s apart see the same part of the filter: along an axis, with p = b s + r,
 *
 *   X[t s + r] = Σ Z[t - b] W[b s + r], over b
 *
 * is a convolution of stride 1 for each r < s, with the parts b of the filter turned around. All are
 * done as one, with s_H s_W times the channels, and the results are put between each other.
 */

/** Σ Z[i, y, x, c] W[p, q, k, c] in pixel (y s + p, x s + q, k), for pictures (m, n_H, n_W, n_K) */
export function ontoPictures(Z: Tensor, W: Tensor, axes: Axes): Tensor {
  const [[rows, columns], [, , nK, nC]] = [axes.map(phases), W.shape];
  const parts = partsOf(W, rows, columns); // (b_H b_W, s_H s_W, n_K, n_C)
  const filter = tf.reshape(tf.transpose(parts, [0, 3, 1, 2]), [
    rows.parts,
    columns.parts,
    nC!,
    -1,
  ]); // (b_H, b_W, n_C, s_H s_W n_K)
  const pads = around(rows.pads, columns.pads);
  const X = tf.conv2d(Z as Tensor4D, filter as Tensor4D, 1, pads); // (m, t_H, t_W, s_H s_W n_K)
  const apart = tf.reshape(X, [-1, columns.places, rows.s, columns.s * nK]); // (m t_H, t_W, s_H, s_W n_K)
  return between(tf.transpose(apart, [0, 2, 1, 3]), axes, nK); // (m, n_H, n_W, n_K)
}

/** Σ Z[i, y, x, k] W[p, q, k] in pixel (y s + p, x s + q, k): the same for each channel of its own. */
export function ontoChannels(Z: Tensor, W: Tensor, axes: Axes): Tensor {
  const [[rows, columns], nC] = [axes.map(phases), Z.shape[3]!];
  const parts = tf.reshape(partsOf(W, rows, columns), [rows.parts * columns.parts, -1, nC]); // (b_H b_W, s_H s_W, n_C)
  const filter = tf.reshape(tf.transpose(parts, [0, 2, 1]), [rows.parts, columns.parts, nC, -1]); // (b_H, b_W, n_C, s_H s_W)
  const pads = around(rows.pads, columns.pads);
  const X = tf.depthwiseConv2d(Z as Tensor4D, filter as Tensor4D, 1, pads); // (m, t_H, t_W, n_C s_H s_W)
  const apart = tf.reshape(X, [-1, columns.places, nC, rows.s, columns.s]); // (m t_H, t_W, n_C, s_H, s_W)
  return between(tf.transpose(apart, [0, 3, 1, 4, 2]), axes, nC); // (m, n_H, n_W, n_C)
}

interface Phases {
  readonly s: number;
  /** The zeros around the filter, so that its parts begin at a pixel t s and are whole. */
  readonly zeros: Pads;
  /** The number of b. */
  readonly parts: number;
  /** The zeros around Z, where there is no window. */
  readonly pads: Pads;
  /** The number of t. */
  readonly places: number;
}

/** b runs from -first to last, because the window's first pixels may lie before the picture. */
function phases({ n, f, s, out, before }: Along): Phases {
  const [first, last] = [Math.ceil(before / s), Math.floor((f - 1 - before) / s)];
  const [parts, places] = [first + last + 1, Math.ceil(n / s)];
  const front = first * s - before;
  const zeros: Pads = [front, parts * s - front - f];
  return { s, zeros, parts, places, pads: [last, places + first - out] };
}

/** W (f_H, f_W, a, b) as the parts of each phase, the last first (b_H b_W, s_H s_W, a, b) */
function partsOf(W: Tensor, rows: Phases, columns: Phases): Tensor {
  const [, , a, b] = W.shape;
  const whole = tf.pad(W, [rows.zeros, columns.zeros, [0, 0], [0, 0]]); // (b_H s_H, b_W s_W, a, b)
  const split = tf.reshape(whole, [rows.parts, rows.s, columns.parts, columns.s, a * b!]);
  const turned = tf.transpose(tf.reverse(split, [0, 2]), [0, 2, 1, 3, 4]); // (b_H, b_W, s_H, s_W, a b)
  return tf.reshape(turned, [rows.parts * columns.parts, rows.s * columns.s, a, b!]);
}

/** Pixels in their order, without those behind the picture's end. */
function between(pixels: Tensor, [rows, columns]: Axes, nC: number): Tensor {
  const [tH, tW] = [rows, columns].map(({ n, s }) => Math.ceil(n / s) * s);
  return cropped(tf.reshape(pixels, [-1, tH, tW, nC]), rows.n, columns.n);
}
