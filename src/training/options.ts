import type { Tensor } from '@tensorflow/tfjs-core';
import { ValueError } from '../core/errors.js';
import { assertSamples, countOf } from '../core/inputs.js';
import type { Network } from '../core/network.js';
import { assertOptions, inWords, type Names } from '../core/options.js';
import type { RandomState } from '../core/random.js';
import { type Callbacks, callbackList, has } from './callbacks.js';
import type { Checkpoint } from './checkpoint.js';
import { type EarlyStoppingOptions, earlyStopping } from './earlyStopping.js';
import type { Judged } from './evaluation.js';
import type { Logs } from './history.js';
import type { Choice, Plan } from './plan.js';
import type { DatasetItem, SampleStream } from './sampleStream.js';
import { isStepSource, type StepSource } from './stepSource.js';
import { unweighted } from './weights.js';

export interface CheckpointOptions {
  /** Keeps a checkpoint, whole or not at all: `encodeCheckpoint` makes a file's bytes of it. */
  readonly save: (checkpoint: Checkpoint) => void | Promise<void>;
  /** Seconds between two. Default: 30. One is also made when the run is stopped or ends. */
  readonly everySeconds?: number;
}

export interface TrainOptions {
  /** Number of gradient steps on all samples at once. Alternative to `epochs`. */
  readonly iterations?: number;
  /** Number of passes over the samples. */
  readonly epochs?: number;
  /** Samples per gradient step. Default: all of them; of a dataset: each item. */
  readonly batchSize?: number;
  /** Shuffle the samples before each epoch, when training in batches. Default: yes. */
  readonly shuffle?: boolean;
  /**
   * Shuffles the samples before each epoch, when training in batches, and feeds layers with noise,
   * such as dropout. Default: seed 1.
   */
  readonly random?: RandomState;
  /** Compute the cost every n epochs, and at the last one. Default: 100; in batches, 1. */
  readonly costEvery?: number;
  /** Adds val_cost and the metrics of these samples to the history, where the cost is computed. */
  readonly validation?: Judged;
  /** End the run when the validation gets no better. */
  readonly earlyStopping?: EarlyStoppingOptions;
  /**
   * Called after an epoch, counted from 0, when the parameters of that epoch are in place; with the
   * cost if it was computed.
   */
  readonly onEpochEnd?: (epoch: number, cost: number | undefined) => void;
  /**
   * Call `onEpochEnd` only every n epochs (0, n, 2n, …), and after the last one. Default: 1.
   * A compiled run stops for each call: 100 costs next to nothing, 1 costs much of the speed.
   */
  readonly callbackEvery?: number;
  /** Callbacks with TensorFlow.js's names, called at every epoch or batch. */
  readonly callbacks?: Callbacks | readonly Callbacks[];
  /**
   * Called from time to time, for a progress bar; never interrupts the run. `done` epochs are done,
   * and the parameters are current.
   */
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the run between two steps, or between two calls if the plan runs many steps per call. */
  readonly signal?: AbortSignal;
  /** How to run the steps. Default: `plain`; in a `DeepNeuralNetwork`: `automatic`. */
  readonly plan?: Plan;
  /**
   * Called before the first step with the plan in use, how it was chosen, or why one was refused.
   */
  readonly onPlan?: (outcome: PlanOutcome) => void;
  /** Keep checkpoints, from which a run goes on exactly. */
  readonly checkpoint?: CheckpointOptions;
  /** Go on from a checkpoint of a run with the same samples and options. */
  readonly resume?: Checkpoint;
}

export interface Progress {
  /** Epochs done, out of `total`. */
  readonly done: number;
  readonly total: number;
  /** The latest cost, and the epoch before which it was computed. */
  readonly epoch: number;
  readonly cost: number;
  /** What the history has of that epoch. */
  readonly logs: Logs;
}

/** The plan a run uses. */
export interface PlanOutcome {
  readonly name: string;
  readonly choice?: Choice;
  /** Why the requested plan was not used. */
  readonly refused?: string;
}

export const trainOptionNames: Names<TrainOptions> = {
  ...{ iterations: true, epochs: true, batchSize: true, shuffle: true, random: true },
  ...{ costEvery: true, validation: true, earlyStopping: true },
  ...{ onEpochEnd: true, callbackEvery: true, callbacks: true, onProgress: true },
  ...{ signal: true, plan: true, onPlan: true, checkpoint: true, resume: true },
};

/** The length of a run, and when it computes costs and calls callbacks. */
export interface Timetable {
  readonly epochs: number;
  /** Undefined for full batches. */
  readonly batchSize: number | undefined;
  readonly stepsBetweenCallbacks: number | undefined;
  /** How many epochs have a cost. */
  readonly costs: number;
  hasCost(epoch: number): boolean;
  hasCallback(epoch: number): boolean;
  /** Whether a run must stop behind this epoch: for a callback or the validation. */
  pausesAfter(epoch: number): boolean;
}

/**
 * Checks samples and options before a run, and returns its timetable. Of a dataset each item is
 * checked when it comes.
 *
 * @throws ShapeError and ValueError naming what does not fit.
 */
