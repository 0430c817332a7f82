import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { AbortError, NumericError, ValueError } from '../core/errors.js';
import { assertSamples } from '../core/inputs.js';
import type { Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import { assertOptions, type Names } from '../core/options.js';
import { RandomState } from '../core/random.js';
import { type Batch, shuffledBatches } from './batches.js';
import type { Choice, Plan, Runner } from './plan.js';
import { plain, start } from './plans/index.js';
import { costOf, type TrainingState } from './step.js';

/** What a run leaves: the cost J at some of its epochs, as tfjs's `History`. On full batches an epoch is an iteration. */
export interface History {
  readonly epoch: number[];
  readonly history: { readonly cost: number[] };
}

export interface TrainOptions {
  /** Gradient steps on all samples at once. Or give `epochs`. */
  readonly iterations?: number;
  /** Passes over the samples. */
  readonly epochs?: number;
  /** Samples of a gradient step. Default: all of them. */
  readonly batchSize?: number;
  /** Draws the order of the samples, anew for each epoch, where there are batches. Default: of seed 1. */
  readonly random?: RandomState;
  /** Compute the cost every so many epochs, and at the last one. Default: 100, with batches 1. */
  readonly costEvery?: number;
  /**
   * Called after an epoch, counted from 0, with the parameters of that epoch in place; with the cost
   * where it was computed.
   */
  readonly onEpochEnd?: (epoch: number, cost: number | undefined) => void;
  /**
   * Call `onEpochEnd` after every so many epochs only (0, n, 2n, …), and after the last one. Default: 1.
   * A compiled run stops for each call: 100 costs it next to nothing, 1 much of its speed.
   */
  readonly callbackEvery?: number;
  /**
   * Called now and then, for a progress bar: the run does not stop for it. `done` epochs are done, and
   * the parameters are those of that moment.
   */
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the run between two steps; a run in steps of many, as `plan` has them, between two of these. */
  readonly signal?: AbortSignal;
  /** Who runs the steps. Default: `plain`; of a `DeepNeuralNetwork`: `automatic`. */
  readonly plan?: Plan;
  /** Told before the first step who runs them: where it was chosen how, where it was refused why. */
  readonly onPlan?: (outcome: PlanOutcome) => void;
}

export interface Progress {
  /** Epochs that are done, of `total`. */
  readonly done: number;
  readonly total: number;
  /** The newest cost, and its epoch: that of the parameters before it. */
  readonly epoch: number;
  readonly cost: number;
}

export const trainOptionNames: Names<TrainOptions> = {
  ...{ iterations: true, epochs: true, batchSize: true, random: true, costEvery: true },
  ...{ onEpochEnd: true, callbackEvery: true, onProgress: true, signal: true },
  ...{ plan: true, onPlan: true },
};

/** Who runs the steps of a run. */
export interface PlanOutcome {
  readonly name: string;
  readonly choice?: Choice;
  /** Why the plan that was asked for is not the one. */
  readonly refused?: string;
}

/** How long the loop runs before it lets timers, signals and the screen have their turn. */
const turnMs = 50;

/**
 * Gradient steps on X (n_x, m) and Y (n_y, m): forward, backward, update, `iterations` times on all
 * samples, or for `epochs` times on batches of them. The cost of an epoch is that of all samples under
 * the parameters before it, as in the course.
 *
 * `state` holds the newest parameters at every moment, also when the run ends with an error.
 *
 * @throws ShapeError where X and Y do not fit; ValueError for a label that the loss does not take, a
 *   number of X that is not finite, and an unknown option; NumericError where the cost is not finite; AbortError
 *   where the signal says stop; and whatever a callback throws.
 */
export async function train(
  network: Network,
  optimizer: Optimizer,
  state: TrainingState,
  X: Tensor2D,
  Y: Tensor2D,
  options: TrainOptions,
): Promise<History> {
  assertOptions('train', options, trainOptionNames);
  assertSamples(network, X, Y);
  const schedule = scheduleOf(options, X);
  const { plan = plain } = options;
  const { epochs, batchSize, stepsBetweenCallbacks } = schedule;
  const steps = epochs * Math.ceil(X.shape[1] / (batchSize ?? X.shape[1]));
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

/** How long a run is, and where it stops to look. */
interface Schedule {
  readonly epochs: number;
  /** Undefined on full batches. */
  readonly batchSize: number | undefined;
  readonly stepsBetweenCallbacks: number | undefined;
  hasCost(epoch: number): boolean;
  hasCallback(epoch: number): boolean;
}

/** @throws ValueError for options that fit no run. */
function scheduleOf(options: TrainOptions, X: Tensor2D): Schedule {
  const m = X.shape[1];
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

/** A run: its epochs, and what is seen of them. */
class Loop {
  private readonly history: History = { epoch: [], history: { cost: [] } };
  private readonly random: RandomState;
  private lastTurn = performance.now();

  constructor(
    private readonly network: Network,
    private readonly state: TrainingState,
    private readonly X: Tensor2D,
    private readonly Y: Tensor2D,
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

  /** An epoch of batches. */
  private async runBatches(epoch: number, batchSize: number): Promise<number> {
    const { runner, state } = this;
    const batches = shuffledBatches(this.X.shape[1], batchSize, this.random);
    for (let i = 0; i < batches.length; i += runner.stepsAtOnce) {
      if (i > 0) {
        await this.takeTurn();
        this.assertNotStopped(epoch);
      }
      const wantsCost = i === 0 && this.schedule.hasCost(epoch);
      const J = runner.run(state, batches.slice(i, i + runner.stepsAtOnce), { wantsCost });
      if (J) this.record(J, epoch);
    }
    return epoch + 1;
  }

  /** An epoch on all samples, or as many as the runner takes at once before the next cost or callback. */
  private async runWhole(epoch: number): Promise<number> {
    const { runner, state, network, X, Y } = this;
    const { epochs, hasCost, hasCallback } = this.schedule;
    let next = epoch + 1;
    const goesOn = () => next < epochs && !hasCost(next) && !hasCallback(next - 1);
    while (next - epoch < runner.stepsAtOnce && goesOn()) next++;
    const steps = new Array<Batch>(next - epoch).fill(undefined);
    const J = runner.run(state, steps, { wantsCost: hasCost(epoch) });
    if (J) this.record(J, epoch);
    const manyUnseen = runner.stepsAtOnce > 1 && next - epoch > 1;
    if (manyUnseen && next < epochs && !hasCost(next)) {
      this.read(costOf(network, state.params, X, Y), next);
    }
    return next;
  }

  /** Tells the callbacks of the epochs from `first` to before `next`. */
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

  /** The value of a cost. Frees it. @throws NumericError where it is not finite. */
  private read(J: Scalar, epoch: number): number {
    const cost = J.dataSync()[0];
    J.dispose();
    if (Number.isFinite(cost)) return cost;
    const lastFinite = this.history.epoch.at(-1);
    const since =
      lastFinite === undefined ? '' : ` It was last seen finite at iteration ${lastFinite}.`;
    throw new NumericError(
      `The cost is ${cost} at iteration ${epoch}.${since} Try a smaller learning rate, inputs scaled to [0, 1], or smaller starting weights.`,
    );
  }

  private assertNotStopped(epoch: number): void {
    if (!this.options.signal?.aborted) return;
    const unit = this.schedule.batchSize === undefined ? 'iteration' : 'epoch';
    throw new AbortError(`Training was stopped at ${unit} ${epoch}.`);
  }

  /** Lets timers, signals and the screen have their turn, where the last one is long past. */
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
