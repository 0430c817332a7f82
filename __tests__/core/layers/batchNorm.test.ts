import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { batchNorm } from '../../../src/core/layers/batchNorm.js';
import { tensor } from '../../../src/core/tensors.js';
import { onEachBackend } from '../../support/backends.js';
import { describeGoldens, type LayerCase } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

const layerOf = ({ training, ...options }: LayerCase['config']) => batchNorm(options);

describeGoldens('batchNorm', layerOf);

describePlanted({
  kind: 'batchNorm',
  layerOf,
  situations: [
    [batchNorm(), { input: [4], m: 6 }],
    [batchNorm(), { input: [4], m: 6, training: false }],
    [batchNorm({ epsilon: 1e-5 }), { input: [3, 5, 2], m: 2 }],
    [batchNorm({ center: false }), { input: [3, 2], m: 3 }],
    [batchNorm({ scale: false }), { input: [3, 2], m: 3 }],
    [batchNorm({ scale: false, center: false }), { input: [1, 1, 3], m: 5, training: false }],
    [batchNorm(), { input: [2, 3], m: 1 }],
  ],
  mistakes: {
    'nothing through the mean': (_, dY, { XHat, deviation }, { params: { gamma }, training }) => ({
      dX: () =>
        tf.mul(
          tf.sub(dY, training ? tf.mul(XHat, meanOf(tf.mul(dY, XHat))) : 0),
          slope(gamma, deviation),
        ),
    }),
    'nothing through the variance': (_, dY, { deviation }, { params: { gamma }, training }) => ({
      dX: () => tf.mul(tf.sub(dY, training ? meanOf(dY) : 0), slope(gamma, deviation)),
    }),
    'predicting as if training': (
      { dX },
      dY,
      { XHat, deviation },
      { params: { gamma }, training },
    ) => ({
      dX: () =>
        training
          ? dX()
          : tf.mul(
              tf.sub(tf.sub(dY, meanOf(dY)), tf.mul(XHat, meanOf(tf.mul(dY, XHat)))),
              slope(gamma, deviation),
            ),
    }),
    'dX without gamma': ({ dX }, _, __, { params: { gamma } }) => ({
      dX: () => (gamma ? tf.div(dX(), gamma) : dX()),
    }),
    'dgamma not the mean over samples': ({ grads }, dY) => ({
      grads: { ...grads, ...(grads.dgamma && { dgamma: tf.mul(grads.dgamma, dY.shape[0] + 1) }) },
    }),
    'dbeta for dgamma': ({ grads }) => ({
      grads: { ...grads, ...(grads.dgamma && grads.dbeta && { dgamma: grads.dbeta }) },
    }),
  },
});

/** The mean over all but the features, kept as axes. */
const meanOf = (M: tf.Tensor) =>
  tf.mean(M, M.rank === 2 ? [1] : M.shape.slice(1).map((_, axis) => axis), true);
const slope = (gamma: tf.Tensor | undefined, deviation: tf.Tensor) =>
  gamma ? tf.div(gamma, deviation) : tf.div(1, deviation);

onEachBackend(() => {
  test('starts as the identity of samples with mean 0 and variance 1, when predicting', () => {
    tf.tidy(() => {
      const layer = batchNorm({ epsilon: 1e-7 });
      const params = Object.fromEntries(
        Object.entries(layer.parameters([2])).map(([name, { initialize }]) => [
          name,
          initialize(undefined as never),
        ]),
      );
      const X = tensor([1, 2, 3, -4, 5, -6], [2, 3]);
      const { Y } = layer.forward(X, { params, training: false });
      const values = X.dataSync();
      for (const [i, y] of Y.dataSync().entries()) {
        expect(Math.abs(y - values[i])).toBeLessThan(1e-5);
      }
    });
  });
});

test('gamma and beta neither decay nor does a statistic train', () => {
  const { gamma, beta, runningMean, runningVariance } = batchNorm().parameters([3, 4, 5]);
  expect([gamma.shape, beta.shape, runningMean.shape, runningVariance.shape]).toEqual([
    [5],
    [5],
    [5],
    [5],
  ]);
  expect([gamma, beta].map(({ decays, trained }) => [decays, trained])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ]);
  expect([runningMean.trained, runningVariance.trained]).toEqual([false, false]);
  expect(Object.keys(batchNorm({ scale: false, center: false }).parameters([2]))).toEqual([
    'runningMean',
    'runningVariance',
  ]);
});

test('its config makes it again', () => {
  const { config } = batchNorm({ momentum: 0.7, center: false });
  expect(config).toEqual({ momentum: 0.7, epsilon: 0.001, center: false, scale: true });
  expect(batchNorm(config).config).toEqual(config);
});

test.each([
  [{ epsilon: 0 }, 'batchNorm: epsilon is 0; give a small number above 0, such as 1e-5.'],
  [{ momentum: 1.1 }, 'batchNorm: momentum is 1.1; give a number from 0 to 1.'],
  [{ momentum: Number.NaN }, 'batchNorm: momentum is NaN; give a number from 0 to 1.'],
  [{ eps: 1 } as object, 'batchNorm: unknown option eps.'],
])('%j is refused', (options, message) => {
  expect(() => batchNorm(options)).toThrow(message);
});
