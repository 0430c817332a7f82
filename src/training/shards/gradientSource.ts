import type { Network } from '../../core/network.js';
import type { RandomPosition } from '../../core/random.js';
import type { Grads, Params } from '../../core/tensors.js';
import type { Batch } from '../batches.js';

/** A step that asks for gradients. */
export interface GradientStep {
  /** The samples of the batch, by their numbers; undefined means all. */
  readonly batch: Batch;
  /** Where the stream stands from which the noise of the whole batch is drawn, if a layer needs any. */
  readonly noise?: RandomPosition;
}

/** The gradient of the loss, 1/m Σ over the batch, and J before the step, both without L1 and L2 terms. */
export interface Gradients {
  /** { dW1, db1, … } of the parameters that are trained. The caller owns them. */
  readonly grads: Grads;
  /** With the noise of the step, if there is any. */
  readonly cost: number;
}

/** Samples that may be elsewhere. */
export interface ShardSource {
  /** Such as `8 shards`. */
  readonly name: string;
  /** The number of samples. */
  readonly m: number;
  /** J of all samples as the network predicts them, without L1 and L2 terms. */
  cost(network: Network, params: Params): Promise<number>;
  /** A run has ended, however it did: frees what was made for it. */
  end?(): void;
}

/** What a network learns from samples that may be elsewhere. `fromGradients` makes steps of it. */
export interface GradientSource extends ShardSource {
  /** @throws HandgradError that ends the run, with a checkpoint kept; the parameters stay as they are. */
  gradients(network: Network, params: Params, step: GradientStep): Promise<Gradients>;
}
