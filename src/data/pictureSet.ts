import type { Tensor2D } from '@tensorflow/tfjs-core';
import { matrix } from '../core/tensors.js';

/** m labelled pictures of the same size, as stored in a file: bytes, not scaled to [0, 1]. */
export interface PictureSet {
  /** m · height · width · channels bytes: pictures in order, rows in order, R G B R G B … */
  readonly pictures: Uint8Array;
  /** m indices into `classes`: 0 or 1. */
  readonly labels: Uint8Array;
  readonly m: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: readonly string[];
}

/** The number of rows of X: n_x = height · width · channels. */
export function pictureSize(set: Pick<PictureSet, 'height' | 'width' | 'channels'>): number {
  return set.height * set.width * set.channels;
}

/** The bytes of picture i: a view, not a copy. */
export function pictureAt(set: PictureSet, i: number): Uint8Array {
  const nX = pictureSize(set);
  return set.pictures.subarray(i * nX, (i + 1) * nX);
}

/** Training data: X (n_x, m) and Y (1, m), samples as columns. */
export interface Matrices {
  readonly X: Tensor2D;
  readonly Y: Tensor2D;
}

/**
 * X = pictures / 255, flattened to columns: X (n_x, m) in [0, 1], and Y (1, m) of 0 and 1.
 * The caller owns both.
 */
export function toMatrices(set: PictureSet): Matrices {
  const { m } = set;
  const nX = pictureSize(set);
  const X = new Float64Array(nX * m);
  for (let i = 0; i < m; i++) {
    const picture = pictureAt(set, i);
    for (let row = 0; row < nX; row++) X[row * m + i] = picture[row] / 255;
  }
  return { X: matrix(X, [nX, m]), Y: matrix(set.labels, [1, m]) };
}
