import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { AbortError, NumericError, ValueError } from '../core/errors.js';
import { assertSamples } from '../core/inputs.js';
import type { Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import { assertOptions, type Names } from '../core/options.js';
import { keepTranspose } from '../core/products.js';
import { RandomState } from '../core/random.js';
import type { Choice } from './automatic.js';
import { shuffledBatches } from './batches.js';
import { type Batch, type Plan, plain, start } from './runners.js';
import { costOf, type TrainingState } from './step.js';

/** What a run leaves: the cost J at some of its epochs, as tfjs's `History`. On full batches an epoch is an iteration. */
export interface History {
  readonly epoch: number[];
  readonly history: { readonly cost: number[] };
}

export interface TrainOptions {
  /** Gradient steps on all samples at once. Or give `epochs`. */
  readonly iterations?: number;
  /** Times that the samples are gone through. */
  readonly epochs?: number;
  /** Samples of a gradient step. Default: all of them. */
  readonly batchSize?: number;
  /** Draws the order of the samples, anew for each epoch, where there are batches. Default: of seed 1. */
  readonly random?: RandomState;
  /** Compute the cost every so many epochs, and at the last one. Default: 100, with batches 1. */
  readonly costEvery?: number;
  /** Called behind each epoch, counted from 0; with the cost where it was computed. */
  readonly onEpochEnd?: (epoch: number, cost: number | undefined) => void;
  /** Stops the run between two steps; a run in steps of many, as `plan` has them, between two of these. */
  readonly signal?: AbortSignal;
  /** Who runs the steps. Default: `plain`; of a `DeepNeuralNetwork`: `automatic`. */
  readonly plan?: Plan;
  /** Told before the first step who runs them: where it was chosen how, where it was refused why. */
  readonly onPlan?: (outcome: PlanOutcome) => void;
}

export const trainOptionNames: Names<TrainOptions> = {
  ...{ iterations: true, epochs: true, batchSize: true, random: true, costEvery: true },
  ...{ onEpochEnd: true, signal: true, plan: true, onPlan: true },
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
  const m = X.shape[1];
  const { batchSize = m, random = new RandomState(1), signal, plan = plain } = options;
  const { onEpochEnd, onPlan } = options;
  const inBatches = batchSize < m;
  const { costEvery = inBatches ? 1 : 100 } = options;
  const epochs = countEpochs(options);
  checkCount('batchSize', batchSize, 1);
  checkCount('costEvery', costEvery, 1);
  const history: History = { epoch: [], history: { cost: [] } };
  const hasCost = (epoch: number) => epoch % costEvery === 0 || epoch === epochs - 1;
  const read = (J: Scalar, epoch: number) => {
    const cost = J.dataSync()[0];
    J.dispose();
    checkFinite(cost, epoch, history.epoch.at(-1));
    return cost;
  };
  const record = (J: Scalar, epoch: number) => {
    const cost = read(J, epoch);
    history.epoch.push(epoch);
    history.history.cost.push(cost);
    return cost;
  };

  const releaseTranspose = keepTranspose(X);
  const steps = epochs * Math.ceil(m / batchSize);
  const task = { network, optimizer, state, X, Y, steps, ...(inBatches && { batchSize }) };
  let refused: string | undefined;
  const runner = await start(plan, task, (reason) => {
    refused = reason;
  }).catch((error) => {
    releaseTranspose();
    throw error;
  });
  const { choice } = runner;
  onPlan?.({ name: choice?.plan.name ?? (refused ? plain : plan).name, choice, refused });
  const takeTurn = turnTaker();
  const demandGoOn = (epoch: number) => {
    const unit = inBatches ? 'epoch' : 'iteration';
    if (signal?.aborted) throw new AbortError(`Training was stopped at ${unit} ${epoch}.`);
  };

  /** An epoch of batches. */
  const runBatches = async (epoch: number) => {
    const batches = shuffledBatches(m, batchSize, random);
    let cost: number | undefined;
    for (let i = 0; i < batches.length; i += runner.stepsAtOnce) {
      demandGoOn(epoch);
      const wantsCost = i === 0 && hasCost(epoch);
      const J = runner.run(state, batches.slice(i, i + runner.stepsAtOnce), { wantsCost });
      if (J) cost = record(J, epoch);
      await takeTurn();
    }
    onEpochEnd?.(epoch, cost);
    return epoch + 1;
  };

  /** An epoch on all samples, or as many as the runner takes at once before the next cost. */
  const runWhole = async (epoch: number) => {
    let next = epoch + 1;
    while (next - epoch < runner.stepsAtOnce && next < epochs && !hasCost(next)) next++;
    const steps = new Array<Batch>(next - epoch).fill(undefined);
    const J = runner.run(state, steps, { wantsCost: hasCost(epoch) });
    const cost = J && record(J, epoch);
    if (runner.stepsAtOnce > 1 && next < epochs && !hasCost(next)) {
      read(costOf(network, state.params, X, Y), next);
    }
    for (let i = epoch; i < next; i++) onEpochEnd?.(i, i === epoch ? cost : undefined);
    await takeTurn();
    return next;
  };

  try {
    for (let epoch = 0; epoch < epochs; ) {
      demandGoOn(epoch);
      epoch = await (inBatches ? runBatches(epoch) : runWhole(epoch));
    }
  } finally {
    runner.dispose();
    releaseTranspose();
  }
  return history;
}

/** What lets timers, signals and the screen have their turn, where the last one is long past. */
function turnTaker(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < turnMs) return undefined;
    return tf.nextFrame().then(() => {
      last = performance.now();
    });
  };
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

function checkFinite(cost: number, epoch: number, lastFinite: number | undefined): void {
  if (Number.isFinite(cost)) return;
  const since =
    lastFinite === undefined ? '' : ` It was last seen finite at iteration ${lastFinite}.`;
  throw new NumericError(
    `The cost is ${cost} at iteration ${epoch}.${since} Try a smaller learning rate, inputs scaled to [0, 1], or smaller starting weights.`,
  );
}

function checkCount(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new ValueError(`${name} is ${value}; give a whole number from ${least}.`);
  }
}
