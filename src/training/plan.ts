import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Refused } from '../compiled/compile.js';

export type { Refused } from '../compiled/compile.js';

import type { Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import type { RandomState } from '../core/random.js';
import type { Batch } from './batches.js';
import type { TrainingState } from './step.js';

/**
 * A way to run steps. `start` returns a runner, or a sentence on why the task cannot run this way.
 */
export interface Plan {
  readonly name: string;
  /** How the first layer is stored, which determines the rounding. */
  readonly layout: 'direct' | 'sample space' | 'chosen by shape';
  start(task: Task): Promise<Runner | Refused>;
}

/** What a plan runs its steps on. */
export interface Task {
  readonly network: Network;
  readonly optimizer: Optimizer;
  /** Read, never changed. */
  readonly state: TrainingState;
  /** (n_x, m), or (m, …) */
  readonly X: Tensor;
  /** (n_y, m), or (m, …) */
  readonly Y: Tensor;
  /** Undefined if every step uses all samples. */
  readonly batchSize?: number;
  /** Total number of steps. */
  readonly steps?: number;
  /** How often the run wants the cost of all samples. */
  readonly costs?: number;
  /** Whether X and Y are the first of many, given by `use`. */
  readonly isStream?: boolean;
  /**
   * Whether a run that was stopped and goes on must give the same bits, so that nothing but the
   * state may pass from call to call.
   */
  readonly isResumable?: boolean;
  /** Maximum number of steps between two callbacks. Default: all of them. */
  readonly stepsBetweenCallbacks?: number;
}

/** What a run's loop asks for steps. The math is the same; `state` is complete and current after each call. */
export interface Stepper {
  /** Maximum number of steps per call. Signals and callbacks run between calls. */
  readonly stepsAtOnce: number;
  /** One step per batch, in order. Returns the cost if wanted; the caller owns it. */
  run(
    state: TrainingState,
    batches: readonly Batch[],
    options?: RunOptions,
  ): Scalar | undefined | Promise<Scalar | undefined>;
  /** The next samples of a stream, of the same shapes but for their number. The caller owns them. */
  use?(X: Tensor, Y: Tensor): void;
  /** The run has ended: frees what was made for it. */
  dispose?(): void;
}

/** Runs the steps of a plan, here and at once. */
export interface Runner extends Stepper {
  /** How it was chosen, if `automatic` chose it. */
  readonly choice?: Choice;
  run(state: TrainingState, batches: readonly Batch[], options?: RunOptions): Scalar | undefined;
  dispose(): void;
}

export interface RunOptions {
  /** Return the cost of all samples before the first step. */
  readonly wantsCost?: boolean;
  /** What layers with noise draw from, step by step. Default: seed 1. */
  readonly random?: RandomState;
}

/** What a plan would cost, measured on the task itself. */
export interface Trial {
  readonly plan: Plan;
  readonly setupMs: number;
  readonly msPerStep: number;
  /** For the whole run: setup and every step. */
  readonly seconds: number;
}

/** Why a plan was not tried. */
export interface Passed {
  readonly plan: Plan;
  readonly reason: string;
}

export interface Choice {
  readonly plan: Plan;
  /** The plans that were tried, in the order of `plans/`. */
  readonly trials: readonly Trial[];
  readonly passed: readonly Passed[];
}
