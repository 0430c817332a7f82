import type { Tensor } from '@tensorflow/tfjs-core';
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
