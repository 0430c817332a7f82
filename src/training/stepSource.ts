import type { Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import type { Params } from '../core/tensors.js';
import type { Stepper } from './plan.js';

/**
 * Samples that are elsewhere, and who makes the steps on them: what `fit` takes in the place of X and Y. The
 * run does the rest: the order of the samples, validation, early stopping, history, checkpoints.
 */
export interface StepSource {
  /** For `onPlan`, such as `8 shards`. */
  readonly name: string;
  /** The number of samples. */
  readonly m: number;
  /**
   * @returns what makes the steps. One that fails leaves the state and the random stream as they were.
   * @throws ValueError for a network that cannot be trained so
   */
  start(network: Network, optimizer: Optimizer, params: Params): Stepper;
}

export const isStepSource = (value: unknown): value is StepSource =>
  typeof (value as Partial<StepSource> | null)?.start === 'function';
