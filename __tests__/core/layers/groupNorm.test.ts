import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { groupNorm } from '../../../src/core/layers/groupNorm.js';
import { layerNorm } from '../../../src/core/layers/layerNorm.js';
import { RandomState } from '../../../src/core/random.js';
import { tensor } from '../../../src/core/tensors.js';
import { onEachBackend } from '../../support/backends.js';
import { boundOn, describeGoldens } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

describeGoldens('groupNorm', groupNorm);

/** What is (n, m), or (m, n_C), as broadcast over the positions of M. */
const spread = (v: tf.Tensor, { rank, shape }: tf.Tensor) =>
  rank === 2 ? v : tf.reshape(v, [shape[0], ...shape.slice(1, -1).map(() => 1), shape.at(-1)!]);

describePlanted({
  kind: 'groupNorm',
  layerOf: groupNorm,
  situations: [
    [groupNorm({ groups: 2 }), { input: [6], m: 3 }],
    [groupNorm({ groups: 3, epsilon: 1e-5 }), { input: [2, 6], m: 2 }],
    [groupNorm({ groups: 2, center: false }), { input: [2, 3, 4], m: 2, training: false }],
    [groupNorm({ groups: 4, scale: false }), { input: [1, 3, 4], m: 1 }],
  ],
  mistakes: {
    'nothing through mean and variance': (_, dY, { deviation }, { params: { gamma } }) => ({
      dX: () => tf.div(gamma ? tf.mul(dY, gamma) : dY, spread(deviation, dY)),
    }),
    'the variance, not its root': ({ dX }, dY, { deviation }) => ({
      dX: () => tf.div(dX(), spread(deviation, dY)),
    }),
    'the mean of all features': ({ dX }, dY, { deviation }) => ({
      dX: () => {
        const mean = tf.mean(dY, dY.rank === 2 ? 0 : -1, true);
        return tf.add(dX(), tf.div(mean, spread(deviation, dY)));
      },
    }),
    'gamma left out': ({ dX }, _, __, { params: { gamma } }) => ({
      dX: () => (gamma ? tf.div(dX(), gamma) : dX()),
    }),
    'dbeta of the first position': ({ grads }, dY) => ({
      grads: {
        ...grads,
        ...(grads.dbeta && dY.rank > 2 && { dbeta: tf.div(grads.dbeta, dY.shape[1]!) }),
      },
    }),
  },
});

onEachBackend((backend) => {
  test('one group of a single position is layerNorm', () => {
    tf.tidy(() => {
      const random = new RandomState(3);
      const X = tensor(random.randn(12), [4, 3]);
      const params = {
        gamma: tensor(random.randn(4), [4, 1]),
        beta: tensor(random.randn(4), [4, 1]),
      };
      const Y = groupNorm({ groups: 1 }).forward(X, { params, training: true }).Y.dataSync();
      const expected = layerNorm().forward(X, { params, training: true }).Y.dataSync();
      for (const [i, y] of Y.entries()) {
        expect(Math.abs(y - expected[i])).toBeLessThanOrEqual(boundOn(backend));
      }
    });
  });
});

test('its config makes it again', () => {
  const { config } = groupNorm({ groups: 4 });
  expect(config).toEqual({ groups: 4, epsilon: 0.001, center: true, scale: true });
  expect(groupNorm(config).config).toEqual(config);
});

test('groups are whole, and divide the features', () => {
  expect(() => groupNorm({ groups: 0 })).toThrow(
    'groupNorm: groups is 0; give a whole number from 1.',
  );
  expect(() => groupNorm({ groups: 2, epsilon: 0 })).toThrow('groupNorm: epsilon is 0');
  expect(() => groupNorm({ groups: 4 }).output([2, 2, 6])).toThrow(
    '6 features do not divide into 4 groups. Give groups that 6 is a multiple of.',
  );
  expect(groupNorm({ groups: 3 }).output([6])).toEqual([6]);
});
