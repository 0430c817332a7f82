import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { AbortError, NumericError, ValueError } from '../core/errors.js';
import { assertSamples, countOf } from '../core/inputs.js';
import type { Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import { assertOptions, inWords, type Names } from '../core/options.js';
import { RandomState } from '../core/random.js';
import { type Batch, shuffledBatches } from './batches.js';
import type { Choice, Plan, Runner } from './plan.js';
import { plain, start } from './plans/index.js';
import { costOf, type TrainingState } from './step.js';

/** The cost J at some epochs, like tfjs's `History`. On full batches an epoch is an iteration. */
export interface History {
  readonly epoch: number[];
  readonly history: { readonly cost: number[] };
}

export interface TrainOptions {
  /** Number of gradient steps on all samples at once. Alternative to `epochs`. */
  readonly iterations?: number;
  /** Number of passes over the samples. */
  readonly epochs?: number;
  /** Samples per gradient step. Default: all of them. */
  readonly batchSize?: number;
  /**
   * Shuffles the samples before each epoch, when training in batches, and feeds layers with noise,
   * such as dropout. Default: seed 1.
   */
  readonly random?: RandomState;
  /** Compute the cost every n epochs, and at the last one. Default: 100; in batches, 1. */
  readonly costEvery?: number;
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
}

export interface Progress {
  /** Epochs done, out of `total`. */
  readonly done: number;
  readonly total: number;
  /** The latest cost, and the epoch before which it was computed. */
  readonly epoch: number;
  readonly cost: number;
}

export const trainOptionNames: Names<TrainOptions> = {
  ...{ iterations: true, epochs: true, batchSize: true, random: true, costEvery: true },
  ...{ onEpochEnd: true, callbackEvery: true, onProgress: true },
  ...{ signal: true, plan: true, onPlan: true },
};

/** The plan a run uses. */
export interface PlanOutcome {
  readonly name: string;
  readonly choice?: Choice;
  /** Why the requested plan was not used. */
  readonly refused?: string;
}

/** How long the loop runs before it yields to timers, signals and rendering. */
const turnMs = 50;

/**
 * Trains on X (n_x, m) and Y (n_y, m), or (m, …) of any shape: forward, backward, update, for `iterations` steps on all
 * samples or `epochs` passes in batches. The cost of an epoch covers all samples, with the
 * parameters before that epoch, as in the course.
 *
 * `state` always holds the latest parameters, even if the run ends with an error.
 *
 * @throws ShapeError if X and Y do not fit; ValueError for a label the loss does not accept, a
 *   non-finite number in X, or an unknown option; NumericError if the cost is not finite;
 *   AbortError if the signal is aborted; and whatever a callback throws.
 */
export async function train(
  network: Network,
  optimizer: Optimizer,
  state: TrainingState,
  X: Tensor,
  Y: Tensor,
  options: TrainOptions,
): Promise<History> {
  return runTraining(
    network,
    optimizer,
    state,
    X,
    Y,
    options,
    assertTraining(network, X, Y, options),
  );
}

/** `train` without its checks: `schedule` is what `assertTraining` gave for the same arguments. */
export async function runTraining(
  network: Network,
  optimizer: Optimizer,
  state: TrainingState,
  X: Tensor,
  Y: Tensor,
  options: TrainOptions,
  schedule: Schedule,
): Promise<History> {
  const { plan = plain } = options;
  const { epochs, batchSize, stepsBetweenCallbacks } = schedule;
  const m = countOf(network, X);
  const steps = epochs * Math.ceil(m / (batchSize ?? m));
  const task = { network, optimizer, state, X, Y, batchSize, steps, stepsBetweenCallbacks };
  let refused: string | undefined;
  const runner = await start(plan, task, (reason) => {
    refused = reason;
  });
  try {
    const { choice } = runner;
    options.onPlan?.({ name: choice?.plan.name ?? (refused ? plain : plan).name, choice, refused });
    const loop = new Loop(network, state, X, Y, options, schedule, runner);
    return await loop.run();
  } finally {
    runner.dispose();
  }
}

/**
 * Checks samples and options before a run, and returns its schedule.
 *
 * @throws ShapeError and ValueError naming what does not fit.
 */
export function assertTraining(
  network: Network,
  X: Tensor,
  Y: Tensor,
  options: TrainOptions,
): Schedule {
  assertOptions('train', options, trainOptionNames);
  const { plan, random, signal, onEpochEnd, onProgress, onPlan } = options;
  for (const [name, value] of Object.entries({ onEpochEnd, onProgress, onPlan })) {
    assertKind(name, value, 'a function', typeof value === 'function');
  }
  assertKind('plan', plan, 'one of plans, such as plans.plain', typeof plan?.start === 'function');
  assertKind('random', random, 'a RandomState', typeof random?.permutation === 'function');
  assertKind('signal', signal, "an AbortController's signal", signal instanceof AbortSignal);
  assertSamples(network, X, Y);
  return scheduleOf(options, countOf(network, X));
}

function assertKind(name: string, value: unknown, wanted: string, holds: boolean): void {
  if (value === undefined || holds) return;
  throw new ValueError(`${name} is ${inWords(value)}; give ${wanted}.`);
}

/** The length of a run, and when it computes costs and calls callbacks. */
interface Schedule {
  readonly epochs: number;
  /** Undefined for full batches. */
  readonly batchSize: number | undefined;
  readonly stepsBetweenCallbacks: number | undefined;
  hasCost(epoch: number): boolean;
  hasCallback(epoch: number): boolean;
}

/** The schedule for these options and m samples. @throws ValueError for invalid options. */
function scheduleOf(options: TrainOptions, m: number): Schedule {
  const { batchSize = m, callbackEvery = 1, onEpochEnd } = options;
  const inBatches = batchSize < m;
  const { costEvery = inBatches ? 1 : 100 } = options;
  const epochs = countEpochs(options);
  checkCount('batchSize', batchSize, 1);
  checkCount('costEvery', costEvery, 1);
  checkCount('callbackEvery', callbackEvery, 1);
  const every = (n: number) => (epoch: number) => epoch % n === 0 || epoch === epochs - 1;
  return {
    epochs,
    batchSize: inBatches ? batchSize : undefined,
    stepsBetweenCallbacks: onEpochEnd && callbackEvery * Math.ceil(m / batchSize),
    hasCost: every(costEvery),
    hasCallback: onEpochEnd ? every(callbackEvery) : () => false,
  };
}

/** A run: steps through the epochs, records costs and calls callbacks. */
class Loop {
  private readonly history: History = { epoch: [], history: { cost: [] } };
  private readonly random: RandomState;
  private lastTurn = performance.now();

  constructor(
    private readonly network: Network,
    private readonly state: TrainingState,
    private readonly X: Tensor,
    private readonly Y: Tensor,
    private readonly options: TrainOptions,
    private readonly schedule: Schedule,
    private readonly runner: Runner,
  ) {
    this.random = options.random ?? new RandomState(1);
  }

  async run(): Promise<History> {
    const { epochs, batchSize } = this.schedule;
    for (let epoch = 0; epoch < epochs; ) {
      this.assertNotStopped(epoch);
      const first = epoch;
      epoch = await (batchSize === undefined
        ? this.runWhole(epoch)
        : this.runBatches(epoch, batchSize));
      this.tell(first, epoch);
      await this.takeTurn();
    }
    return this.history;
  }

  /** One epoch in batches. */
  private async runBatches(epoch: number, batchSize: number): Promise<number> {
    const { runner, state, random } = this;
    const m = countOf(this.network, this.X);
    const batches = shuffledBatches(m, batchSize, this.random);
    for (let i = 0; i < batches.length; i += runner.stepsAtOnce) {
      if (i > 0) {
        await this.takeTurn();
        this.assertNotStopped(epoch);
      }
      const wantsCost = i === 0 && this.schedule.hasCost(epoch);
      const J = runner.run(state, batches.slice(i, i + runner.stepsAtOnce), { wantsCost, random });
      if (J) this.record(J, epoch);
    }
    return epoch + 1;
  }

  /** One epoch on all samples, or as many as the runner takes before the next cost or callback. */
  private async runWhole(epoch: number): Promise<number> {
    const { runner, state, network, X, Y, random } = this;
    const { epochs, hasCost, hasCallback } = this.schedule;
    let next = epoch + 1;
    const goesOn = () => next < epochs && !hasCost(next) && !hasCallback(next - 1);
    while (next - epoch < runner.stepsAtOnce && goesOn()) next++;
    const steps = new Array<Batch>(next - epoch).fill(undefined);
    const J = runner.run(state, steps, { wantsCost: hasCost(epoch), random });
    if (J) this.record(J, epoch);
    const manyUnseen = runner.stepsAtOnce > 1 && next - epoch > 1;
    if (manyUnseen && next < epochs && !hasCost(next)) {
      this.read(costOf(network, state.params, X, Y), next);
    }
    return next;
  }

  /** Runs the callbacks for the epochs from `first` up to, not including, `next`. */
  private tell(first: number, next: number): void {
    const { onEpochEnd, onProgress } = this.options;
    const { epoch, history } = this.history;
    const last = next - 1;
    const costAt = epoch.at(-1)!;
    const cost = history.cost.at(-1)!;
    if (this.schedule.hasCallback(last)) {
      onEpochEnd?.(last, costAt >= first && costAt === last ? cost : undefined);
    }
    onProgress?.({ done: next, total: this.schedule.epochs, epoch: costAt, cost });
  }

  private record(J: Scalar, epoch: number): void {
    const cost = this.read(J, epoch);
    this.history.epoch.push(epoch);
    this.history.history.cost.push(cost);
  }

  /** Reads a cost and frees it. @throws NumericError if it is not finite. */
  private read(J: Scalar, epoch: number): number {
    const cost = J.dataSync()[0];
    J.dispose();
    if (Number.isFinite(cost)) return cost;
    const lastFinite = this.history.epoch.at(-1);
    const since =
      lastFinite === undefined ? '' : ` It was last seen finite at ${this.unit} ${lastFinite}.`;
    throw new NumericError(
      `The cost is ${cost} at ${this.unit} ${epoch}.${since} Try a smaller learning rate, inputs scaled to [0, 1], or smaller starting weights.`,
    );
  }

  private assertNotStopped(epoch: number): void {
    if (!this.options.signal?.aborted) return;
    throw new AbortError(`Training was stopped at ${this.unit} ${epoch}.`);
  }

  /** What is counted: on full batches an epoch is an iteration. */
  private get unit(): 'iteration' | 'epoch' {
    return this.schedule.batchSize === undefined ? 'iteration' : 'epoch';
  }

  /** Yields to timers, signals and rendering, if the last time was long enough ago. */
  private takeTurn(): Promise<void> | undefined {
    if (performance.now() - this.lastTurn < turnMs) return undefined;
    return tf.nextFrame().then(() => {
      this.lastTurn = performance.now();
    });
  }
}

function countEpochs({ iterations, epochs, batchSize }: TrainOptions): number {
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
