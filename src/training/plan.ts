import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { Refused } from '../compiled/compile.js';

export type { Refused } from '../compiled/compile.js';

import type { Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import type { Batch } from './batches.js';
import type { TrainingState } from './step.js';

/** A way to run steps; or why a task cannot be run so, in a sentence. */
export interface Plan {
  readonly name: string;
  /** How the first layer is held; the rounding follows from it. */
  readonly layout: 'direct' | 'sample space' | 'chosen by shape';
  start(task: Task): Promise<Runner | Refused>;
}

/** What steps are to be run on. */
export interface Task {
  readonly network: Network;
  readonly optimizer: Optimizer;
  /** Read, never changed. */
  readonly state: TrainingState;
  /** (n_x, m) */
  readonly X: Tensor2D;
  /** (n_y, m) */
  readonly Y: Tensor2D;
  /** Undefined where each step is on all samples. */
  readonly batchSize?: number;
  /** How many steps there will be. */
  readonly steps?: number;
  /** How many steps there are at most between two looks at the parameters. Default: all of them. */
  readonly stepsBetweenCallbacks?: number;
}

/** Who runs the steps. The mathematics is the same; `state` is whole and the newest after each call. */
export interface Runner {
  /** Between two calls, signals and callbacks have their turn. */
  readonly stepsAtOnce: number;
  /** How it was chosen, where it was (`automatic`). */
  readonly choice?: Choice;
  /**
   * A step for each batch, in this order. With `wantsCost` the cost of all samples before the first
   * one comes back, the caller's.
   */
  run(
    state: TrainingState,
    batches: readonly Batch[],
    options?: { wantsCost?: boolean },
  ): Scalar | undefined;
  dispose(): void;
}

/** What a plan would cost, as measured on the task itself. */
export interface Trial {
  readonly plan: Plan;
  readonly setupMs: number;
  readonly msPerStep: number;
  /** Of the whole run: set-up, and every step. */
  readonly seconds: number;
}

/** Why a plan was not tried. */
export interface Passed {
  readonly plan: Plan;
  readonly reason: string;
}

export interface Choice {
  readonly plan: Plan;
  /** The plans that were tried, as they are listed in `plans/`. */
  readonly trials: readonly Trial[];
  readonly passed: readonly Passed[];
}
