import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { rmsNorm } from '../../../src/core/layers/rmsNorm.js';
import { describeGoldens } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

describeGoldens('rmsNorm', rmsNorm);

const mean = (M: tf.Tensor) => tf.mean(M, M.rank === 2 ? 0 : -1, true);

describePlanted({
  kind: 'rmsNorm',
  layerOf: rmsNorm,
  situations: [
    [rmsNorm(), { input: [5], m: 3 }],
    [rmsNorm({ epsilon: 1e-3 }), { input: [3, 4], m: 2 }],
    [rmsNorm({ axis: -1 }), { input: [1, 2, 3], m: 2, training: false }],
  ],
  mistakes: {
    'nothing through r': (_, dY, { r }, { params: { gamma } }) => ({
      dX: () => tf.div(tf.mul(dY, gamma), r),
    }),
    'the mean subtracted, as in layerNorm': ({ dX }, dY, { r }, { params: { gamma } }) => ({
      dX: () => tf.sub(dX(), tf.div(mean(tf.mul(dY, gamma)), r)),
    }),
    'r², not r': ({ dX }, _, { r }) => ({ dX: () => tf.div(dX(), r) }),
    'dgamma from Y, not X̂': ({ grads }, _, __, { params: { gamma } }) => ({
      grads: { dgamma: tf.mul(grads.dgamma, gamma) },
    }),
  },
});

test('its config makes it again', () => {
  expect(rmsNorm({ axis: 0 }).config).toEqual({ axis: 0, epsilon: 1e-6 });
  expect(rmsNorm(rmsNorm().config).config).toEqual({ epsilon: 1e-6 });
});

test('options and axes are checked', () => {
  expect(() => rmsNorm({ epsilon: 0 })).toThrow('rmsNorm: epsilon is 0');
  expect(() => rmsNorm({ center: false } as object)).toThrow('rmsNorm: unknown option center.');
  expect(() => rmsNorm({ axis: 1 }).output([4])).toThrow('axis 1 is not the features of a 4 input');
});
