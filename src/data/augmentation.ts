import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../core/errors.js';
import { assertOptions, inWords } from '../core/options.js';
import type { RandomState } from '../core/random.js';

export interface AugmentOptions {
  /** Drawn from; the same seed gives the same pictures. */
  readonly random: RandomState;
  /** Mirror every other picture, left to right. Default: no. */
  readonly flip?: boolean;
  /** Move each picture by up to so many pixels up or down, and left or right. Default: 0. */
  readonly shift?: number;
}

/**
 * Y[i, y, x] = X[i, y - dy, x - dx], or X[i, y - dy, n_W - 1 - (x - dx)] where picture i is mirrored
 *
 * Other pictures of the same things, so that a network learns what does not depend on the place. dy and dx are drawn for each picture, from -shift to shift; beyond its edge a picture goes on as
 * the pixel at the edge. X and Y (m, n_H, n_W, n_C). The caller owns Y. Source: Course 4, week 2.
 *
 * @throws ShapeError if X does not hold pictures; ValueError if an option is not what it should be.
 */
export function augment(X: Tensor4D, options: AugmentOptions): Tensor4D {
  assertOptions<AugmentOptions>('augment', options, { random: true, flip: true, shift: true });
  const { random, flip = false, shift = 0 } = options;
  if (X?.shape?.length !== 4) {
    const given = X?.shape ? `a tensor of shape (${X.shape.join(', ')})` : inWords(X);
    throw new ShapeError(`augment: X is ${given}; give pictures (m, n_H, n_W, n_C).`);
  }
  if (typeof random?.randint !== 'function') {
    throw new ValueError(`augment: random is ${inWords(random)}; give a RandomState.`);
  }
  if (!Number.isInteger(shift) || shift < 0) {
    throw new ValueError(
      `augment: shift is ${shift}; give a number of pixels, a whole one from 0.`,
    );
  }
  const [m, nH, nW, nC] = X.shape;
  const from = X.dataSync();
  const to = new Float32Array(from.length);
  const within = (n: number, at: number) => Math.min(Math.max(at, 0), n - 1);
  for (let i = 0; i < m; i++) {
    const isMirrored = flip && random.uniform() < 0.5;
    const [dy, dx] = random.randint(-shift, shift + 1, 2);
    for (let y = 0; y < nH; y++) {
      const row = (i * nH + within(nH, y - dy)) * nW;
      for (let x = 0; x < nW; x++) {
        const column = within(nW, x - dx);
        const pixel = (row + (isMirrored ? nW - 1 - column : column)) * nC;
        to.set(from.subarray(pixel, pixel + nC), ((i * nH + y) * nW + x) * nC);
      }
    }
  }
  return tf.tensor4d(to, X.shape);
}
