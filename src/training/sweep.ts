import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Activation } from '../core/activation.js';
import { sigmoid, softmax, tanh } from '../core/activations.js';
import { NumericError, ValueError } from '../core/errors.js';
import { binaryCrossEntropy, categoricalCrossEntropy } from '../core/losses.js';
import { assertOptions } from '../core/options.js';
import { assertMatrix } from '../core/samples.js';
import { DeepNeuralNetwork } from './deepNeuralNetwork.js';

/** Hyperparameters: chosen before training, whereas W and b are learned. */
export interface Candidate {
  /** α of W := W - α dW. */
  readonly learningRate: number;
  /** Number of hidden layers. */
  readonly depth: number;
  /** Units per hidden layer. */
  readonly width: number;
  /** Activation of the hidden layers. */
  readonly activation: Activation;
}

/** X (n_x, m) and Y (1, m) of 0 and 1, or one-hot Y (classes, m). */
export interface Samples {
  readonly X: Tensor2D;
  readonly Y: Tensor2D;
}

export interface SweepResult {
  readonly candidate: Candidate;
  /** J on the training samples with its iteration: at most 100 points, plus the last. */
  readonly costs: readonly (readonly [iteration: number, cost: number])[];
  /** J after the last update; NaN for a run that diverged. */
  readonly cost: number;
  /** In percent; NaN for a run that diverged. */
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  readonly seconds: number;
  /** The iteration at which a non-finite cost was detected. */
  readonly diverged?: number;
}

export interface SweepOptions {
  /** Gradient descent steps on all samples, per candidate. Default: 1,000. */
  readonly iterations?: number;
  /** Seed of the initial weights, the same for every candidate. Default: 1. */
  readonly seed?: number;
  /** Called with the fraction of all steps done, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** The values to combine. */
export interface GridOptions {
  readonly learningRates: readonly number[];
  readonly depths: readonly number[];
  readonly widths: readonly number[];
  /** Default: tanh only. */
  readonly activations?: readonly Activation[];
}

/** Every combination, once each. */
export function candidateGrid(options: GridOptions): Candidate[] {
  assertOptions('candidateGrid', options, {
    ...{ learningRates: true, depths: true, widths: true, activations: true },
  });
  const { learningRates, depths, widths, activations = [tanh] } = options;
  const each = <T>(list: readonly T[]) => [...new Set(list)];
  return each(activations).flatMap((activation) =>
    each(learningRates).flatMap((learningRate) =>
      each(depths).flatMap((depth) =>
        each(widths).map((width) => ({ learningRate, depth, width, activation })),
      ),
    ),
  );
}

/**
 * Trains a network n_x - width - … - width - n_y for each candidate and scores it on held-out
 * samples. All start from the same seed. Results are yielded as they finish, so a stopped sweep
 * keeps the earlier ones; a run that diverges is a result too.
 *
 * If Y has one row, uses sigmoid and binary cross-entropy; otherwise softmax and categorical.
 *
 * Source: parameters vs. hyperparameters, Course 1, week 4. Frees its tensors.
 *
 * @throws AbortError if the signal is aborted; ValueError and ShapeError for invalid candidates or
 *   samples.
 */
export async function* sweep(
  candidates: readonly Candidate[],
  train: Samples,
  test: Samples,
  options: SweepOptions = {},
): AsyncGenerator<SweepResult, void> {
  assertOptions('sweep', options, {
    ...{ iterations: true, seed: true, onProgress: true, signal: true },
  });
  const { iterations = 1000, seed = 1, onProgress, signal } = options;
  for (const [k, candidate] of candidates.entries()) {
    yield await score(candidate, train, test, {
      iterations,
      seed,
      signal,
      onProgress: (share) => onProgress?.((k + share) / candidates.length),
    });
  }
}

async function score(
  candidate: Candidate,
  { X, Y }: Samples,
  test: Samples,
  { iterations, seed, signal, onProgress }: SweepOptions & { iterations: number },
): Promise<SweepResult> {
  const start = performance.now();
  assertMatrix('X', X);
  assertMatrix('Y', Y);
  const model = networkOf(candidate, X.shape[0], Y.shape[0], seed);
  const costs: [number, number][] = [];
  const costEvery = Math.ceil(iterations / 100);
  let done = 0;
  const result = () => ({ candidate, costs, seconds: (performance.now() - start) / 1000 });
  const lost = (diverged: number): SweepResult => ({
    ...result(),
    cost: Number.NaN,
    trainAccuracy: Number.NaN,
    testAccuracy: Number.NaN,
    diverged,
  });
  try {
    await model.fit(X, Y, {
      iterations,
      learningRate: candidate.learningRate,
      costEvery,
      signal,
      onProgress: (progress) => {
        done = progress.done;
        if (costs.at(-1)?.[0] !== progress.epoch) costs.push([progress.epoch, progress.cost]);
        onProgress?.(done / iterations);
      },
    });
    const cost = model.costFunction(X, Y);
    if (!Number.isFinite(cost)) return lost(iterations);
    return {
      ...result(),
      cost,
      trainAccuracy: 100 * model.accuracyScore(X, Y),
      testAccuracy: 100 * model.accuracyScore(test.X, test.Y),
    };
  } catch (error) {
    if (!(error instanceof NumericError)) throw error;
    return lost(Math.min(Math.ceil(done / costEvery) * costEvery, iterations - 1));
  } finally {
    model.dispose();
  }
}

function networkOf(
  { depth, width, activation }: Candidate,
  nX: number,
  nY: number,
  seed: number | undefined,
): DeepNeuralNetwork {
  if (!Number.isInteger(depth) || depth < 1) {
    throw new ValueError(`sweep: a depth of ${depth}; give hidden layers, a whole number from 1.`);
  }
  const hidden = new Array<number>(depth).fill(width);
  const [output, loss] =
    nY === 1
      ? ([sigmoid, binaryCrossEntropy] as const)
      : ([softmax, categoricalCrossEntropy] as const);
  return new DeepNeuralNetwork([nX, ...hidden, nY], [...hidden.map(() => activation), output], {
    loss,
    seed,
  });
}
