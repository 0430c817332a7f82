import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../../../src/core/errors.js';
import { isPureLayer } from '../../../src/core/layer.js';
import { rescaling } from '../../../src/core/layers/rescaling.js';
import { tensor } from '../../../src/core/tensors.js';
import { onEachBackend } from '../../support/backends.js';
import { boundOn, expectTensor } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

describePlanted({
  kind: 'rescaling',
  layerOf: (config) => rescaling(config as never),
  situations: [
    [rescaling({ scale: 1 / 255 }), { input: [3], m: 4 }],
    [rescaling({ scale: -2, offset: 3 }), { input: [2, 3, 2], m: 2 }],
  ],
  mistakes: {
    'the scale is forgotten': (_, dY) => ({ dX: () => dY }),
    'the offset is added': ({ dX }) => ({ dX: () => tf.add(dX(), 3) }),
    'divided by the scale': ({ dX }, dY) => ({ dX: () => tf.div(tf.square(dY), dX()) }),
    'the sign is lost': ({ dX }) => ({ dX: () => tf.neg(dX()) }),
  },
});

onEachBackend((backend) => {
  test('by hand: bytes become numbers from -1 to 1', () => {
    tf.tidy(() => {
      const layer = rescaling({ scale: 1 / 127.5, offset: -1 });
      const given = { params: {}, training: true };
      const { Y, cache } = layer.forward(tensor([0, 51, 255], [3, 1]), given);
      expectTensor(Y, [[-1], [-0.6], [1]], boundOn(backend));
      const dX = layer.backward(tensor([255, 0, -51], [3, 1]), given, cache).dX();
      expectTensor(dX, [[2], [0], [-0.4]], boundOn(backend));
    });
  });
});

describe('what rescaling declares', () => {
  test('its output, its config, and that it is pure', () => {
    const layer = rescaling({ scale: 0.5 });
    expect(layer.output([7, 5, 3])).toEqual([7, 5, 3]);
    expect(layer.config).toEqual({ scale: 0.5, offset: 0 });
    expect(rescaling(layer.config as never).config).toEqual(layer.config);
    expect(layer.parameters([4])).toEqual({});
    expect(isPureLayer(layer)).toBe(true);
  });

  test.each([{}, { scale: Number.NaN }, { scale: 1, offset: 'x' }])('%j is refused', (options) => {
    expect(() => rescaling(options as never)).toThrow(ValueError);
    expect(() => rescaling(options as never)).toThrow(/^rescaling: (scale|offset) is .*; give a/);
  });
});
