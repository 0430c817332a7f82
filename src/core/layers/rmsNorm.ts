import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Layer, pureLayer } from '../layer.js';
import { affine, affineBackward, affineParameters, assertEpsilon } from '../normalization.js';
import { assertOptions } from '../options.js';
import { withFeaturesAt } from './layerNorm.js';

export interface RmsNormOptions {
  /** The features' axis: 0 of a matrix (n, m), else -1. Default: that of the input. */
  readonly axis?: number;
  /** Default: 1e-6. */
  readonly epsilon?: number;
}

interface Scaled {
  readonly XHat: Tensor; // (m, …, d)
  /** The root of the mean square. */
  readonly r: Tensor; // (m, …, 1)
}

/**
 * With the mean over the features of each sample, and of each position:
 *
 * r = √(mean X² + ε) (1, m) or (m, …, 1)
 * X̂ = X / r, Y = gamma ∘ X̂
 *
 * dgamma = 1/m Σ dY ∘ X̂
 * dX̂ = dY ∘ gamma
 * dX = (dX̂ - X̂ ∘ mean(dX̂ ∘ X̂)) / r
 *
 * X, Y and their gradients (n, m) or (m, …, d); gamma (n, 1) or (d). It is layerNorm without the
 * mean and the shift. Options and defaults are Keras's.
 *
 * Source: Zhang, Sennrich, arXiv:1910.07467.
 *
 * @throws ValueError if epsilon is not above 0.
 */
export function rmsNorm(options: RmsNormOptions = {}): Layer {
  assertOptions('rmsNorm', options, { axis: true, epsilon: true });
  const { axis, epsilon = 1e-6 } = options;
  assertEpsilon('rmsNorm', epsilon);
  const meanOf = (M: Tensor) => tf.mean(M, M.rank === 2 ? 0 : -1, true);
  const layer: Layer<Scaled> = {
    kind: 'rmsNorm',
    config: { ...(axis !== undefined && { axis }), epsilon },
    output: (input) => withFeaturesAt(axis, input),
    parameters: (input) => affineParameters(input, { center: false }),
    forward: (X, { params: { gamma } }) => {
      const r = tf.sqrt(tf.add(meanOf(tf.square(X)), epsilon)); // (m, …, 1)
      const XHat = tf.div(X, r); // (m, …, d)
      return { Y: affine(XHat, gamma), cache: { XHat, r } };
    },
    backward: (dY, { params: { gamma } }, { XHat, r }) => {
      const { dXHat: through, grads } = affineBackward(dY, XHat, gamma);
      const dX = () => {
        const dXHat = through(); // (m, …, d)
        const throughMean = tf.mul(XHat, meanOf(tf.mul(dXHat, XHat))); // (m, …, d)
        return tf.div(tf.sub(dXHat, throughMean), r); // (m, …, d)
      };
      return { dX, grads };
    },
  };
  return pureLayer(layer) as Layer;
}
