import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { AbortError, NumericError, ShapeError, ValueError } from '../core/errors.js';
import type { Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import { keepTranspose } from '../core/products.js';
import { step, type TrainingState } from './step.js';

/** What a run leaves: the cost J at some of its iterations. As tfjs's `History`: full batch, so an epoch is an iteration. */
export interface History {
  readonly epoch: number[];
  readonly history: { readonly cost: number[] };
}

export interface TrainOptions {
  readonly iterations: number;
  /** Compute the cost every so many iterations, and at the last one. */
  readonly costEvery?: number;
  /** Called behind each iteration, counted from 0; with the cost where it was computed. */
  readonly onIterationEnd?: (iteration: number, cost: number | undefined) => void;
  /** Stops the run between two iterations. */
  readonly signal?: AbortSignal;
}

/** How long the loop runs before it lets timers, signals and the screen have their turn. */
const turnMs = 50;

/**
 * Gradient steps on the whole of X (n_x, m) and Y (n_y, m): `iterations` times forward, backward,
 * update. The cost of iteration i is that of the parameters before its update, as in the course.
 *
 * `state` holds the newest parameters at every moment, also when the run ends with an error.
 *
 * @throws ShapeError where X and Y do not fit; NumericError where the cost is not finite; AbortError
 *   where the signal says stop; and whatever a callback throws.
 */
export async function train(
  network: Network,
  optimizer: Optimizer,
  state: TrainingState,
  X: Tensor2D,
  Y: Tensor2D,
  { iterations, costEvery = 100, onIterationEnd, signal }: TrainOptions,
): Promise<History> {
  checkCount('iterations', iterations, 0);
  checkCount('costEvery', costEvery, 1);
  if (X.shape[1] !== Y.shape[1]) {
    throw new ShapeError(
      `X has ${X.shape[1]} columns and Y has ${Y.shape[1]}: each sample is a column in both.`,
    );
  }
  const history: History = { epoch: [], history: { cost: [] } };
  const releaseTranspose = keepTranspose(X);
  let turnEnds = performance.now() + turnMs;
  try {
    for (let i = 0; i < iterations; i++) {
      if (signal?.aborted) throw new AbortError(`Training was stopped at iteration ${i}.`);
      const wantsCost = i % costEvery === 0 || i === iterations - 1;
      const before = history.epoch.at(-1);
      const J = step(network, optimizer, state, X, Y, wantsCost);
      const cost = J?.dataSync()[0];
      J?.dispose();
      if (cost !== undefined) {
        checkFinite(cost, i, before);
        history.epoch.push(i);
        history.history.cost.push(cost);
      }
      onIterationEnd?.(i, cost);
      if (performance.now() > turnEnds) {
        await tf.nextFrame();
        turnEnds = performance.now() + turnMs;
      }
    }
  } finally {
    releaseTranspose();
  }
  return history;
}

function checkFinite(cost: number, iteration: number, lastFinite: number | undefined): void {
  if (Number.isFinite(cost)) return;
  const since =
    lastFinite === undefined ? '' : ` It was last seen finite at iteration ${lastFinite}.`;
  throw new NumericError(
    `The cost is ${cost} at iteration ${iteration}.${since} Try a smaller learning rate, inputs scaled to [0, 1], or smaller starting weights.`,
  );
}

function checkCount(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new ValueError(`${name} is ${value}; give a whole number from ${least}.`);
  }
}
