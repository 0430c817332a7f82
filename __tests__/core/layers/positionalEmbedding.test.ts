import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { positionalEmbedding } from '../../../src/core/layers/positionalEmbedding.js';
import { RandomState } from '../../../src/core/random.js';
import { tensor } from '../../../src/core/tensors.js';
import { onEachBackend } from '../../support/backends.js';
import { boundOn } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

describePlanted({
  kind: 'positionalEmbedding',
  layerOf: positionalEmbedding,
  situations: [
    [positionalEmbedding(), { input: [4, 3], m: 2 }],
    [positionalEmbedding({ maxLength: 5 }), { input: [3, 2], m: 3 }],
    [positionalEmbedding({ sinusoidal: true }), { input: [3, 4], m: 2, training: false }],
  ],
  mistakes: {
    'dP of the first sample': ({ grads }, dY) => ({
      grads: grads.dP && {
        dP: tf.pad(firstOf(dY), [
          [0, grads.dP.shape[0] - dY.shape[1]!],
          [0, 0],
        ]),
      },
    }),
    'dP the sum over samples': ({ grads }, dY) => ({
      grads: grads.dP && { dP: tf.mul(grads.dP, dY.shape[0]) },
    }),
    'dP from the end': ({ grads }) => ({ grads: grads.dP && { dP: tf.reverse(grads.dP, 0) } }),
    'nothing for X': (_, dY) => ({ dX: () => tf.zerosLike(dY) }),
  },
});

const firstOf = (dY: tf.Tensor) => tf.squeeze(tf.slice(dY, [0], [1]), [0]);

onEachBackend((backend) => {
  const [m, T, d] = [2, 3, 5];
  const random = new RandomState(2);
  const [x, p] = [random.randn(m * T * d), random.randn(4 * d)];

  test('adds the row of each position', () => {
    tf.tidy(() => {
      const given = { params: { P: tensor(p, [4, d]) }, training: true };
      const { Y } = positionalEmbedding({ maxLength: 4 }).forward(tensor(x, [m, T, d]), given);
      for (const [k, y] of Y.dataSync().entries()) {
        expect(Math.abs(y - (x[k] + p[k % (T * d)]))).toBeLessThanOrEqual(boundOn(backend));
      }
    });
  });

  test('sines and cosines, of longer and longer waves', () => {
    tf.tidy(() => {
      const layer = positionalEmbedding({ sinusoidal: true });
      const { Y } = layer.forward(tf.zeros([m, T, d]), { params: {}, training: false });
      const y = Y.dataSync();
      for (let t = 0; t < T; t++) {
        const row = [
          Math.sin(t),
          Math.cos(t),
          Math.sin(t / 10_000 ** 0.4),
          Math.cos(t / 10_000 ** 0.4),
          Math.sin(t / 10_000 ** 0.8),
        ];
        for (const [j, expected] of row.entries()) {
          expect(Math.abs(y[(T + t) * d + j] - expected)).toBeLessThanOrEqual(boundOn(backend));
        }
      }
    });
  });
});

test('P has the rows of maxLength, or of the input', () => {
  expect(positionalEmbedding().parameters([4, 3]).P.shape).toEqual([4, 3]);
  expect(positionalEmbedding({ maxLength: 9 }).parameters([4, 3]).P.shape).toEqual([9, 3]);
  expect(positionalEmbedding({ sinusoidal: true }).parameters([4, 3])).toEqual({});
});

test('takes sequences up to maxLength', () => {
  const layer = positionalEmbedding({ maxLength: 4 });
  expect(layer.output([4, 3])).toEqual([4, 3]);
  expect(() => layer.output([5, 3])).toThrow(
    '5 positions are more than maxLength, 4. Give maxLength 5.',
  );
  expect(() => layer.output([5])).toThrow(
    'a 5 sample is no sequence; give [T, d], T vectors of d.',
  );
});

test('options are checked, and make it again', () => {
  expect(() => positionalEmbedding({ maxLength: 0 })).toThrow(
    'positionalEmbedding: maxLength is 0; give a whole number from 1.',
  );
  expect(() => positionalEmbedding({ initializer: 'he' as never })).toThrow(
    "positionalEmbedding: the initializer is the string 'he'",
  );
  expect(positionalEmbedding({ maxLength: 4 }).config).toEqual({ maxLength: 4, sinusoidal: false });
  expect(positionalEmbedding(positionalEmbedding({ sinusoidal: true }).config).config).toEqual({
    sinusoidal: true,
  });
});