export function assertTraining(
  network: Network,
  samples: { X: Tensor; Y: Tensor } | SampleStream | StepSource,
  options: TrainOptions,
): Timetable {
  assertOptions('train', options, trainOptionNames);
  const { plan, random, signal, onEpochEnd, onProgress, onPlan, shuffle, validation } = options;
  for (const [name, value] of Object.entries({ onEpochEnd, onProgress, onPlan })) {
    assertKind(name, value, 'a function', typeof value === 'function');
  }
  assertKind('plan', plan, 'one of plans, such as plans.plain', typeof plan?.start === 'function');
  assertKind('random', random, 'a RandomState', typeof random?.permutation === 'function');
  assertKind('signal', signal, "an AbortController's signal", signal instanceof AbortSignal);
  assertKind('shuffle', shuffle, 'true or false', typeof shuffle === 'boolean');
  const { checkpoint } = options;
  assertKind(
    'checkpoint',
    checkpoint,
    '{ save }, a function',
    typeof checkpoint?.save === 'function',
  );
  assertKind('resume', options.resume, 'what decodeCheckpoint gives', isCheckpoint(options.resume));
  if (options.earlyStopping !== undefined) earlyStopping(options.earlyStopping);
  if (validation !== undefined) assertValidation(network, validation);
  if ('X' in samples && 'Y' in samples) {
    assertSamples(network, samples.X, samples.Y);
    return timetableOf(options, countOf(network, samples.X));
  }
  if (isStepSource(samples)) {
    checkCount('the number of samples', samples.m, 1);
    if (has(callbackList(options.callbacks), 'onBatchBegin', 'onBatchEnd')) {
      throw new ValueError(
        'onBatchBegin and onBatchEnd want the cost of each batch, whose samples are elsewhere. Use onEpochEnd.',
      );
    }
    return timetableOf(options, samples.m);
  }
  return timetableOf({ ...options, costEvery: options.costEvery ?? 1 }, undefined);
}

const isCheckpoint = (value: unknown) => typeof Object(value).epoch === 'number';

function assertValidation(network: Network, validation: Judged): void {
  if (typeof validation === 'function') return;
  const { X, Y } = Object(validation) as DatasetItem;
  try {
    assertSamples(unweighted(network), X, Y);
  } catch (error) {
    const Kind = (error as Error).constructor as new (message: string) => Error;
    throw new Kind(`validation: ${(error as Error).message}`);
  }
}

function assertKind(name: string, value: unknown, wanted: string, holds: boolean): void {
  if (value === undefined || holds) return;
  throw new ValueError(`${name} is ${inWords(value)}; give ${wanted}.`);
}

/** The timetable for m samples, or for a dataset. @throws ValueError for invalid options. */
function timetableOf(options: TrainOptions, m: number | undefined): Timetable {
  const { batchSize = m, callbackEvery = 1, onEpochEnd, validation } = options;
  const inBatches = m !== undefined && batchSize! < m;
  const { costEvery = inBatches ? 1 : 100 } = options;
  const epochs = countEpochs(options, m === undefined);
  if (batchSize !== undefined) checkCount('batchSize', batchSize, 1);
  checkCount('costEvery', costEvery, 1);
  checkCount('callbackEvery', callbackEvery, 1);
  const every = (n: number) => (epoch: number) => epoch % n === 0 || epoch === epochs - 1;
  const hasCost = every(costEvery);
  const hasCallback = onEpochEnd ? every(callbackEvery) : () => false;
  const list = callbackList(options.callbacks);
  const everyEpoch = has(list, 'onEpochBegin', 'onEpochEnd');
  const everyBatch = has(list, 'onBatchBegin', 'onBatchEnd');
  const steps = m === undefined ? 1 : Math.ceil(m / batchSize!);
  const pauses = [
    ...(everyBatch ? [1] : []),
    ...(everyEpoch ? [steps] : []),
    ...(onEpochEnd ? [callbackEvery * steps] : []),
    ...(validation ? [costEvery * steps] : []),
  ];
  return {
    epochs,
    batchSize: inBatches || m === undefined ? batchSize : undefined,
    stepsBetweenCallbacks: pauses.length === 0 ? undefined : Math.min(...pauses),
    costs: Math.ceil(epochs / costEvery),
    hasCost,
    hasCallback,
    pausesAfter: (epoch) =>
      everyEpoch ||
      everyBatch ||
      hasCallback(epoch) ||
      (validation !== undefined && hasCost(epoch)),
  };
}

function countEpochs({ iterations, epochs, batchSize }: TrainOptions, isStream: boolean): number {
  if (isStream && iterations !== undefined) {
    throw new ValueError('A dataset is passed through in epochs: give epochs, not iterations.');
  }
  if (iterations !== undefined && (epochs ?? batchSize) !== undefined) {
    throw new ValueError(
      'Give iterations, on all samples at once, or epochs, with or without batchSize: not both.',
    );
  }
  if (iterations === undefined && epochs === undefined) {
    throw new ValueError('How long to train: give iterations, or epochs.');
  }
  checkCount(epochs === undefined ? 'iterations' : 'epochs', (epochs ?? iterations)!, 0);
  return (epochs ?? iterations)!;
}

function checkCount(name: string, value: number, min: number): void {
  if (!Number.isInteger(value) || value < min) {
    throw new ValueError(`${name} is ${value}; give a whole number from ${min}.`);
  }
}
