import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
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
  type Over,
} from '../normalization.js';
import { assertCount, assertOptions, assertSwitches } from '../options.js';

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
 * X, Y and their gradients (n, m) or (m, …, n_C); gamma and beta (n, 1) or (n_C). Options and defaults are Keras's.
 *
 * Source: Wu, He, arXiv:1803.08494.
 *
 * @throws ValueError if groups is not a whole number from 1, or epsilon not above 0.
 */
export function groupNorm(options: GroupNormOptions = {}): Layer {
  assertOptions('groupNorm', options, { groups: true, epsilon: true, center: true, scale: true });
  const { groups = 32, epsilon = 1e-3, center = true, scale = true } = options;
  assertCount('groupNorm: groups', groups);
  assertSwitches('groupNorm', { center, scale });
  assertEpsilon('groupNorm', epsilon);
  const over = overGroups(groups);
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
      const cache = normalize(X, over, epsilon);
      return { Y: affine(cache.XHat, gamma, beta), cache }; // (m, …, n_C)
    },
    backward: (dY, { params: { gamma, beta } }, cache) => {
      const { dXHat, grads } = affineBackward(dY, cache.XHat, gamma, beta);
      return { dX: () => normalizeBackward(dXHat(), cache, over), grads }; // (m, …, n_C)
    },
  };
  return pureLayer(layer) as Layer;
}

/**
 * The mean of each group, once for each of its features: (n, m), or (m, n_C). It meets a picture in
 * lines of n_W n_C numbers, since backends broadcast line by line.
 */
const overGroups = (groups: number): Over => ({
  mean: (M) => {
    if (M.rank === 2) return spreadMean(tf.reshape(M, [groups, -1, M.shape[1]!]), 1, M.shape); // (n, m)
    const [m, nC] = [M.shape[0], M.shape.at(-1)!];
    const perFeature = tf.mean(tf.reshape(M, [m, -1, nC]), 1); // (m, n_C)
    return spreadMean(tf.reshape(perFeature, [m, groups, -1]), 2, [m, nC]); // (m, n_C)
  },
  apply: (op, M, mean) => {
    if (M.rank === 2) return op(M, mean);
    const [m, nC, nW] = [M.shape[0], M.shape.at(-1)!, M.rank > 3 ? M.shape.at(-2)! : 1];
    const lines = tf.reshape(M, [m, -1, nW * nC]);
    return tf.reshape(op(lines, tf.tile(tf.reshape(mean, [m, 1, nC]), [1, 1, nW])), M.shape);
  },
});

/** The mean along an axis in each of its places, in a shape. */
function spreadMean(G: Tensor, axis: number, shape: number[]): Tensor {
  const times = G.shape.map((side, i) => (i === axis ? side : 1));
  return tf.reshape(tf.tile(tf.mean(G, axis, true), times), shape);
}
