import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { transposeFlagsAreSlow } from './slowKernels.js';

/*
 * The products A Bᵀ and Aᵀ B of the backward pass. Each is a single kernel, except where transpose
 * flags are slow: there the operand is transposed first. Of more than two axes, the last two are
 * matrices, and the others count them.
 */

/**
 * A Bᵀ: (p, q) times the transpose of (r, q) gives (p, r). Pass BT, the transpose of B, if you have
 * it: the data's Xᵀ never changes, and using it is faster on every backend.
 */
export function timesTransposed(A: Tensor, B: Tensor, BT?: Tensor): Tensor2D {
  if (BT) return tf.matMul(A, BT) as Tensor2D;
  const product = transposeFlagsAreSlow()
    ? tf.matMul(A, transposed(B))
    : tf.matMul(A, B, false, true);
  return product as Tensor2D;
}

/** Aᵀ B: the transpose of (q, p) times (q, r) gives (p, r). */
export function transposedTimes(A: Tensor, B: Tensor): Tensor2D {
  const product = transposeFlagsAreSlow()
    ? tf.matMul(transposed(A), B)
    : tf.matMul(A, B, true, false);
  return product as Tensor2D;
}

function transposed(A: Tensor): Tensor {
  const [columns, rows, ...counts] = A.shape.map((_, axis) => axis).reverse();
  return tf.transpose(A, [...counts.reverse(), columns, rows]);
}
