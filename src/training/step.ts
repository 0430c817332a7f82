import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { backward, cost, forward, type Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import { disposeReplaced, type Params } from '../core/tensors.js';
import { type Batch, type Samples, takeColumns } from './batches.js';

/** Everything training changes. Owns its tensors. */
export interface TrainingState {
  params: Params;
  optimizerState: Params;
}

/**
 * forward, backward, update: returns the state after one gradient step on all samples, and the
 * caches of the forward pass. Changes nothing. Call inside a `tf.tidy`.
 */
export function next(
  network: Network,
  optimizer: Optimizer,
  { params, optimizerState }: TrainingState,
  { X, Y, XT }: Samples,
) {
  const { caches } = forward(network, params, X, XT);
  const grads = backward(network, params, caches, Y);
  const updated = optimizer.update(params, grads, optimizerState);
  return { params: updated.params, optimizerState: updated.state, caches };
}

/**
 * One iteration, inside a single `tf.tidy`. Replaces the parameters in `state` and frees the old
 * ones; if anything throws, `state` stays as it was.
 *
 * `batch` holds the columns of the samples to use; default: all of them. With `wantsCost`, returns
 * the cost of these samples before the update; the caller owns it.
 */
export function step(
  network: Network,
  optimizer: Optimizer,
  state: TrainingState,
  samples: Samples,
  { batch, wantsCost = false }: { batch?: Batch; wantsCost?: boolean } = {},
): Scalar | undefined {
  const old = { ...state };
  const { J, params, optimizerState } = tf.tidy(() => {
    const taken = batch ? takeColumns(samples, batch) : samples;
    const { caches, ...after } = next(network, optimizer, old, taken);
    return { ...after, J: wantsCost ? cost(network, old.params, caches, taken.Y) : undefined };
  });
  Object.assign(state, { params, optimizerState });
  disposeReplaced(old.params, params);
  disposeReplaced(old.optimizerState, optimizerState);
  return J;
}

/** J of all samples. The caller owns it. */
export const costOf = (network: Network, params: Params, X: Tensor2D, Y: Tensor2D): Scalar =>
  tf.tidy(() => cost(network, params, forward(network, params, X).caches, Y));
