import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../../src/core/errors.js';
import { isPureLayer } from '../../../src/core/layer.js';
import { zeroPadding2d } from '../../../src/core/layers/zeroPadding2d.js';
import { tensor } from '../../../src/core/tensors.js';
import { onEachBackend } from '../../support/backends.js';
import { boundOn, expectTensor } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

const uneven = zeroPadding2d({ padding: [[2, 0], [1, 3]] }); // biome-ignore format: rows and columns

describePlanted({
  kind: 'zeroPadding2d',
  layerOf: (config) => zeroPadding2d(config as never),
  situations: [
    [zeroPadding2d(), { input: [2, 3, 2], m: 2 }],
    [uneven, { input: [3, 2, 1], m: 3 }],
  ],
  mistakes: {
    'dX from the corner of dY': ({ dX }, dY) => ({
      dX: () => tf.slice(dY, [0, 0, 0, 0], dX().shape),
    }),
    'dX turned': ({ dX }) => ({ dX: () => tf.reverse(dX(), [1, 2]) }),
    'dX averaged over samples': ({ dX }, dY) => ({ dX: () => tf.div(dX(), dY.shape[0]) }),
    'dX twice': ({ dX }) => ({ dX: () => tf.mul(dX(), 2) }),
  },
});

onEachBackend((backend) => {
  test('by hand: a row above, two columns behind', () => {
    tf.tidy(() => {
      const layer = zeroPadding2d({ padding: [[1, 0], [0, 2]] }); // biome-ignore format: sides
      const given = { params: {}, training: true };
      const { Y, cache } = layer.forward(tensor([5, 6], [1, 1, 2, 1]), given);
      const rows = [[0, 0, 0, 0], [5, 6, 0, 0]]; // biome-ignore format: rows
      expectTensor(tf.reshape(Y, [2, 4]), rows, boundOn(backend));
      const dY = tensor([1, 2, 3, 4, 50, 60, 7, 8], [1, 2, 4, 1]);
      const dX = layer.backward(dY, given, cache).dX();
      expectTensor(tf.reshape(dX, [2]), [50, 60], boundOn(backend));
    });
  });
});

describe('what zeroPadding2d declares', () => {
  test('its output, its config, and that it is pure', () => {
    expect(zeroPadding2d().output([7, 5, 3])).toEqual([9, 7, 3]);
    expect(zeroPadding2d({ padding: [1, 2] }).output([7, 5, 3])).toEqual([9, 9, 3]);
    expect(uneven.output([7, 5, 3])).toEqual([9, 9, 3]);
    expect(zeroPadding2d(uneven.config as never).config).toEqual(uneven.config);
    expect(uneven.parameters([4, 4, 1])).toEqual({});
    expect(isPureLayer(uneven)).toBe(true);
  });

  test.each([-1, 0.5, [1], [[1, 2, 3], 1], 'same'])('a padding of %j is refused', (padding) => {
    expect(() => zeroPadding2d({ padding } as never)).toThrow(ValueError);
    expect(() => zeroPadding2d({ padding } as never)).toThrow(/^zeroPadding2d: padding is .*give/);
  });

  test('what is no picture is refused', () => {
    expect(() => zeroPadding2d().output([5, 4])).toThrow(ShapeError);
    expect(() => zeroPadding2d().output([5, 4])).toThrow(/around pictures .* not 5x4/);
  });
});
