import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Layer, pureLayer } from '../layer.js';
import { assertOptions } from '../options.js';
import { assertPicture } from '../window.js';

/**
 * Y[k, i] = 1/(n_H n_W) Σ X[i, y, x, k], over y and x (n_C, m)
 *
 * dX[i, y, x, k] = 1/(n_H n_W) dY[k, i] (m, n_H, n_W, n_C)
 *
 * From pictures (m, n_H, n_W, n_C) to a matrix, with samples in columns. Source: Lin, Chen, Yan,
 * arXiv:1312.4400.
 *
 * @throws ValueError if it is given an option. ShapeError if the input is not pictures.
 */
export function globalAveragePool2d(options: object = {}): Layer {
  assertOptions('globalAveragePool2d', options, {});
  const layer: Layer<{ readonly X: Tensor }> = {
    kind: 'globalAveragePool2d',
    config: {},
    output: (input) => {
      assertPicture(input);
      return [input[2]];
    },
    parameters: () => ({}),
    forward: (X) => ({ Y: tf.transpose(tf.mean(X, [1, 2])), cache: { X } }), // (n_C, m)
    backward: (dY, _, { X }) => {
      const [m, nH, nW, nC] = X.shape as [number, number, number, number];
      const dX = () => {
        const shares = tf.div(tf.reshape(tf.transpose(dY), [m, 1, nC]), nH * nW); // (m, 1, n_C)
        const each = tf.matMul(tf.ones([m, nH * nW, 1]), shares); // (m, n_H n_W, n_C)
        return tf.reshape(each, X.shape); // (m, n_H, n_W, n_C)
      };
      return { dX, grads: {} };
    },
  };
  return pureLayer(layer);
}
