import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from './layer.js';
import { columnSumsAreSlow } from './slowKernels.js';

/*
 * Features are the rows of a matrix (n, m), and the last axis of anything longer: the channels of
 * pictures (m, n_H, n_W, n_C), the d of sequences (m, T, d). A vector of them, such as a bias or
 * gamma, is (n, 1) or (n_C).
 */

/** The shape of a vector of features, for samples of a shape. */
export const featureShape = (input: Shape): number[] =>
  input.length === 1 ? [input[0], 1] : [input.at(-1)!];

/** Σ M over everything but the features: (n, 1) or (n_C). */
export const sumPerFeature = (M: Tensor): Tensor =>
  M.rank === 2 ? tf.sum(M, 1, true) : columnSums(tf.reshape(M, [-1, M.shape.at(-1)!]));

/** Σ M over the rows of M (N, d): (d). */
export function columnSums(M: Tensor): Tensor {
  const [N, d] = M.shape;
  if (!columnSumsAreSlow()) return tf.sum(M, 0);
  return tf.reshape(tf.matMul(M, tf.ones([N, 1]), true), [d]); // Mᵀ 1, as (d)
}

/**
 * M + v, M ∘ v, … for a vector v of features.
 *
 * Backends broadcast line by line, and a line of 8 channels is short. So a picture is taken as lines
 * of n_W n_C numbers, with v once for each pixel: 64 pictures of 28x28x8 times v take 70 instead of
 * 740 µs on WASM, and 200 instead of 450 on native.
 */
export function withFeatures(op: (a: Tensor, b: Tensor) => Tensor, M: Tensor, v: Tensor): Tensor {
  if (M.rank < 4) return op(M, v);
  const [nW, nC] = M.shape.slice(-2);
  return tf.reshape(op(tf.reshape(M, [-1, nW * nC]), tf.tile(v, [nW])), M.shape);
}
