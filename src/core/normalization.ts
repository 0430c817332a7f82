import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from './errors.js';
import { featureShape, sumPerFeature, withFeatures } from './features.js';
import { type Parameter, type Shape, samplesIn } from './layer.js';
import { present, zerosOf } from './tensors.js';

/*
 * What the normalizations have in common: mean 0 and variance 1 over some axes, then a scale gamma
 * and a shift beta for each feature: rows of a matrix (n, m), the last axis of anything longer.
 */

export interface Normalized {
  readonly XHat: Tensor;
  /** √(σ² + ε), with 1 in place of the axes. */
  readonly deviation: Tensor;
}

/**
 * X̂ = (X - μ) / √(σ² + ε), where μ = mean X and σ² = mean (X - μ)² over the axes
 */
export function normalize(X: Tensor, axes: number[], epsilon: number) {
  const mean = tf.mean(X, axes, true);
  const centered = tf.sub(X, mean);
  const variance = tf.mean(tf.square(centered), axes, true);
  const deviation = tf.sqrt(tf.add(variance, epsilon));
  return { XHat: tf.div(centered, deviation), mean, variance, deviation };
}

/**
 * dX = (dX̂ - mean dX̂ - X̂ ∘ mean(dX̂ ∘ X̂)) / √(σ² + ε)
 *
 * The first term is X̂'s own slope; the second comes through μ, the third through σ².
 */
export function normalizeBackward(dXHat: Tensor, { XHat, deviation }: Normalized, axes: number[]) {
  const throughMean = tf.mean(dXHat, axes, true);
  const throughVariance = tf.mul(XHat, tf.mean(tf.mul(dXHat, XHat), axes, true));
  return tf.div(tf.sub(tf.sub(dXHat, throughMean), throughVariance), deviation);
}

/** Keras's names: whether there is a gamma, and a beta. */
export interface AffineOptions {
  /** Whether to add beta. Default: yes. */
  readonly center?: boolean;
  /** Whether to multiply by gamma. Default: yes. */
  readonly scale?: boolean;
}

/** gamma starts at 1, beta at 0. */
export function affineParameters(input: Shape, { center = true, scale = true }: AffineOptions) {
  const shape = featureShape(input);
  const gamma: Parameter = { shape, initialize: () => tf.ones(shape) };
  const beta: Parameter = { shape, initialize: () => zerosOf(shape) };
  return present<Parameter>({ gamma: scale && gamma, beta: center && beta });
}

/** Y = gamma ∘ X̂ + beta */
export function affine(XHat: Tensor, gamma?: Tensor, beta?: Tensor): Tensor {
  const scaled = gamma ? withFeatures(tf.mul, XHat, gamma) : XHat;
  return beta ? withFeatures(tf.add, scaled, beta) : scaled;
}

/**
 * dgamma = 1/m Σ dY ∘ X̂ and dbeta = 1/m Σ dY, over everything but the features
 * dX̂ = dY ∘ gamma
 */
export function affineBackward(dY: Tensor, XHat: Tensor, gamma?: Tensor, beta?: Tensor) {
  const m = samplesIn(dY);
  return {
    dXHat: () => (gamma ? withFeatures(tf.mul, dY, gamma) : dY),
    grads: present({
      dgamma: gamma && tf.div(sumPerFeature(tf.mul(dY, XHat)), m),
      dbeta: beta && tf.div(sumPerFeature(dY), m),
    }),
  };
}

/** @throws ValueError unless epsilon is a number above 0. */
export function assertEpsilon(kind: string, epsilon: number): void {
  if (Number.isFinite(epsilon) && epsilon > 0) return;
  throw new ValueError(
    `${kind}: epsilon is ${epsilon}; give a small number above 0, such as 1e-5.`,
  );
}
