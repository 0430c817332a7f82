import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../errors.js';
import { type Layer, pureLayer } from '../layer.js';
import {
  type AffineOptions,
  affine,
  affineBackward,
  affineParameters,
  assertEpsilon,
  type Normalized,
  normalize,
  normalizeBackward,
} from '../normalization.js';
import { assertOptions } from '../options.js';

export interface GroupNormOptions extends AffineOptions {
  /** Groups of features beside each other; as many as there are features are instance norm. Default: 32. */
  readonly groups?: number;
  /** Default: 0.001. */
  readonly epsilon?: number;
}

/**
 * layerNorm of each group of features, over all positions of a sample:
 *
 * μ = mean X, σ² = mean (X - μ)² for each sample and group
 * X̂ = (X - μ) / √(σ² + ε), Y = gamma ∘ X̂ + beta
 *
 * dgamma = 1/m Σ dY ∘ X̂
 * dbeta = 1/m Σ dY
 * dX̂ = dY ∘ gamma
 * dX = (dX̂ - mean dX̂ - X̂ ∘ mean(dX̂ ∘ X̂)) / √(σ² + ε)
 *
 * X, Y and their gradients (n, m) or (m, …, n_C); gamma and beta (n, 1) or (n_C). The means run over
 * axis 1 of X as (groups, n / groups, m), or 1 and 3 of (m, positions, groups, n_C / groups).
 * Options and defaults are Keras's.
 *
 * Source: Wu, He, arXiv:1803.08494.
 *
 * @throws ValueError if groups is not a whole number from 1, or epsilon not above 0.
 */
export function groupNorm(options: GroupNormOptions = {}): Layer {
  assertOptions('groupNorm', options, { groups: true, epsilon: true, center: true, scale: true });
  const { groups = 32, epsilon = 1e-3, center = true, scale = true } = options;
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ValueError(`groupNorm: groups is ${groups}; give a whole number from 1.`);
  }
  assertEpsilon('groupNorm', epsilon);
  const layer: Layer<Normalized> = {
    kind: 'groupNorm',
    config: { groups, epsilon, center, scale },
    output: (input) => {
      const features = input.length === 1 ? input[0] : input.at(-1)!;
      if (features % groups === 0) return input;
      throw new ShapeError(
        `${features} features do not divide into ${groups} groups. Give groups that ${features} is a multiple of.`,
      );
    },
    parameters: (input) => affineParameters(input, options),
    forward: (X, { params: { gamma, beta } }) => {
      const { G, axes } = grouped(X, groups);
      const { XHat, deviation } = normalize(G, axes, epsilon); // (m, positions, groups, n_C / groups)
      const Y = affine(tf.reshape(XHat, X.shape), gamma, beta); // (m, …, n_C)
      return { Y, cache: { XHat, deviation } };
    },
    backward: (dY, { params: { gamma, beta } }, cache) => {
      const { dXHat, grads } = affineBackward(dY, tf.reshape(cache.XHat, dY.shape), gamma, beta);
      const dX = () => {
        const { G, axes } = grouped(dXHat(), groups);
        return tf.reshape(normalizeBackward(G, cache, axes), dY.shape); // (m, …, n_C)
      };
      return { dX, grads };
    },
  };
  return pureLayer(layer) as Layer;
}

/** The features in groups, and the axes of each group. */
function grouped(X: Tensor, groups: number): { G: Tensor; axes: number[] } {
  const [m] = X.shape;
  if (X.rank === 2) return { G: tf.reshape(X, [groups, -1, X.shape[1]!]), axes: [1] };
  return { G: tf.reshape(X, [m, -1, groups, X.shape.at(-1)! / groups]), axes: [1, 3] };
}
