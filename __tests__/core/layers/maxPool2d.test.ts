import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../../src/core/errors.js';
import { isPureLayer } from '../../../src/core/layer.js';
import { maxPool2d, type PoolOptions } from '../../../src/core/layers/maxPool2d.js';
import type { RandomState } from '../../../src/core/random.js';
import { useBackend } from '../../../src/runtime/backends.js';
import {
  casesOf,
  describeGoldens,
  flat,
  type Nested,
  toTensorOf,
} from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';
import { describeLoops, eachTap, Grid, outOf, type Pictures } from '../../support/slidingLoops.js';

const layerOf = (config: object) => maxPool2d(config as PoolOptions);

describeGoldens('maxPool2d', layerOf);

const draws = {
  'of any numbers': (random: RandomState, size: number) => random.randn(size),
  'with ties': (random: RandomState, size: number) => random.randn(size).map(Math.round),
  'all 0, as behind a relu': (_: RandomState, size: number) => new Float64Array(size),
  'that differ by little': (random: RandomState, size: number) =>
    random.randn(size).map((value) => value * 1e-9),
  'all negative, with ties': (random: RandomState, size: number) =>
    random.randn(size).map((value) => Math.round(value) - 9),
};
for (const [which, valuesOf] of Object.entries(draws)) {
  describeLoops(
    `maxPool2d ${which}`,
    ({ size, ...window }) => maxPool2d({ poolSize: size, ...window }),
    (X, window) => {
      const shape = X.shape as Pictures;
      const Y = new Grid([...outOf(shape, window), shape[3]]);
      const best = new Map<string, { readonly from: number[]; readonly value: number }>();
      eachTap(shape, window, (i, y, x, row, column) => {
        for (let k = 0; k < shape[3]; k++) {
          const [key, value] = [[i, y, x, k].join(), X.at(i, row, column, k)];
          if (value > (best.get(key)?.value ?? Number.NEGATIVE_INFINITY))
            best.set(key, { from: [i, row, column, k], value });
        }
      });
      const each = (visit: (out: number[], from: number[], value: number) => void) => {
        for (const [key, { from, value }] of best) visit(key.split(',').map(Number), from, value);
      };
      each((out, _, value) => Y.add(value, ...out));
      return {
        Y,
        backward: (dY) => {
          const dX = new Grid(X.shape);
          each((out, from) => dX.add(dY.at(...out), ...from));
          return { dX, grads: {} };
        },
      };
    },
    valuesOf,
  );
}

describePlanted({
  kind: 'maxPool2d',
  layerOf,
  situations: [
    [maxPool2d(), { input: [5, 6, 2], m: 2 }],
    [maxPool2d({ poolSize: 3, strides: [2, 1], padding: 'same' }), { input: [4, 5, 3], m: 2 }],
    [maxPool2d({ poolSize: [1, 3], strides: 4 }), { input: [6, 7, 2], m: 3 }],
  ],
  mistakes: {
    'dX to the pixel below': ({ dX }) => ({
      dX: () => tf.concat([tf.slice(dX(), [0, 1], [-1, -1]), tf.slice(dX(), [0, 0], [-1, 1])], 1),
    }),
    'dX turned': ({ dX }) => ({ dX: () => tf.reverse(dX(), [1, 2]) }),
    'dX of the next channel': ({ dX }) => ({ dX: () => tf.reverse(dX(), [3]) }),
    'dX averaged over the window': ({ dX }) => ({ dX: () => tf.div(dX(), 4) }),
    'dX averaged over samples': ({ dX }, dY) => ({ dX: () => tf.div(dX(), dY.shape[0]) }),
    'dX times X in place of the mask': ({ dX }, _, { X }) => ({ dX: () => tf.mul(dX(), X) }),
    'dX where the maximum is above 0, as if padding were a pixel': ({ dX }, _, { X }) => ({
      dX: () => tf.mul(dX(), tf.step(X)),
    }),
  },
});

describe('ties in maxPool2d, in double precision', () => {
  const ties = casesOf('maxPool2d').filter(({ name }) => name.startsWith('ties'));
  const worst = (dX: tf.Tensor, expected: Nested) => {
    const values = dX.dataSync();
    return Math.max(...flat(expected).map((b, i) => Math.abs(values[i] - b)));
  };
  beforeAll(async () => {
    await useBackend('float64');
  });

  test.each(ties.map((one) => [one.name, one] as const))(
    '%s: a share for every maximum, or all for the last, is seen',
    (_, one) => {
      tf.tidy(() => {
        const { dXEvery } = one as unknown as { dXEvery: Nested };
        expect(worst(toTensorOf(dXEvery), one.dX!)).toBeGreaterThan(0.01);
        // The first of the picture turned is the last.
        const turned = (M: Nested) => tf.reverse(toTensorOf(M), [1, 2]);
        const layer = layerOf(one.config);
        const given = { params: {}, training: true };
        const { cache } = layer.forward(turned(one.X!), given);
        const last = tf.reverse(layer.backward(turned(one.dY), given, cache).dX(), [1, 2]);
        expect(worst(last, one.dX!)).toBeGreaterThan(0.01);
      });
    },
  );
});

describe('what maxPool2d declares', () => {
  test('its output: strides are the windows’ own size by default', () => {
    expect(maxPool2d().output([28, 27, 6])).toEqual([14, 13, 6]);
    expect(maxPool2d({ poolSize: [2, 3] }).output([9, 9, 1])).toEqual([4, 3, 1]);
    expect(maxPool2d({ poolSize: 3, strides: 2, padding: 'same' }).output([5, 4, 1])).toEqual([
      3, 2, 1,
    ]);
    expect(maxPool2d().parameters([4, 4, 1])).toEqual({});
  });

  test('its config makes it again, and it is pure', () => {
    const { config } = maxPool2d({ poolSize: [2, 3], padding: 'same' });
    expect(config).toEqual({ poolSize: [2, 3], strides: [2, 3], padding: 'same' });
    expect(layerOf(config).config).toEqual(config);
    expect(isPureLayer(maxPool2d())).toBe(true);
  });

  test('what it refuses', () => {
    expect(() => maxPool2d({ poolSize: 3 }).output([2, 8, 1])).toThrow(
      new ShapeError("3x3 windows do not fit. Use padding 'same' or a smaller window."),
    );
    expect(() => maxPool2d().output([8])).toThrow(ShapeError);
    expect(() => maxPool2d({ poolSize: 0 })).toThrow(
      new ValueError(
        'maxPool2d: poolSize is 0; give a whole number from 1, or two: [height, width].',
      ),
    );
    expect(() => layerOf({ padding: 'SAME' })).toThrow(
      "maxPool2d: padding is the string 'SAME'; give 'valid' or 'same'.",
    );
    expect(() => layerOf({ pool: 2 })).toThrow('maxPool2d: unknown option pool.');
  });
});
