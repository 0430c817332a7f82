import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Along, Axes } from './window.js';

/*
 * Pictures (m, n_H, n_W, n_C) with zeros around their pixels or between them, and cut to size again.
 */

type Pads = [number, number];
type Around = [Pads, Pads, Pads, Pads];

/** The zeros around pictures over which the window slides, as a convolution takes them. */
export const aroundPictures = ([rows, columns]: Axes): Around => [
  [0, 0],
  [rows.before, rows.after],
  [columns.before, columns.after],
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
 * The zeros around spread pixels over which the turned filter slides: with f - 1 - before in front, each
 * pixel of the picture meets what its windows gave. Where there are more zeros behind the last pixel
 * than that takes, the result is cropped.
 */
export function aroundSpread([rows, columns]: Axes): Around {
  const along = ({ n, f, s, out, before }: Along): Pads => [
    f - 1 - before,
    Math.max(0, n + before - out * s),
  ];
  return [[0, 0], along(rows), along(columns), [0, 0]];
}

/** The first rows and columns. */
export function cropped(pictures: Tensor, rows: number, columns: number): Tensor {
  const [m, nH, nW, nC] = pictures.shape;
  if (nH === rows && nW === columns) return pictures;
  return tf.slice(pictures, [0, 0, 0, 0], [m, rows, columns, nC!]);
}
