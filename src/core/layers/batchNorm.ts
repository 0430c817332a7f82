import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../errors.js';
import { type Layer, type Parameter, pureLayer, samplesIn } from '../layer.js';
import {
  type AffineOptions,
  affine,
  affineParameters,
  assertEpsilon,
  axesBeside,
  featureShape,
  type Normalized,
  normalize,
  sumPerFeature,
} from '../normalization.js';
import { assertOptions } from '../options.js';
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
 * Predicting, μ and σ² are the running statistics, so nothing comes through them:
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
    forward: (X, { params, training }) => {
      const { gamma, beta, runningMean, runningVariance } = params;
      if (!training) {
        const deviation = tf.sqrt(tf.add(runningVariance, epsilon)); // (n_C)
        const XHat = tf.div(tf.sub(X, runningMean), deviation); // (m, …, n_C)
        return { Y: affine(XHat, gamma, beta), cache: { XHat, deviation } };
      }
      const { mean, variance, ...cache } = normalize(X, axesBeside(X), epsilon);
      const moved = (running: Tensor, batch: Tensor) =>
        tf.add(tf.mul(running, momentum), tf.mul(tf.reshape(batch, running.shape), 1 - momentum)); // (n_C)
      const updated = {
        runningMean: moved(runningMean, mean),
        runningVariance: moved(runningVariance, variance),
      };
      return { Y: affine(cache.XHat, gamma, beta), cache, updated };
    },
    backward: (dY, { params: { gamma, beta }, training }, { XHat, deviation }) => {
      const m = samplesIn(dY);
      const sum = sumPerFeature(dY); // (n_C)
      const sumXHat = sumPerFeature(tf.mul(dY, XHat)); // (n_C)
      const grads = present({ dgamma: gamma && tf.div(sumXHat, m), dbeta: beta && tf.div(sum, m) });
      const dX = () => {
        const slope = gamma ? tf.div(gamma, deviation) : tf.div(1, deviation); // (n_C)
        if (!training) return tf.mul(dY, slope); // (m, …, n_C)
        const N = dY.size / sum.size;
        const throughMean = tf.div(sum, N); // (n_C)
        const throughVariance = tf.mul(XHat, tf.div(sumXHat, N)); // (m, …, n_C)
        return tf.mul(tf.sub(tf.sub(dY, throughMean), throughVariance), slope); // (m, …, n_C)
      };
      return { dX, grads };
    },
  };
  return pureLayer(layer) as Layer;
}
