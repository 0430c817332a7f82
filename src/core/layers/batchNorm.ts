import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../errors.js';
import { featureShape, sumPerFeature, withFeatures } from '../features.js';
import { type Layer, type Parameter, pureLayer, samplesIn } from '../layer.js';
import {
  type AffineOptions,
  affine,
  affineParameters,
  assertEpsilon,
  type Normalized,
} from '../normalization.js';
import { assertOptions, assertSwitches } from '../options.js';
import { present, zerosOf } from '../tensors.js';

export interface BatchNormOptions extends AffineOptions {
  /** How much of the running statistics a step keeps. Default: 0.99. */
  readonly momentum?: number;
  /** Default: 0.001. */
  readonly epsilon?: number;
}

/**
 * Training, with means over the N values of each feature, that is, over the samples of a matrix
 * (n, m), and over samples and positions of anything longer:
 *
 * μ = mean X, σ² = mean (X - μ)²
 * X̂ = (X - μ) / √(σ² + ε), Y = gamma ∘ X̂ + beta
 * runningMean = momentum · runningMean + (1 - momentum) · μ, runningVariance likewise with σ²
 *
 * dgamma = 1/m Σ dY ∘ X̂
 * dbeta = 1/m Σ dY
 * dX = gamma / √(σ² + ε) ∘ (dY - 1/N Σ dY - X̂ ∘ 1/N Σ dY ∘ X̂)
 *
 * Predicting, and where it is frozen, μ and σ² are the running statistics, so nothing comes through them:
 * dX = gamma / √(σ² + ε) ∘ dY
 *
 * X, Y and their gradients (n, m) or (m, …, n_C); gamma, beta and statistics (n, 1) or (n_C). The
 * variance is the biased one, 1/N, everywhere, as in Keras 3. Options and defaults are Keras's;
 * without `scale` there is no gamma, without `center` no beta.
 *
 * Source: Course 2, week 3; Ioffe, Szegedy, arXiv:1502.03167.
 *
 * @throws ValueError if epsilon is not above 0, or momentum not from 0 to 1.
 */
export function batchNorm(options: BatchNormOptions = {}): Layer {
  assertOptions('batchNorm', options, { momentum: true, epsilon: true, center: true, scale: true });
  const { momentum = 0.99, epsilon = 1e-3, center = true, scale = true } = options;
  assertSwitches('batchNorm', { center, scale });
  assertEpsilon('batchNorm', epsilon);
  if (!(momentum >= 0 && momentum <= 1)) {
    throw new ValueError(`batchNorm: momentum is ${momentum}; give a number from 0 to 1.`);
  }
  const layer: Layer<Normalized> = {
    kind: 'batchNorm',
    config: { momentum, epsilon, center, scale },
    output: (input) => input,
    parameters: (input) => {
      const shape = featureShape(input);
      const runningMean = { shape, initialize: () => zerosOf(shape), trained: false };
      const runningVariance = { shape, initialize: () => tf.ones(shape), trained: false };
      return { ...affineParameters(input, options), runningMean, runningVariance } as Readonly<
        Record<string, Parameter>
      >;
    },
    forward: (X, { params, training, frozen }) => {
      const { gamma, beta, runningMean, runningVariance } = params;
      const batch = training && !frozen ? moments(X) : undefined;
      const deviation = tf.sqrt(tf.add(batch?.variance ?? runningVariance, epsilon)); // (n_C)
      const centered = batch?.centered ?? withFeatures(tf.sub, X, runningMean); // (m, …, n_C)
      const XHat = withFeatures(tf.div, centered, deviation); // (m, …, n_C)
      const forward = { Y: affine(XHat, gamma, beta), cache: { XHat, deviation } };
      if (!batch) return forward;
      const moved = (running: Tensor, batch: Tensor) =>
        tf.add(tf.mul(running, momentum), tf.mul(batch, 1 - momentum)); // (n_C)
      const updated = {
        runningMean: moved(runningMean, batch.mean),
        runningVariance: moved(runningVariance, batch.variance),
      };
      return { ...forward, updated };
    },
    backward: (dY, { params: { gamma, beta }, training, frozen }, { XHat, deviation }) => {
      const m = samplesIn(dY);
      const sum = sumPerFeature(dY); // (n_C)
      const sumXHat = sumPerFeature(tf.mul(dY, XHat)); // (n_C)
      const grads = present({ dgamma: gamma && tf.div(sumXHat, m), dbeta: beta && tf.div(sum, m) });
      const dX = () => {
        const slope = gamma ? tf.div(gamma, deviation) : tf.div(1, deviation); // (n_C)
        if (!training || frozen) return withFeatures(tf.mul, dY, slope); // (m, …, n_C)
        const N = dY.size / sum.size;
        const throughVariance = withFeatures(tf.mul, XHat, tf.div(sumXHat, N)); // (m, …, n_C)
        const rest = withFeatures(tf.sub, tf.sub(dY, throughVariance), tf.div(sum, N)); // (m, …, n_C)
        return withFeatures(tf.mul, rest, slope); // (m, …, n_C)
      };
      return { dX, grads };
    },
  };
  return pureLayer(layer) as Layer;
}

/**
 * μ, X - μ and σ² of each feature. The mean of many float32 numbers far from 0 is off in its last
 * digits; what is left of it after the first subtraction is small, and subtracted too.
 */
function moments(X: Tensor) {
  const features = X.rank === 2 ? X.shape[0] : X.shape.at(-1)!;
  const meanOf = (M: Tensor) => tf.div(sumPerFeature(M), M.size / features); // (n_C)
  const first = meanOf(X);
  const near = withFeatures(tf.sub, X, first); // (m, …, n_C)
  const rest = meanOf(near);
  const centered = withFeatures(tf.sub, near, rest); // (m, …, n_C)
  return { mean: tf.add(first, rest), centered, variance: meanOf(tf.square(centered)) };
}
