import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../../src/core/errors.js';
import { isPureLayer } from '../../../src/core/layer.js';
import { globalAveragePool2d } from '../../../src/core/layers/globalAveragePool2d.js';
import { tensor } from '../../../src/core/tensors.js';
import { onEachBackend } from '../../support/backends.js';
import { boundOn, describeGoldens, expectTensor } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

const layer = globalAveragePool2d();

describeGoldens('globalAveragePool2d', globalAveragePool2d);

describePlanted({
  kind: 'globalAveragePool2d',
  layerOf: globalAveragePool2d,
  situations: [
    [layer, { input: [3, 4, 2], m: 3 }],
    [layer, { input: [1, 5, 3], m: 2 }],
    [layer, { input: [2, 2, 2], m: 2 }],
  ],
  mistakes: {
    'dX not averaged': ({ dX }, _, { X }) => ({
      dX: () => tf.mul(dX(), X.shape[1] * X.shape[2]),
    }),
    'dX averaged over samples too': ({ dX }, _, { X }) => ({
      dX: () => tf.div(dX(), X.shape[0]),
    }),
    'dX in the first row alone': ({ dX }, _, { X }) => ({
      dX: () =>
        tf.pad(tf.slice(dX(), [0, 0, 0, 0], [-1, 1, -1, -1]), [
          ...([
            [0, 0],
            [0, X.shape[1] - 1],
            [0, 0],
            [0, 0],
          ] as [number, number][]),
        ]),
    }),
    'samples for channels': (_, dY, { X }) => ({
      dX: () => {
        const [, nH, nW] = X.shape;
        const shares = tf.div(tf.reshape(dY, [X.shape[0], 1, 1, X.shape[3]]), nH * nW);
        return tf.tile(shares, [1, nH, nW, 1]);
      },
    }),
    'pixels before channels': ({ dX }, _, { X }) => ({
      dX: () => {
        const [m, nH, nW, nC] = X.shape;
        return tf.reshape(tf.transpose(tf.reshape(dX(), [m, nH * nW, nC]), [0, 2, 1]), X.shape);
      },
    }),
  },
});

onEachBackend((backend) => {
  test('by hand: the mean of each channel, samples in columns', () => {
    tf.tidy(() => {
      const X = tensor([1, 10, 2, 20, 3, 30, 5, -1, 6, -2, 10, -6], [2, 1, 3, 2]);
      const { Y, cache } = layer.forward(X, { params: {}, training: true });
      expectTensor(Y, [[2, 7], [20, -3]], boundOn(backend)); // biome-ignore format: a matrix
      const dY = tensor([3, 6, -9, 12], [2, 2]);
      const { dX } = layer.backward(dY, { params: {}, training: true }, cache);
      const each = [1, -3, 1, -3, 1, -3, 2, 4, 2, 4, 2, 4];
      expectTensor(tf.reshape(dX(), [12]), each, boundOn(backend));
    });
  });
});

describe('what globalAveragePool2d declares', () => {
  test('its output, and that it is pure', () => {
    expect(layer.output([7, 5, 64])).toEqual([64]);
    expect(isPureLayer(layer)).toBe(true);
    expect(globalAveragePool2d(layer.config).config).toEqual({});
    expect(layer.parameters([7, 5, 64])).toEqual({});
  });

  test('what it refuses', () => {
    expect(() => layer.output([64])).toThrow(
      new ShapeError('a picture has a height, a width and channels. Put a reshape before it.'),
    );
    expect(() => globalAveragePool2d({ poolSize: 2 })).toThrow(
      'globalAveragePool2d: unknown option poolSize. It takes none.',
    );
  });
});
