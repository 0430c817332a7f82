import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../core/errors.js';
import { assertSamples, countOf } from '../core/inputs.js';
import { assertOptions, inWords } from '../core/options.js';
import { RandomState } from '../core/random.js';
import { takeSamples } from './batches.js';
import { DeepNeuralNetwork } from './deepNeuralNetwork.js';
import { classesIn, evaluate } from './evaluation.js';
import type { FitOptions } from './fitOptions.js';
import { type Fold, kFolds } from './folds.js';
import type { Logs } from './history.js';

export interface CrossValidationOptions {
  /** Default: 5. */
  readonly folds?: number;
  /** Draws the folds. Default: seed 1. */
  readonly random?: RandomState;
  /** How each model is trained. Not: resume and checkpoint, which are of one run. */
  readonly fit?: FitOptions;
  /** Called after each fold, counted from 0, with the scores of its held-out samples. */
  readonly onFold?: (fold: number, scores: Logs) => void;
}

export interface CrossValidation {
  /** The scores of each fold: cost, and the metrics of `evaluate`. */
  readonly scores: readonly Logs[];
  /** Of each score over the folds that have it. */
  readonly mean: Logs;
  /** s / √k of each score, s with k - 1; NaN where one fold alone has it. */
  readonly standardError: Logs;
}

/**
 * Cross-validation: trains a new model on all folds but one, for each of them, and scores it on that one.
 *
 *     const { mean } = await crossValidate(() => new DeepNeuralNetwork([4, 8, 1]), X, Y, { folds: 5 });
 *
 * For classes the folds are stratified. X and Y are as for `fit`; the caller keeps them. Each model is
 * disposed after its fold. Folds share training samples, so that the standard error is too small rather
 * than too large (Bengio and Grandvalet, JMLR 5, 2004).
 *
 * Source: scikit-learn's cross_validate with StratifiedKFold and KFold.
 *
 * @throws ShapeError and ValueError as `fit` and `kFolds`; NumericError where a model diverges; AbortError
 *   if the signal in `fit` is aborted.
 */
export async function crossValidate(
  makeModel: (fold: number) => DeepNeuralNetwork | Promise<DeepNeuralNetwork>,
  X: Tensor,
  Y: Tensor,
  options: CrossValidationOptions = {},
): Promise<CrossValidation> {
  assertOptions('crossValidate', options, { folds: true, random: true, fit: true, onFold: true });
  const { folds: k = 5, random = new RandomState(1), fit = {}, onFold } = options;
  assertArguments(makeModel, fit);
  const scores: Logs[] = [];
  let folds: readonly Fold[] | undefined;
  for (let i = 0; i < (folds?.length ?? 1); i++) {
    const model = await makeModel(i);
    if (!(model instanceof DeepNeuralNetwork)) {
      throw new ValueError(
        `crossValidate: makeModel gives ${inWords(model)}; give a new DeepNeuralNetwork each time.`,
      );
    }
    try {
      folds ??= foldsFor(model, X, Y, k, random);
      scores.push(await scoreFold(model, { X, Y }, folds[i], fit));
    } finally {
      model.dispose();
    }
    onFold?.(i, scores[i]);
  }
  return { scores, ...summary(scores) };
}

function assertArguments(makeModel: unknown, fit: FitOptions): void {
  if (typeof makeModel !== 'function') {
    throw new ValueError(
      `crossValidate: makeModel is ${inWords(makeModel)}; give a function that makes a model.`,
    );
  }
  for (const name of ['resume', 'checkpoint'] as const) {
    if (Object(fit)[name] === undefined) continue;
    throw new ValueError(`crossValidate: fit has ${name}, which is of one run. Leave it out.`);
  }
}

function foldsFor(
  { network }: DeepNeuralNetwork,
  X: Tensor,
  Y: Tensor,
  k: number,
  random: RandomState,
): Fold[] {
  assertSamples(network, X, Y);
  return kFolds(classesIn(network, Y) ?? countOf(network, X), k, random);
}

async function scoreFold(
  model: DeepNeuralNetwork,
  all: { X: Tensor; Y: Tensor },
  { train, test }: Fold,
  { sampleWeight, ...fit }: FitOptions,
): Promise<Logs> {
  const { network } = model;
  const part = (indices: Int32Array) =>
    tf.tidy(() => {
      const { X, Y } = takeSamples(network, all, indices);
      return { X, Y };
    });
  const m = countOf(network, all.X);
  const weights = sampleWeight && weightsOf(sampleWeight, train, m);
  const known = part(train);
  try {
    await model.fit(known.X, known.Y, { ...fit, ...(weights && { sampleWeight: weights }) });
  } finally {
    tf.dispose([known.X, known.Y]);
  }
  const held = part(test);
  try {
    return await evaluate(network, model.parameters, held);
  } finally {
    tf.dispose([held.X, held.Y]);
  }
}

/** What the samples of a fold count. @throws ShapeError unless there is a number for each of all m. */
function weightsOf(given: ArrayLike<number> | Tensor1D, indices: Int32Array, m: number) {
  const all: ArrayLike<number> = 'dataSync' in given ? given.dataSync() : given;
  if (all.length !== m) {
    throw new ShapeError(
      `crossValidate: sampleWeight has ${all.length} numbers for ${m} samples. Give one for each.`,
    );
  }
  return Array.from(indices, (i) => all[i]);
}

function summary(scores: readonly Logs[]): Pick<CrossValidation, 'mean' | 'standardError'> {
  const names = [...new Set(scores.flatMap((logs) => Object.keys(logs)))];
  const entries = names.map((name) => {
    const values = scores.map((logs) => logs[name]).filter((value) => value !== undefined);
    const n = values.length;
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { name, mean, error: Math.sqrt(squares / (n - 1) / n) };
  });
  return {
    mean: Object.fromEntries(entries.map(({ name, mean }) => [name, mean])),
    standardError: Object.fromEntries(entries.map(({ name, error }) => [name, error])),
  };
}
