import * as tf from '@tensorflow/tfjs-core';
import { type Layer, pureLayer } from '../layer.js';
import { assertOptions } from '../options.js';
import { sumOfWindows } from '../pixels.js';
import { ontoChannels } from '../transposed.js';
import { assertPicture, over, type Sides, windowOf } from '../window.js';

export interface UpSampling2dOptions {
  /** How often each row and each column is repeated. Default: 2. */
  readonly size?: Sides;
}

/**
 * Y[i, y, x, k] = X[i, ⌊y / s_H⌋, ⌊x / s_W⌋, k] (m, n_H s_H, n_W s_W, n_C)
 *
 * dX[i, y, x, k] = Σ dY[i, y s_H + p, x s_W + q, k], over p < s_H and q < s_W (m, n_H, n_W, n_C)
 *
 * Each pixel of X (m, n_H, n_W, n_C) becomes s_H x s_W pixels: a convolution transposed, with ones as
 * its filter. Source: Ronneberger, Fischer, Brox,
 * arXiv:1505.04597, as Keras has it.
 *
 * @throws ValueError if an option is not what it should be. ShapeError if the input is not pictures.
 */
export function upSampling2d(options: UpSampling2dOptions = {}): Layer {
  assertOptions('upSampling2d', options, { size: true });
  const { size = 2 } = options;
  const window = windowOf('upSampling2d', { size }, size);
  const [sH, sW] = window.size;
  const layer: Layer<object> = {
    kind: 'upSampling2d',
    config: { size: [sH, sW] },
    output: (input) => {
      assertPicture(input);
      return [input[0] * sH, input[1] * sW, input[2]];
    },
    parameters: () => ({}),
    forward: (X) => {
      const [m, nH, nW, nC] = X.shape as [number, number, number, number];
      const axes = over(window, [m, nH * sH, nW * sW, nC]);
      const Y = ontoChannels(X, tf.ones([sH, sW, nC, 1]), axes); // (m, n_H s_H, n_W s_W, n_C)
      return { Y, cache: {} };
    },
    backward: (dY) => {
      const dX = () => sumOfWindows(dY, over(window, dY.shape)); // (m, n_H, n_W, n_C)
      return { dX, grads: {} };
    },
  };
  return pureLayer(layer);
}
