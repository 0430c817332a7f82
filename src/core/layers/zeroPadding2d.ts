import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../errors.js';
import { inShape, type Layer, pureLayer } from '../layer.js';
import { assertOptions } from '../options.js';

type Pair = readonly [before: number, after: number];

export interface ZeroPadding2dOptions {
  /** Rows and columns of zeros on every side, or those of the height and the width. Default: 1. */
  readonly padding?:
    | number
    | readonly [
        height: number | readonly [before: number, after: number],
        width: number | readonly [before: number, after: number],
      ];
}

/**
 * Y[i, y + top, x + left, k] = X[i, y, x, k], and 0 around it
 * dX[i, y, x, k] = dY[i, y + top, x + left, k]
 *
 * X (m, n_H, n_W, n_C), Y (m, n_H + top + bottom, n_W + left + right, n_C). For the paddings that
 * conv2d has no word for: `zeroPadding2d({ padding: [[top, bottom], [left, right]] })`.
 * Source: Course 4, week 1, zero_pad.
 *
 * @throws ValueError if padding is not whole numbers from 0. ShapeError if the input is no picture.
 */
export function zeroPadding2d(options: ZeroPadding2dOptions = {}): Layer {
  assertOptions('zeroPadding2d', options, { padding: true });
  const { padding = 1 } = options;
  const both = Array.isArray(padding) ? padding : [padding, padding];
  const sides = both.map((side) => (Array.isArray(side) ? side : [side, side])) as unknown as [
    Pair,
    Pair,
  ];
  const isFit = (n: number) => Number.isInteger(n) && n >= 0;
  if (sides.length !== 2 || !sides.every((pair) => pair.length === 2 && pair.every(isFit))) {
    throw new ValueError(
      `zeroPadding2d: padding is ${JSON.stringify(padding)}; give whole numbers from 0, such as 1 or [[0, 1], [0, 1]].`,
    );
  }
  const around = [[0, 0], ...sides, [0, 0]] as [number, number][];
  const [[top], [left]] = sides;
  const layer: Layer<readonly number[]> = {
    kind: 'zeroPadding2d',
    config: { padding: sides },
    output: (input) => {
      if (input.length === 3) return input.map((n, i) => n + sum(around[i + 1]));
      throw new ShapeError(
        `zeros go around pictures [n_H, n_W, n_C], and not ${inShape(input)}. Put a reshape before it.`,
      );
    },
    parameters: () => ({}),
    forward: (X) => ({ Y: tf.pad(X, around), cache: X.shape }), // (m, n_H + …, n_W + …, n_C)
    backward: (dY, _, shape) => ({
      dX: () => tf.slice(dY, [0, top, left, 0], [...shape]), // (m, n_H, n_W, n_C)
      grads: {},
    }),
  };
  return pureLayer(layer) as Layer;
}

const sum = ([before, after]: Pair) => before + after;
