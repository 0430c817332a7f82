import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../../../src/core/errors.js';
import { isPureLayer } from '../../../src/core/layer.js';
import { normalization } from '../../../src/core/layers/normalization.js';
import { tensor } from '../../../src/core/tensors.js';
import { onEachBackend } from '../../support/backends.js';
import { boundOn, expectTensor } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

describePlanted({
  kind: 'normalization',
  layerOf: (config) => normalization(config as never),
  situations: [
    [normalization({ mean: [1, -2, 0.5], variance: [4, 0.25, 9] }), { input: [3], m: 4 }],
    [normalization({ mean: [0.5, 3], variance: [16, 0.04] }), { input: [2, 3, 2], m: 2 }],
  ],
  mistakes: {
    'the deviation is forgotten': (_, dY) => ({ dX: () => dY }),
    'multiplied by it': ({ dX }, dY) => ({ dX: () => tf.div(tf.square(dY), dX()) }),
    'the mean is taken off': ({ dX }) => ({ dX: () => tf.sub(dX(), 1) }),
    'the sign is lost': ({ dX }) => ({ dX: () => tf.neg(dX()) }),
  },
});

onEachBackend((backend) => {
  test('by hand: 170 cm and 65 kg among people', () => {
    tf.tidy(() => {
      const layer = normalization({ mean: [170, 70], variance: [100, 25] });
      const given = { params: {}, training: true };
      const { Y, cache } = layer.forward(tensor([180, 155, 65, 80], [2, 2]), given);
      expectTensor(Y, [[1, -1.5], [-1, 2]], boundOn(backend)); // biome-ignore format: a matrix
      const dX = layer.backward(tensor([10, -20, 5, 1], [2, 2]), given, cache).dX();
      expectTensor(dX, [[1, -2], [1, 0.2]], boundOn(backend)); // biome-ignore format: a matrix
    });
  });
});

describe('what normalization declares', () => {
  const layer = normalization({ mean: [1, 2], variance: [1, 4] });

  test('its output, its config, and that it is pure', () => {
    expect(layer.output([7, 5, 2])).toEqual([7, 5, 2]);
    expect(layer.output([2])).toEqual([2]);
    expect(() => layer.output([3])).toThrow('it holds statistics of 2 features.');
    expect(layer.config).toEqual({ mean: [1, 2], variance: [1, 4] });
    expect(normalization(layer.config as never).config).toEqual(layer.config);
    expect(layer.parameters([2])).toEqual({});
    expect(isPureLayer(layer)).toBe(true);
  });

  test.each([
    [{}, 'mean is no list'],
    [{ mean: [1], variance: [0] }, 'variance[0] is 0; give a number above 0'],
    [{ mean: [1, Number.NaN], variance: [1, 1] }, 'mean[1] is NaN; give a number for each'],
    [{ mean: [1, 2], variance: [1] }, '2 means and 1 variances'],
  ])('%j is refused', (options, sentence) => {
    expect(() => normalization(options as never)).toThrow(ValueError);
    expect(() => normalization(options as never)).toThrow(sentence);
  });
});
