import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../core/errors.js';
import type { Shape } from '../core/layer.js';
import { assertOptions, inWords, type Names } from '../core/options.js';
import type { RandomState } from '../core/random.js';

export interface AugmentOptions {
  /** Drawn from; the same seed gives the same pictures. */
  readonly random: RandomState;
  /** Mirror every other picture, left to right. Default: no. */
  readonly flip?: boolean;
  /** Move each picture by up to so many pixels up or down, and left or right. Default: 0. */
  readonly shift?: number;
  /** Turn each picture by up to so many degrees, left or right. Default: 0. */
  readonly rotation?: number;
  /** Multiply each picture by up to so much more or less than 1, below 1. Default: 0. */
  readonly brightness?: number;
}

const optionNames: Names<AugmentOptions> = {
  ...{ random: true, flip: true, shift: true, rotation: true, brightness: true },
};

/**
 * Y[i, y, x] = β X[i, y', x'], where (y', x') is (y, x) before the picture was turned, moved and
 * mirrored
 *
 * Other pictures of the same things, so that a network learns what does not depend on the place. The
 * angle, dy, dx and β are drawn for each picture; beyond its edge a picture goes on as the pixel at
 * the edge, and a turned picture takes the mean of the four pixels around each place, weighted by how
 * near they are. X and Y (m, n_H, n_W, n_C). The caller owns Y. Source: Course 4, week 2.
 *
 * @throws ShapeError if X does not hold pictures; ValueError if an option is not what it should be.
 */
export function augment(X: Tensor4D, options: AugmentOptions): Tensor4D {
  if (X?.shape?.length !== 4) {
    const given = X?.shape ? `a tensor of shape (${X.shape.join(', ')})` : inWords(X);
    throw new ShapeError(`augment: X is ${given}; give pictures (m, n_H, n_W, n_C).`);
  }
  const values = Float32Array.from(X.dataSync());
  return tf.tensor4d(augmented(values, X.shape.slice(1), options) as Float32Array, X.shape);
}

/**
 * The same for the numbers of pictures of one shape, one behind the other: bytes, which stay from 0
 * to 255, or floats. Changes nothing.
 */
export function augmented(
  values: Uint8Array | Float32Array,
  shape: Shape,
  options: AugmentOptions,
): Uint8Array | Float32Array {
  assertAugment(options);
  const { random, flip = false, shift = 0, rotation = 0, brightness = 0 } = options;
  const [nH, nW, nC] = shape;
  const size = nH * nW * nC;
  const Values = values instanceof Uint8Array ? Uint8ClampedArray : Float32Array;
  const to = new Values(values.length);
  for (let from = 0; from < values.length; from += size) {
    const isMirrored = flip && random.uniform() < 0.5;
    const [dy, dx] = random.randint(-shift, shift + 1, 2);
    const angle = rotation > 0 ? ((2 * random.uniform() - 1) * rotation * Math.PI) / 180 : 0;
    const factor = brightness > 0 ? 1 + (2 * random.uniform() - 1) * brightness : 1;
    const picture = values.subarray(from, from + size);
    const place = { isMirrored, dy, dx, cos: Math.cos(angle), sin: Math.sin(angle) };
    paint(picture, to.subarray(from, from + size), [nH, nW, nC], place, factor);
  }
  return values instanceof Uint8Array ? new Uint8Array(to.buffer) : (to as Float32Array);
}

interface Placing {
  readonly isMirrored: boolean;
  readonly dy: number;
  readonly dx: number;
  readonly cos: number;
  readonly sin: number;
}

type Numbers = Uint8Array | Float32Array | Uint8ClampedArray;

/** One picture in its new place. */
function paint(
  from: Numbers,
  to: Numbers,
  [nH, nW, nC]: readonly [number, number, number],
  { isMirrored, dy, dx, cos, sin }: Placing,
  factor: number,
): void {
  const within = (n: number, at: number) => Math.min(Math.max(at, 0), n - 1);
  const [midY, midX] = [(nH - 1) / 2, (nW - 1) / 2];
  for (let y = 0; y < nH; y++) {
    for (let x = 0; x < nW; x++) {
      // Back around the middle, then back by dy and dx.
      const atY = midY + cos * (y - midY) - sin * (x - midX) - dy;
      const turnedX = midX + sin * (y - midY) + cos * (x - midX) - dx;
      // A shift meets the edge before the picture is mirrored.
      const atX = isMirrored ? nW - 1 - within(nW, turnedX) : turnedX;
      const [top, left] = [Math.floor(atY), Math.floor(atX)];
      const [v, u] = [atY - top, atX - left];
      for (let c = 0; c < nC; c++) {
        const pixel = (row: number, column: number) =>
          from[(within(nH, row) * nW + within(nW, column)) * nC + c];
        let value = pixel(top, left);
        if (u !== 0 || v !== 0) {
          const above = (1 - u) * value + u * pixel(top, left + 1);
          const below = (1 - u) * pixel(top + 1, left) + u * pixel(top + 1, left + 1);
          value = (1 - v) * above + v * below;
        }
        to[(y * nW + x) * nC + c] = factor * value;
      }
    }
  }
}

function assertAugment(options: AugmentOptions): void {
  assertOptions('augment', options, optionNames);
  const { random, flip, shift = 0, rotation = 0, brightness = 0 } = options;
  if (typeof random?.randint !== 'function') {
    throw new ValueError(`augment: random is ${inWords(random)}; give a RandomState.`);
  }
  if (flip !== undefined && typeof flip !== 'boolean') {
    throw new ValueError(`augment: flip is ${inWords(flip)}; give true or false.`);
  }
  if (!Number.isInteger(shift) || shift < 0) {
    throw new ValueError(
      `augment: shift is ${shift}; give a number of pixels, a whole one from 0.`,
    );
  }
  if (!(rotation >= 0 && rotation <= 180)) {
    throw new ValueError(`augment: rotation is ${rotation}; give degrees, from 0 to 180.`);
  }
  if (!(brightness >= 0 && brightness < 1)) {
    throw new ValueError(`augment: brightness is ${brightness}; give a share from 0 to below 1.`);
  }
}
