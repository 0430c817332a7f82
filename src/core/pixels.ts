import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Along } from './window.js';

/*
 * Pictures (m, n_H, n_W, n_C) with zeros around their pixels or between them, and cut to size again.
 */

export type Pads = [number, number];

/** The zeros around a picture, as a convolution takes them. */
export const aroundIt = (rows: Pads, columns: Pads): [Pads, Pads, Pads, Pads] => [
  [0, 0],
  rows,
  columns,
  [0, 0],
];

/** With s_H - 1 rows and s_W - 1 columns of zeros behind each pixel (m, n_H s_H, n_W s_W, n_C). */
export function spread(pictures: Tensor, sH: number, sW: number): Tensor4D {
  const [m, nH, nW, nC] = pictures.shape as [number, number, number, number];
  if (sH === 1 && sW === 1) return pictures as Tensor4D;
  const pixels = tf.reshape(pictures, [m * nH, 1, nW, 1, nC]);
  const behind: Pads[] = [
    [0, sH - 1],
    [0, sW - 1],
  ];
  const spaced = tf.pad(pixels, [[0, 0], behind[0], [0, 0], behind[1], [0, 0]]); // (m n_H, s_H, n_W, s_W, n_C)
  return tf.reshape(spaced, [m, nH * sH, nW * sW, nC]);
}

/**
 * The zeros around spread pixels, where a turned filter slides over them: with f - 1 - before in
 * front, each pixel of the picture gets what its windows gave. Where there are more zeros behind the
 * last pixel than it takes, the result is cropped.
 */
export const aroundSpread = ({ n, f, s, out, before }: Along): Pads => [
  f - 1 - before,
  Math.max(0, n + before - out * s),
];

/** The first rows and columns. */
export function cropped(pictures: Tensor, rows: number, columns: number): Tensor {
  const [m, nH, nW, nC] = pictures.shape;
  if (nH === rows && nW === columns) return pictures;
  return tf.slice(pictures, [0, 0, 0, 0], [m, rows, columns, nC!]);
}
