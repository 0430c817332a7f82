import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu, tanh } from '../../../src/core/activations.js';
import { ShapeError, ValueError } from '../../../src/core/errors.js';
import { isPureLayer } from '../../../src/core/layer.js';
import {
  type DepthwiseConv2dOptions,
  depthwiseConv2d,
} from '../../../src/core/layers/depthwiseConv2d.js';
import { describeGoldens } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';
import { describeLoops, eachTap, Grid, outOf, type Pictures } from '../../support/slidingLoops.js';

const layerOf = (config: object) => depthwiseConv2d(config as DepthwiseConv2dOptions);

describeGoldens('depthwiseConv2d', layerOf);

for (const r of [1, 3]) {
  describeLoops(
    `depthwiseConv2d, multiplier ${r}`,
    ({ size, ...window }) =>
      depthwiseConv2d({ kernelSize: size, depthMultiplier: r, useBias: false, ...window }),
    (X, window, { W }) => {
      const shape = X.shape as Pictures;
      const Y = new Grid([...outOf(shape, window), shape[3] * r]);
      const each = (visit: (Y: number[], X: number[], W: number[]) => void) =>
        eachTap(shape, window, (i, y, x, row, column, at) => {
          for (let k = 0; k < shape[3]; k++)
            for (let j = 0; j < r; j++)
              visit([i, y, x, k * r + j], [i, row, column, k], [...at, k, j]);
        });
      each((out, pixel, weight) => Y.add(X.at(...pixel) * W.at(...weight), ...out));
      return {
        Y,
        backward: (dY) => {
          const [dX, dW] = [new Grid(X.shape), new Grid(W.shape)];
          each((out, pixel, weight) => {
            dX.add(dY.at(...out) * W.at(...weight), ...pixel);
            dW.add(dY.at(...out) * X.at(...pixel), ...weight);
          });
          return { dX, grads: { dW } };
        },
      };
    },
  );
}

describePlanted({
  kind: 'depthwiseConv2d',
  layerOf,
  situations: [
    [depthwiseConv2d({ kernelSize: [3, 2], strides: [2, 1], padding: 'same' }), [5, 4, 3], 2],
    [depthwiseConv2d({ kernelSize: 2, strides: 3, depthMultiplier: 2 }), [7, 5, 2], 2],
    [depthwiseConv2d({ kernelSize: 3, depthMultiplier: 3, activation: tanh() }), [4, 5, 2], 2],
    [depthwiseConv2d({ kernelSize: 4, padding: 'same', useBias: false }), [2, 3, 1], 3],
  ].map(([layer, input, m]) => [layer, { input, m }] as never),
  mistakes: {
    'dX not turned': ({ dX }) => ({ dX: () => tf.reverse(dX(), [1, 2]) }),
    'dX of the next channel': ({ dX }) => ({ dX: () => tf.reverse(dX(), [3]) }),
    'dW turned': ({ grads }) => ({ grads: { ...grads, dW: tf.reverse(grads.dW, [0, 1]) } }),
    'dW of the next channel': ({ grads }) => ({
      grads: { ...grads, dW: tf.reverse(grads.dW, [2]) },
    }),
    'dW with the multiplier before the channels': ({ grads: { dW, ...grads } }) => {
      const [fH, fW, nC, r] = dW.shape as number[];
      const turned = tf.transpose(tf.reshape(dW, [fH, fW, r, nC]), [0, 1, 3, 2]);
      return { grads: { ...grads, dW: turned } };
    },
    'dW averaged over pixels': ({ grads }, { shape }) => ({
      grads: { ...grads, dW: tf.div(grads.dW, shape[1]! * shape[2]!) },
    }),
    'db summed over samples': ({ grads }, dZ) => ({
      grads: { ...grads, ...(grads.db && { db: tf.mul(grads.db, dZ.shape[0]) }) },
    }),
  },
});

describe('what depthwiseConv2d declares', () => {
  const layer = depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, activation: relu() });

  test('its output and its parameters', () => {
    expect(layer.output([28, 20, 3])).toEqual([26, 18, 6]);
    const { W, b } = layer.parameters([28, 20, 3]);
    expect([W.shape, b.shape, W.decays, b.decays]).toEqual([[3, 3, 3, 2], [6], true, undefined]);
  });

  test('its config makes it again, and it is pure', () => {
    expect(layer.config).toEqual({
      ...{ kernelSize: [3, 3], depthMultiplier: 2, strides: [1, 1], padding: 'valid' },
      ...{ useBias: true, activation: 'relu' },
    });
    expect(layerOf({ ...layer.config, activation: relu() }).config).toEqual(layer.config);
    expect(isPureLayer(layer)).toBe(true);
  });

  test('what it refuses', () => {
    const refused = (options: object) => () => layerOf({ kernelSize: 3, ...options });
    expect(() => layer.output([2, 8, 1])).toThrow(
      new ShapeError("3x3 filters do not fit. Use padding 'same' or a smaller filter."),
    );
    expect(() => layer.output([8, 1])).toThrow(ShapeError);
    expect(refused({ depthMultiplier: 0 })).toThrow(
      new ValueError('depthwiseConv2d: depthMultiplier is 0; give a whole number from 1.'),
    );
    expect(refused({ filters: 2 })).toThrow('depthwiseConv2d: unknown option filters.');
    expect(refused({ kernelSize: 'three' })).toThrow(
      "depthwiseConv2d: kernelSize is the string 'three'; give a whole number from 1, or two",
    );
  });
});
