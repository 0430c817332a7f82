import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../core/activations.js';
import { ValueError } from '../core/errors.js';
import { course, type Initializer, normal } from '../core/initializers.js';
import type { Params } from '../core/tensors.js';
import { LModelForward } from './buildingBlocks.js';
import type { Descent, DescentOptions } from './descend.js';
import { trainDeep } from './trainDeep.js';

/*
 * The two cat classifiers, on pictures X (n_x, m) and labels Y (1, m), trained with the steps of
 * buildingBlocks. Source: note 001; Course 1, week 4.
 */

/** Defaults: 3,000 iterations, learning rate 0.0075, seed 1, cost recorded every 100 iterations. */
export type CatOptions = DescentOptions & { readonly seed?: number };

/**
 * linear → relu → linear → σ, layersDims = n_x, n_h, n_y; W = randn * 0.01
 *
 * @throws ValueError unless there are three sizes; otherwise as `LLayerModel`.
 */
export async function twoLayerModel(
  X: Tensor2D,
  Y: Tensor2D,
  layersDims: readonly number[],
  options: CatOptions = {},
): Promise<Descent> {
  if (layersDims.length !== 3) {
    throw new ValueError(
      `twoLayerModel: layersDims has ${layersDims.length} sizes; give n_x, n_h and n_y, or take LLayerModel.`,
    );
  }
  return trained(X, Y, layersDims, normal(0.01), options);
}

/**
 * (linear → relu) × (L - 1) → linear → σ, layersDims = n_x, n_1, …, n_L; W = randn / √n_prev
 *
 * The caller owns the parameters.
 *
 * @throws ShapeError if X and Y do not fit; ValueError for sizes below 1, labels other than 0 and 1, or
 *   a single class; otherwise as `train`.
 */
export async function LLayerModel(
  X: Tensor2D,
  Y: Tensor2D,
  layersDims: readonly number[],
  options: CatOptions = {},
): Promise<Descent> {
  return trained(X, Y, layersDims, course, options);
}

/** 1 where AL > 0.5, a cat, else 0 (1, m). The caller owns it. @throws ShapeError */
export function predict(parameters: Params, X: Tensor2D): Tensor2D {
  return tf.tidy(() => tf.cast(tf.greater(LModelForward(X, parameters).AL, 0.5), 'float32'));
}

const trained = (
  X: Tensor2D,
  Y: Tensor2D,
  layersDims: readonly number[],
  initializer: Initializer,
  {
    numIterations = 3000,
    learningRate = 0.0075,
    costEvery = 100,
    seed = 1,
    ...options
  }: CatOptions,
) =>
  trainDeep(
    X,
    Y,
    { layersDims, hidden: relu, initializer, seed },
    { ...options, numIterations, learningRate, costEvery },
  );
