import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { transposeFlagsAreSlow } from './slowKernels.js';

/*
 * The products A Bᵀ and Aᵀ B of the backward pass. One kernel each; but where its
 * transpose flags are slow the operand is transposed first. The data set's Xᵀ never changes: the
 * training loop keeps it beside X, which is faster on every backend.
 */

const kept = new WeakMap<Tensor2D, Tensor2D>();

/** A Bᵀ: (p, q) times the transpose of (r, q) gives (p, r). */
export function timesTransposed(A: Tensor2D, B: Tensor2D): Tensor2D {
  const BT = kept.get(B);
  if (BT) return tf.matMul(A, BT);
  return transposeFlagsAreSlow() ? tf.matMul(A, tf.transpose(B)) : tf.matMul(A, B, false, true);
}

/** Aᵀ B: the transpose of (q, p) times (q, r) gives (p, r). */
export function transposedTimes(A: Tensor2D, B: Tensor2D): Tensor2D {
  return transposeFlagsAreSlow() ? tf.matMul(tf.transpose(A), B) : tf.matMul(A, B, true, false);
}

/**
 * Keeps Xᵀ (m, n_x) beside X (n_x, m), for products that are asked for many times. The caller owns X as
 * before, and calls the function that comes back to free Xᵀ.
 */
export function keepTranspose(X: Tensor2D): () => void {
  if (kept.has(X)) return () => {};
  const XT = tf.keep(tf.transpose(X)) as Tensor2D;
  kept.set(X, XT);
  return () => {
    kept.delete(X);
    XT.dispose();
  };
}

/** Xᵀ, where it is kept beside X. */
export const keptTranspose = (X: Tensor2D): Tensor2D | undefined => kept.get(X);

/** Makes XT known as the transpose of X. Both stay the caller's, for whom it is forgotten when they go. */
export function keepAsTranspose(X: Tensor2D, XT: Tensor2D): void {
  kept.set(X, XT);
}
