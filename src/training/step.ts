import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { backward, cost, forward, type Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import { disposeReplaced, type Params } from '../core/tensors.js';
import { takeColumns } from './batches.js';

/** Everything that training changes. It owns its tensors. */
export interface TrainingState {
  params: Params;
  optimizerState: Params;
}

/**
 * One iteration: forward, backward, update, in a single `tf.tidy`. The parameters in `state` are
 * replaced and the old ones freed; where anything throws, they stay as they were.
 *
 * `batch` are the columns of the samples to step on; without it all of them. With `wantsCost` the
 * cost of these samples before the update comes back, the caller's.
 */
export function step(
  network: Network,
  optimizer: Optimizer,
  state: TrainingState,
  allX: Tensor2D,
  allY: Tensor2D,
  { batch, wantsCost = false }: { batch?: Int32Array; wantsCost?: boolean } = {},
): Scalar | undefined {
  const old = { ...state };
  const { J, next } = tf.tidy(() => {
    const { X, Y } = batch ? takeColumns(allX, allY, batch) : { X: allX, Y: allY };
    const { caches } = forward(network, old.params, X);
    const grads = backward(network, old.params, caches, Y);
    const { params, state } = optimizer.update(old.params, grads, old.optimizerState);
    const J = wantsCost ? cost(network, old.params, caches, Y) : undefined;
    return { J, next: { params, optimizerState: state } };
  });
  Object.assign(state, next);
  disposeReplaced(old.params, next.params);
  disposeReplaced(old.optimizerState, next.optimizerState);
  return J;
}
