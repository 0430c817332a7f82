import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { sigmoid, tanh } from '../core/activations.js';
import { normal } from '../core/initializers.js';
import { linearBackward, linearForward } from '../core/linear.js';
import type { RandomState } from '../core/random.js';
import type { Grads, Params } from '../core/tensors.js';
import * as blocks from './buildingBlocks.js';
import type { DescentOptions } from './descend.js';
import { trainDeep } from './trainDeep.js';

/*
 * The shallow network for points in the plane, n_x - n_h - 1: tanh, then a sigmoid. X (n_x, m) and
 * Y (1, m) have samples as columns; parameters are W1 (n_h, n_x), b1 (n_h, 1), W2 (n_y, n_h),
 * b2 (n_y, 1). The caller owns the results. Source: note 000; Course 1, week 3.
 */

/** The cache `forwardPropagation` passes to `backwardPropagation`. */
export type PlanarCache = { Z1: Tensor2D; A1: Tensor2D; Z2: Tensor2D; A2: Tensor2D };

/** n_x and n_y are the rows of X and Y; n_h is a hyperparameter, usually 4. */
export function layerSizes(X: Tensor2D, Y: Tensor2D, nH = 4) {
  return { nX: X.shape[0], nH, nY: Y.shape[0] };
}

/** W1 and W2 are randn * 0.01, b1 and b2 are 0. @throws ValueError unless all sizes are positive integers. */
export function initializeParameters(
  nX: number,
  nH: number,
  nY: number,
  random: RandomState,
): Params {
  return blocks.initializeParametersDeep([nX, nH, nY], random);
}

/**
 * Z1 = W1 X + b1, A1 = tanh(Z1), Z2 = W2 A1 + b2, A2 = σ(Z2)
 *
 * A2 is also in the cache, so freeing the cache frees it.
 *
 * @throws ShapeError if X does not fit the parameters.
 */
export function forwardPropagation(
  X: Tensor2D,
  { W1, b1, W2, b2 }: Params,
): { A2: Tensor2D; cache: PlanarCache } {
  return tf.tidy(() => {
    const Z1 = linearForward(X, W1, b1); // (n_h, m)
    const A1 = tanh.forward(Z1) as Tensor2D; // (n_h, m)
    const Z2 = linearForward(A1, W2, b2); // (n_y, m)
    const A2 = sigmoid.forward(Z2) as Tensor2D; // (n_y, m)
    return { A2, cache: { Z1, A1, Z2, A2 } };
  });
}

/** J = -1/m Σ (Y log A2 + (1 - Y) log(1 - A2)). @throws ShapeError if A2 and Y do not fit. */
export function computeCost(A2: Tensor2D, Y: Tensor2D): Scalar {
  return blocks.computeCost(A2, Y);
}

/**
 * dZ2 = A2 - Y, dW2 = 1/m dZ2 A1ᵀ, db2 = 1/m Σ dZ2
 * dZ1 = W2ᵀ dZ2 ∘ (1 - A1²), dW1 = 1/m dZ1 Xᵀ, db1 = 1/m Σ dZ1
 */
export function backwardPropagation(
  { W1, W2 }: Params,
  { Z1, A1, A2 }: PlanarCache,
  X: Tensor2D,
  Y: Tensor2D,
): Grads {
  return tf.tidy(() => {
    const dZ2 = tf.sub<Tensor2D>(A2, Y); // (n_y, m)
    const { dW: dW2, db: db2, dAPrev: dA1 } = linearBackward(dZ2, A1, W2);
    const dZ1 = tanh.backward(dA1(), { Z: Z1, A: A1 }); // (n_h, m)
    const { dW: dW1, db: db1 } = linearBackward(dZ1, X, W1);
    return { dW1, db1, dW2, db2 };
  });
}

/** W := W - α dW, b := b - α db; α = 1.2 for the planar sets. @throws ShapeError, ValueError */
export function updateParameters(parameters: Params, grads: Grads, learningRate = 1.2): Params {
  return blocks.updateParameters(parameters, grads, learningRate);
}

/**
 * Trains { W1, b1, W2, b2 } with n_h hidden units, using the steps above and seed 3.
 *
 * @throws ShapeError if X and Y do not fit; ValueError for n_h below 1, labels other than 0 and 1, or a
 *   single class; otherwise as `train`.
 */
export async function nnModel(
  X: Tensor2D,
  Y: Tensor2D,
  nH: number,
  {
    numIterations = 10_000,
    learningRate = 1.2,
    costEvery = 1000,
    seed = 3,
    ...options
  }: DescentOptions & { readonly seed?: number } = {},
): Promise<Params> {
  const { nX, nY } = layerSizes(X, Y);
  const model = { layersDims: [nX, nH, nY], hidden: tanh, initializer: normal(0.01), seed };
  const all = { ...options, numIterations, learningRate, costEvery };
  return (await trainDeep(X, Y, model, all)).parameters;
}

/** A2 rounded, 0 or 1 (n_y, m). @throws ShapeError if X does not fit the parameters. */
export function predict(parameters: Params, X: Tensor2D): Tensor2D {
  return tf.tidy(() => tf.round(forwardPropagation(X, parameters).A2));
}
