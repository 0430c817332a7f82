import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../core/errors.js';
import { assertSamples, countOf, labelAxisOf, sampleAxisOf } from '../core/inputs.js';
import type { Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import { inWords, type Names } from '../core/options.js';
import type { Schedule } from '../core/schedules.js';
import { slicedAlong } from './batches.js';
import type { Judged } from './evaluation.js';
import { type TrainOptions, trainOptionNames } from './options.js';
import type { WeightOptions } from './weights.js';

/** Default length: 2,500 iterations, unless `iterations` or `epochs` is given. */
export interface FitOptions extends Omit<TrainOptions, 'validation'>, WeightOptions {
  /** Learning rate of gradient descent. Default: 0.0075, as in the course. */
  readonly learningRate?: number | Schedule;
  /** Replaces gradient descent. Pass the same object again to continue with its state. */
  readonly optimizer?: Optimizer;
  /**
   * Samples to judge the network by after each epoch: [X, Y], { X, Y }, or a function that gives such
   * items one by one.
   */
  readonly validationData?: readonly [X: Tensor, Y: Tensor] | Judged;
  /** The share of the samples, the last ones, that are held back as validation data. */
  readonly validationSplit?: number;
  /** Print a line for each epoch. Default: 0, no. */
  readonly verbose?: 0 | 1 | 2 | boolean;
}

const { validation: _, ...ofTraining } = trainOptionNames;

export const fitOptionNames: Names<FitOptions> = {
  ...ofTraining,
  ...{ learningRate: true, optimizer: true, validationData: true, validationSplit: true },
  ...{ classWeight: true, sampleWeight: true, verbose: true },
};

/** What a fit trains on, and what it is judged by. `dispose` frees what is not the caller's. */
export interface FitSamples {
  readonly X: Tensor;
  readonly Y: Tensor;
  /** Of weights for all samples those of the ones that are trained on. */
  kept(weights: FitOptions['sampleWeight']): FitOptions['sampleWeight'];
  readonly validation?: Judged;
  dispose(): void;
}

/**
 * The samples to train on, and those for validation: given ones, or the last share of all, as in
 * Keras.
 *
 * @throws ShapeError and ValueError naming what does not fit.
 */
export function fitSamples(
  network: Network,
  X: Tensor,
  Y: Tensor,
  { validationData, validationSplit }: FitOptions,
): FitSamples {
  if (validationData !== undefined && validationSplit !== undefined) {
    throw new ValueError('fit: give validationData or validationSplit, not both.');
  }
  const whole = {
    ...{ X, Y, validation: validationOf(validationData) },
    kept: (weights: FitOptions['sampleWeight']) => weights,
    dispose: () => {},
  };
  if (validationSplit === undefined) return whole;
  if (!(validationSplit > 0 && validationSplit < 1)) {
    throw new ValueError(
      `fit: validationSplit is ${inWords(validationSplit)}; give a share above 0 and below 1, such as 0.2.`,
    );
  }
  assertSamples(network, X, Y);
  const m = countOf(network, X);
  const kept = Math.floor(m * (1 - validationSplit));
  if (kept < 1 || kept === m) {
    throw new ShapeError(
      `fit: a validationSplit of ${validationSplit} leaves ${kept} of ${m} samples to train on and ${m - kept} to validate. Give more samples or another share.`,
    );
  }
  const cut = (from: number, to: number) => ({
    X: slicedAlong(X, sampleAxisOf(network), { from, to }),
    Y: slicedAlong(Y, labelAxisOf(network), { from, to }),
  });
  const [train, validation] = [cut(0, kept), cut(kept, m)];
  return {
    ...train,
    kept: (weights) => weights && first(weights, m, kept),
    validation,
    dispose: () => tf.dispose([{ ...train }, { ...validation }]),
  };
}

/** @throws ValueError unless it is two tensors. */
export function validationOf(given: FitOptions['validationData']): Judged | undefined {
  if (given === undefined || typeof given === 'function') return given;
  const [X, Y] = Array.isArray(given) ? given : [Object(given).X, Object(given).Y];
  if (X?.shape !== undefined && Y?.shape !== undefined) return { X, Y };
  throw new ValueError(
    `fit: validationData is ${inWords(given)}; give two tensors, [X, Y], as for training.`,
  );
}

/** The first of m weights. @throws ShapeError if there are not m */
function first(
  weights: NonNullable<FitOptions['sampleWeight']>,
  m: number,
  kept: number,
): ArrayLike<number> {
  const all = 'dataSync' in weights ? weights.dataSync() : weights;
  if (all.length === m) return Array.from(all).slice(0, kept);
  throw new ShapeError(`fit: ${all.length} sample weights for ${m} samples; give one for each.`);
}
