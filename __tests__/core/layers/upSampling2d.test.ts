import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../../src/core/errors.js';
import { isPureLayer } from '../../../src/core/layer.js';
import { upSampling2d } from '../../../src/core/layers/upSampling2d.js';
import { tensor } from '../../../src/core/tensors.js';
import { onEachBackend } from '../../support/backends.js';
import { boundOn, describeGoldens, expectTensor } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

describeGoldens('upSampling2d', upSampling2d);

describePlanted({
  kind: 'upSampling2d',
  layerOf: upSampling2d,
  situations: [
    [upSampling2d(), { input: [2, 3, 2], m: 2 }],
    [upSampling2d({ size: [1, 3] }), { input: [4, 1, 3], m: 3 }],
    [upSampling2d({ size: [4, 2] }), { input: [1, 2, 1], m: 1 }],
  ],
  mistakes: {
    'the mean for the sum': ({ dX }) => ({ dX: () => tf.div(dX(), 2) }),
    'the largest for the sum': ({ dX }, dY) => ({ dX: () => pooled(dX(), dY, tf.maxPool) }),
    'dX of the next channel': ({ dX }) => ({ dX: () => tf.reverse(dX(), [3]) }),
    'dX turned': ({ dX }) => ({ dX: () => tf.reverse(dX(), [1, 2]) }),
    'dX averaged over samples': ({ dX }, dY) => ({ dX: () => tf.div(dX(), dY.shape[0]) }),
  },
});

const sides = (dX: tf.Tensor, dY: tf.Tensor): [number, number] => [
  dY.shape[1]! / dX.shape[1]!,
  dY.shape[2]! / dX.shape[2]!,
];
const pooled = (dX: tf.Tensor, dY: tf.Tensor, pool: typeof tf.maxPool) =>
  pool(dY as tf.Tensor4D, sides(dX, dY), sides(dX, dY), 'valid');
onEachBackend((backend) => {
  test('by hand: a pixel becomes 2 x 3, and gets the sum of theirs', () => {
    tf.tidy(() => {
      const layer = upSampling2d({ size: [2, 3] });
      const given = { params: {}, training: true };
      const { Y, cache } = layer.forward(tensor([7, -2], [1, 1, 2, 1]), given);
      const rows = [7, 7, 7, -2, -2, -2];
      expectTensor(tf.reshape(Y, [2, 6]), [rows, rows], boundOn(backend));
      const dY = tensor([1, 2, 3, 40, 50, 60, 4, 5, 6, 70, 80, 90], [1, 2, 6, 1]);
      const dX = layer.backward(dY, given, cache).dX();
      expectTensor(tf.reshape(dX, [2]), [21, 390], boundOn(backend));
    });
  });
});

describe('what upSampling2d declares', () => {
  test('its output, its config, and that it is pure', () => {
    expect(upSampling2d().output([7, 5, 3])).toEqual([14, 10, 3]);
    const { config } = upSampling2d({ size: [2, 1] });
    expect(config).toEqual({ size: [2, 1] });
    expect(upSampling2d(config).config).toEqual(config);
    expect(isPureLayer(upSampling2d())).toBe(true);
    expect(upSampling2d().parameters([4, 4, 1])).toEqual({});
  });

  test('what it refuses', () => {
    expect(() => upSampling2d().output([7])).toThrow(ShapeError);
    expect(() => upSampling2d({ size: 0.5 })).toThrow(
      new ValueError(
        'upSampling2d: size is 0.5; give a whole number from 1, or two: [height, width].',
      ),
    );
    expect(() => upSampling2d({ interpolation: 'bilinear' } as object)).toThrow(
      'upSampling2d: unknown option interpolation.',
    );
  });
});
