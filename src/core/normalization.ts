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
  /** √(σ² + ε), as the means are laid out. */
  readonly deviation: Tensor;
}

/** What a mean is taken over, and how it meets the tensor again. */
export interface Over {
  readonly mean: (M: Tensor) => Tensor;
  readonly apply: (op: (a: Tensor, b: Tensor) => Tensor, M: Tensor, mean: Tensor) => Tensor;
}

/** Over the axis of the features: 0 of a matrix (n, m), else the last. */
export const overFeatures: Over = {
  mean: (M) => tf.mean(M, M.rank === 2 ? 0 : -1, true),
  apply: (op, M, mean) => op(M, mean),
};

/**
 * X̂ = (X - μ) / √(σ² + ε), where μ = mean X and σ² = mean (X - μ)²
 */
export function normalize(X: Tensor, { mean, apply }: Over, epsilon: number): Normalized {
  const centered = apply(tf.sub, X, mean(X));
  const deviation = tf.sqrt(tf.add(mean(tf.square(centered)), epsilon));
  return { XHat: apply(tf.div, centered, deviation), deviation };
}

/**
 * dX = (dX̂ - mean dX̂ - X̂ ∘ mean(dX̂ ∘ X̂)) / √(σ² + ε)
 *
 * The first term is X̂'s own slope; the second comes through μ, the third through σ².
 */
export function normalizeBackward(dXHat: Tensor, { XHat, deviation }: Normalized, over: Over) {
  const { mean, apply } = over;
  const throughVariance = apply(tf.mul, XHat, mean(tf.mul(dXHat, XHat)));
  const rest = apply(tf.sub, tf.sub(dXHat, throughVariance), mean(dXHat));
  return apply(tf.div, rest, deviation);
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
