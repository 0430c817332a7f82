import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../../src/core/errors.js';
import { dropout } from '../../../src/core/layers/dropout.js';
import { RandomState } from '../../../src/core/random.js';
import { tensor } from '../../../src/core/tensors.js';
import { onEachBackend } from '../../support/backends.js';
import { describeGoldens, type LayerCase } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

const layerOf = ({ training, ...options }: LayerCase['config']) => dropout(options);

describeGoldens('dropout', layerOf);

describePlanted({
  kind: 'dropout',
  layerOf,
  situations: [
    [dropout(0.4), { input: [5], m: 3 }],
    [dropout({ keepProb: 0.5 }), { input: [2, 3, 2], m: 2 }],
    [dropout(0.4), { input: [5], m: 3, training: false }],
    [dropout(0), { input: [2, 2], m: 2 }],
  ],
  mistakes: {
    'no mask': (_, dY) => ({ dX: () => dY }),
    'the mask without 1 / keepProb': (_, dY, { D }) => ({
      dX: () => (D ? tf.mul(dY, tf.sign(D)) : dY),
    }),
    'the mask twice': ({ dX }, _, { D }) => ({ dX: () => (D ? tf.mul(dX(), D) : dX()) }),
    'a new mask': (_, dY, { D }) => ({ dX: () => (D ? tf.mul(dY, tf.reverse(D, [0, 1])) : dY) }),
    'masked when predicting': ({ dX }, dY, _, { training }) => ({
      dX: () => (training ? dX() : tf.mul(dY, 0.6)),
    }),
  },
});

onEachBackend(() => {
  test('keeps its share, and the mean of what it is given', () => {
    tf.tidy(() => {
      const U = tensor(new RandomState(8).rand(20_000), [100, 200]);
      const { Y } = dropout(0.3).forward(tf.ones([100, 200]), {
        params: {},
        training: true,
        noise: { U },
      });
      const kept = Y.dataSync().filter((y) => y !== 0);
      // Four standard deviations: √(0.3 · 0.7 / 20,000) is 0.0032.
      expect(Math.abs(kept.length / 20_000 - 0.7)).toBeLessThan(0.013);
      for (const y of kept) expect(y).toBeCloseTo(1 / 0.7, 6);
    });
  });

  describe.each([
    [
      'none',
      undefined,
      'dropout: noise.U is missing. To train, give uniform draws from [0, 1) in the shape of X, (2, 3); to predict, training: false.',
    ],
    ['another shape', [3, 2], 'dropout: noise.U is (3, 2). To train'],
  ])('training with noise of %s', (_, shape, message) => {
    test('is refused', () => {
      tf.tidy(() => {
        const given = {
          params: {},
          training: true,
          ...(shape && { noise: { U: tf.zeros(shape) } }),
        };
        const train = () => dropout(0.5).forward(tf.zeros([2, 3]), given);
        expect(train).toThrow(ShapeError);
        expect(train).toThrow(message);
      });
    });
  });
});

test('noise in the shape of a sample, none where nothing is left out', () => {
  expect(dropout(0.1).noise?.([2, 3])).toEqual({ U: [2, 3] });
  expect(dropout(0).noise).toBeUndefined();
  expect(dropout({ keepProb: 1 }).noise).toBeUndefined();
});

test('its config makes it again, as it was written', () => {
  expect(dropout(0.2).config).toEqual({ rate: 0.2 });
  expect(dropout({ keepProb: 0.3 }).config).toEqual({ keepProb: 0.3 });
});

test.each([
  [{}, 'dropout: neither rate nor keepProb is given; give one, as in { rate: 0.2 }.'],
  [{ rate: 0.2, keepProb: 0.8 }, 'dropout: rate and keepProb are both given; give one'],
  [{ rate: 1 }, 'dropout: rate is 1; give a share to leave out, from 0 to below 1.'],
  [{ rate: -0.1 }, 'dropout: rate is -0.1'],
  [{ keepProb: 0 }, 'dropout: keepProb is 0; give a share to keep, above 0 and up to 1.'],
  [{ keepProb: Number.NaN }, 'dropout: keepProb is NaN'],
  [{ keep_prob: 0.5 } as object, 'dropout: unknown option keep_prob. Did you mean keepProb?'],
])('%j is refused', (options, message) => {
  expect(() => dropout(options)).toThrow(message);
});
