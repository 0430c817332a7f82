import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../../src/core/errors.js';
import { isPureLayer } from '../../../src/core/layer.js';
import { averagePool2d } from '../../../src/core/layers/averagePool2d.js';
import type { PoolOptions } from '../../../src/core/layers/maxPool2d.js';
import { describeGoldens } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';
import { describeLoops, eachTap, Grid, outOf, type Pictures } from '../../support/slidingLoops.js';

const layerOf = (config: object) => averagePool2d(config as PoolOptions);

describeGoldens('averagePool2d', layerOf);

describeLoops(
  'averagePool2d',
  ({ size, ...window }) => averagePool2d({ poolSize: size, ...window }),
  (X, window) => {
    const shape = X.shape as Pictures;
    const out = outOf(shape, window);
    const N = new Grid(out);
    eachTap(shape, window, (i, y, x) => N.add(1, i, y, x));
    const Y = new Grid([...out, shape[3]]);
    const each = (visit: (out: number[], pixel: number[], share: number) => void) =>
      eachTap(shape, window, (i, y, x, row, column) => {
        for (let k = 0; k < shape[3]; k++)
          visit([i, y, x, k], [i, row, column, k], 1 / N.at(i, y, x));
      });
    each((at, pixel, share) => Y.add(X.at(...pixel) * share, ...at));
    return {
      Y,
      backward: (dY) => {
        const dX = new Grid(X.shape);
        each((at, pixel, share) => dX.add(dY.at(...at) * share, ...pixel));
        return { dX, grads: {} };
      },
    };
  },
);

describePlanted({
  kind: 'averagePool2d',
  layerOf,
  situations: [
    [averagePool2d(), { input: [5, 6, 2], m: 2 }],
    [averagePool2d({ poolSize: 3, strides: [2, 1], padding: 'same' }), { input: [4, 5, 3], m: 2 }],
    [averagePool2d({ poolSize: [1, 3], strides: 4 }), { input: [6, 7, 2], m: 3 }],
  ],
  mistakes: {
    'dX to the pixel below': ({ dX }) => ({
      dX: () => tf.concat([tf.slice(dX(), [0, 1], [-1, -1]), tf.slice(dX(), [0, 0], [-1, 1])], 1),
    }),
    'dX turned': ({ dX }) => ({ dX: () => tf.reverse(dX(), [1, 2]) }),
    'dX of the next channel': ({ dX }) => ({ dX: () => tf.reverse(dX(), [3]) }),
    'dX not divided by the pixels': ({ dX }) => ({ dX: () => tf.mul(dX(), 4) }),
    'dX averaged over samples': ({ dX }, dY) => ({ dX: () => tf.div(dX(), dY.shape[0]) }),
    'padding counted at the edge': ({ dX }, _, { X }) => ({
      dX: () => tf.mul(dX(), tf.tensor(edges(X.shape), [1, X.shape[1], X.shape[2], 1])),
    }),
  },
});

/** 1, and 2/3 in the last row. */
const edges = ([, nH, nW]: number[]) =>
  Array.from({ length: nH * nW }, (_, place) => (place >= (nH - 1) * nW ? 2 / 3 : 1));

describe('what averagePool2d declares', () => {
  test('its output, its config, and that it is pure', () => {
    expect(averagePool2d().output([28, 27, 6])).toEqual([14, 13, 6]);
    expect(averagePool2d({ padding: 'same' }).output([28, 27, 6])).toEqual([14, 14, 6]);
    const { config } = averagePool2d({ poolSize: [2, 3], strides: 1 });
    expect(config).toEqual({ poolSize: [2, 3], strides: [1, 1], padding: 'valid' });
    expect(layerOf(config).config).toEqual(config);
    expect(isPureLayer(averagePool2d())).toBe(true);
    expect(averagePool2d().parameters([4, 4, 1])).toEqual({});
  });

  test('what it refuses', () => {
    expect(() => averagePool2d({ poolSize: [9, 1] }).output([8, 8, 1])).toThrow(
      new ShapeError("9x1 windows do not fit. Use padding 'same' or a smaller window."),
    );
    expect(() => averagePool2d({ strides: [1, 0] })).toThrow(
      new ValueError(
        'averagePool2d: strides is [1, 0]; give a whole number from 1, or two: [height, width].',
      ),
    );
    expect(() => layerOf({ size: 2 })).toThrow('averagePool2d: unknown option size.');
  });
});
