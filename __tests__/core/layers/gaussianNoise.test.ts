import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { gaussianNoise } from '../../../src/core/layers/gaussianNoise.js';
import { RandomState } from '../../../src/core/random.js';
import { tensor } from '../../../src/core/tensors.js';
import { onEachBackend } from '../../support/backends.js';
import { boundOn } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

describePlanted({
  kind: 'gaussianNoise',
  layerOf: () => gaussianNoise(0.5),
  situations: [
    [gaussianNoise(0.5), { input: [4], m: 3 }],
    [gaussianNoise({ stddev: 2 }), { input: [2, 3], m: 2 }],
    [gaussianNoise(0.5), { input: [4], m: 3, training: false }],
    [gaussianNoise(0), { input: [4], m: 3 }],
  ],
  mistakes: {
    'scaled by stddev': (_, dY) => ({ dX: () => tf.mul(dY, 0.5) }),
    'multiplied by the noise': (_, dY, __, { noise }) => ({
      dX: () => (noise?.U ? tf.mul(dY, noise.U) : dY),
    }),
    'zero when training': (_, dY, __, { training }) => ({ dX: () => tf.mul(dY, training ? 0 : 1) }),
    'zero when predicting': (_, dY, __, { training }) => ({
      dX: () => tf.mul(dY, training ? 1 : 0),
    }),
  },
});

onEachBackend((backend) => {
  const m = 20_000;
  const random = new RandomState(4);
  const [U, V] = [random.rand(m), random.rand(m)];

  test('adds the normal draws of Box and Muller', () => {
    tf.tidy(() => {
      const X = tensor(random.randn(m), [1, m]);
      const noise = { U: tensor(U, [1, m]), V: tensor(V, [1, m]) };
      const { Y } = gaussianNoise(0.5).forward(X, { params: {}, training: true, noise });
      const x = X.dataSync();
      const N = Array.from(Y.dataSync(), (y, i) => (y - x[i]) / 0.5);
      N.forEach((n, i) => {
        const expected = Math.sqrt(-2 * Math.log(1 - U[i])) * Math.cos(2 * Math.PI * V[i]);
        // 1 - U keeps fewer digits in float32 where U is near 1, and so does 2π V.
        expect(Math.abs(n - expected)).toBeLessThan(backend === 'float64' ? 1e-12 : 1e-3);
      });
      const mean = N.reduce((a, b) => a + b) / m;
      const fourth = N.reduce((a, n) => a + n ** 4, 0) / m;
      const variance = N.reduce((a, n) => a + n * n, 0) / m;
      // Four standard deviations of each moment: √(1/m), √(2/m), √(96/m).
      expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(1 / m));
      expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / m));
      expect(Math.abs(fourth - 3)).toBeLessThan(4 * Math.sqrt(96 / m));
    });
  });

  test('is finite for the smallest and the largest draw, also where it rounds to 1', () => {
    tf.tidy(() => {
      const U = tensor([0, 1 - 2 ** -53, 1], [3, 1]);
      const noise = { U, V: tensor([0, 0.5, 0], [3, 1]) };
      const { Y } = gaussianNoise(1).forward(tf.zeros([3, 1]), {
        params: {},
        training: true,
        noise,
      });
      for (const y of Y.dataSync()) expect(Number.isFinite(y)).toBe(true);
      expect(Math.abs(Y.dataSync()[0])).toBeLessThanOrEqual(boundOn(backend));
    });
  });

  test('training needs both draws', () => {
    tf.tidy(() => {
      const given = { params: {}, training: true, noise: { U: tf.zeros([2, 3]) } };
      const train = () => gaussianNoise(1).forward(tf.zeros([2, 3]), given);
      expect(train).toThrow('gaussianNoise: noise.V is missing. To train, give uniform draws');
    });
  });
});

test('noise of two draws, and the config', () => {
  expect(gaussianNoise(0.1).noise?.([3])).toEqual({ U: [3], V: [3] });
  expect(gaussianNoise(0).noise).toBeUndefined();
  expect(gaussianNoise(0.1).config).toEqual({ stddev: 0.1 });
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('stddev %d is refused', (stddev) => {
  expect(() => gaussianNoise(stddev)).toThrow(
    `gaussianNoise: stddev is ${stddev}; give a number from 0`,
  );
});
