import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Cache } from '../core/chain.js';
import { countOf } from '../core/inputs.js';
import { sizeOf } from '../core/layer.js';
import { backward, cost, forward, type Network } from '../core/network.js';
import { drawNoise, noiseOf } from '../core/noise.js';
import type { Optimizer } from '../core/optimizers.js';
import { namesOf, trainedOf } from '../core/parameters.js';
import { placesOf } from '../core/places.js';
import { RandomState } from '../core/random.js';
import { disposeReplaced, type Params } from '../core/tensors.js';
import { type Batch, type Samples, takeSamples } from './batches.js';

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
  { X, Y, XT, noise }: Samples,
): TrainingState & { caches: readonly Cache[] } {
  const { caches, updated } = forward(network, params, X, { training: true, noise, XT });
  const grads = backward(network, params, caches, Y);
  const after = optimizer.update(trainedOf(network, params), grads, optimizerState);
  return {
    params: { ...params, ...after.params, ...updated },
    optimizerState: after.state,
    caches,
  };
}

export interface StepOptions {
  /** Indices of the samples to use. Default: all of them. */
  readonly batch?: Batch;
  /** Return the cost of these samples before the update. */
  readonly wantsCost?: boolean;
  /** What layers with noise draw from. Default: seed 1. */
  readonly random?: RandomState;
}

/**
 * One iteration, inside a single `tf.tidy`. Replaces the parameters in `state` and frees the old
 * ones; if anything throws, `state` stays as it was. The caller owns the cost.
 */
export function step(
  network: Network,
  optimizer: Optimizer,
  state: TrainingState,
  samples: Samples,
  { batch, wantsCost = false, random }: StepOptions = {},
): Scalar | undefined {
  const old = { ...state };
  const { J, params, optimizerState } = tf.tidy(() => {
    const taken = batch ? takeSamples(network, samples, batch) : samples;
    const noise = taken.noise ?? drawnFor(network, countOf(network, taken.X), random);
    const { caches, ...after } = next(network, optimizer, old, { ...taken, noise });
    if (!wantsCost) return { ...after, J: undefined };
    const { X, Y } = taken;
    const isSame = predictsAsItTrains(network);
    return {
      ...after,
      J: isSame ? cost(network, old.params, caches, Y) : costOf(network, old.params, X, Y),
    };
  });
  Object.assign(state, { params, optimizerState });
  disposeReplaced(old.params, params);
  disposeReplaced(old.optimizerState, optimizerState);
  return J;
}

function drawnFor(network: Network, m: number, random?: RandomState): Params | undefined {
  const shapes = noiseOf(network);
  if (Object.keys(shapes).length === 0) return undefined;
  return drawNoise(shapes, m, random ?? new RandomState(1));
}

/** Whether training and predicting give the same outputs: no noise and no running statistics. */
export const predictsAsItTrains = (network: Network): boolean =>
  Object.keys(noiseOf(network)).length === 0 &&
  namesOf(network, ({ trained }) => trained === false).length === 0;

/** Outputs of layers that a cost computes at once: 32 MiB, and several times that inside the layers. */
const outputsAtOnce = 2 ** 23;

/** How many samples go through a network at once, so that the outputs of all layers fit in memory. */
export function samplesAtOnce({ layers, input }: Network, atOnce = outputsAtOnce): number {
  const outputs = placesOf(layers, input).reduce((sum, { output }) => sum + sizeOf(output), 0);
  return Math.max(1, Math.floor(atOnce / outputs));
}

/**
 * J of all samples, as the network predicts them. Of many it is the mean over parts of them, because
 * the outputs of every layer are in memory at once. The caller owns it.
 */
export function costOf(
  network: Network,
  params: Params,
  X: Tensor,
  Y: Tensor,
  atOnce = outputsAtOnce,
): Scalar {
  const of = (net: Network, samples: Samples) =>
    cost(net, params, forward(net, params, samples.X).caches, samples.Y);
  const m = countOf(network, X);
  const size = samplesAtOnce(network, atOnce);
  if (m <= size) return tf.tidy(() => of(network, { X, Y }));
  const parts = Array.from({ length: Math.ceil(m / size) }, (_, i) =>
    tf.tidy(() => {
      const from = i * size;
      const indices = Int32Array.from({ length: Math.min(size, m - from) }, (_, j) => from + j);
      const share = indices.length / m;
      // The share of λ too, so that the parts have λ/(2m) Σ ‖W‖² and λ/m Σ |W| between them.
      const part = { ...network, l2: network.l2 * share, l1: network.l1 * share };
      return tf.mul(of(part, takeSamples(network, { X, Y }, indices)), share);
    }),
  );
  const J = tf.addN(parts);
  tf.dispose(parts);
  return J as Scalar;
}
