import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Axes } from './window.js';

/*
 * Pictures (m, n_H, n_W, n_C) with more pixels around them, and with fewer.
 */

export type Pads = [before: number, after: number];

/** Padding of the rows and of the columns, as operations on pictures take it. */
export const around = (rows: Pads, columns: Pads): [Pads, Pads, Pads, Pads] => [
  [0, 0],
  rows,
  columns,
  [0, 0],
];

/** The padding of pictures over which a window slides. */
export const aroundPictures = ([rows, columns]: Axes) =>
  around([rows.before, rows.after], [columns.before, columns.after]);

/** The first rows and columns. */
export function cropped(pictures: Tensor, rows: number, columns: number): Tensor {
  const [m, nH, nW, nC] = pictures.shape;
  if (nH === rows && nW === columns) return pictures;
  return tf.slice(pictures, [0, 0, 0, 0], [m, rows, columns, nC!]);
}

/** The pictures with their padding of `value`. */
export function padded(pictures: Tensor4D, axes: Axes, value: number): Tensor4D {
  const none = axes.every(({ before, after }) => before + after === 0);
  return none ? pictures : tf.pad(pictures, aroundPictures(axes), value);
}

/** The sum of the pixels in each window, for each channel: a convolution with ones as its filter. */
export function sumOfWindows(pictures: Tensor, [rows, columns]: Axes): Tensor4D {
  const ones = tf.ones<tf.Rank.R4>([rows.f, columns.f, pictures.shape[3]!, 1]);
  const zeros = aroundPictures([rows, columns]);
  return tf.depthwiseConv2d(pictures as Tensor4D, ones, [rows.s, columns.s], zeros); // (m, n_H, n_W, n_C)
}
