import * as tf from '@tensorflow/tfjs-core';
import { fillDraws } from '../../compiled/wasm/twister.js';
import { type Network, withTerms } from '../../core/network.js';
import { drawNoise, noiseOf } from '../../core/noise.js';
import type { Optimizer } from '../../core/optimizers.js';
import { trainedOf } from '../../core/parameters.js';
import { type RandomPosition, RandomState } from '../../core/random.js';
import { disposeReplaced, type Grads, mapEntries, type Params } from '../../core/tensors.js';
import { type Batch, partOf } from '../batches.js';
import { copyState, disposeState } from '../stateValues.js';
import type { TrainingState } from '../step.js';
import { flatState, gradientsIn } from './flat.js';
import type { MeanGradients } from './meanGradients.js';
import { type Cut, partSum } from './shardSum.js';
import { alongTree, type Sum } from './tree.js';

/** Steps that each shard makes for itself, from the same state. */
export interface LocalSteps extends Cut {
  readonly batches: readonly Batch[];
  /** Where the stream stands from which the noise of all batches is drawn, one after the other. */
  readonly noise?: RandomPosition;
}

/**
 * Each shard of a range makes a step for each batch, on its own part of it, from the same parameters and the
 * same state of the optimizer. Gives the sum of where they end, along the tree: parameters, then state.
 */
export function localSteps(
  means: MeanGradients,
  optimizer: Optimizer,
  state: TrainingState,
  { batches, shards, range, noise: from }: LocalSteps,
): Sum {
  const { network, samples } = means;
  const random = from && RandomState.at(from);
  const sizeOf = (batch: Batch) => batch?.length ?? samples.m;
  const noises = batches.map(
    (batch) => random && drawNoise(noiseOf(network), sizeOf(batch), random, fillDraws),
  );
  const shard = (s: number): Sum => {
    const own = copyState(state);
    try {
      for (const [k, batch] of batches.entries()) {
        const m = sizeOf(batch);
        const part = partOf(s, m, shards);
        const of = part.to - part.from;
        const sum = partSum(means, own.params, { batch, noise: noises[k], part, of });
        const grads = sum ? gradientsIn(network, sum.values) : noGradients(network, own.params);
        updateWith(network, optimizer, own, grads, m);
      }
      return { values: flatState(network, own), cost: 0 };
    } finally {
      disposeState(own);
    }
  };
  try {
    return alongTree(range, shard)!;
  } finally {
    tf.dispose(noises.map((noise) => ({ ...noise })));
  }
}

/** Of a shard without samples: its step is that of the terms alone, and so all count the same steps. */
const noGradients = (network: Network, params: Params): Grads =>
  mapEntries(trainedOf(network, params), (name, W) => [`d${name}`, tf.zerosLike(W)]);

/** L1, L2 and the optimizer's update, in the state's place. Frees the gradients. */
export function updateWith(
  network: Network,
  optimizer: Optimizer,
  state: TrainingState,
  grads: Grads,
  m: number,
): void {
  const old = { ...state };
  const { params, optimizerState } = tf.tidy(() => {
    const all = withTerms(network, old.params, grads, m);
    const after = optimizer.update(trainedOf(network, old.params), all, old.optimizerState);
    return { params: { ...old.params, ...after.params }, optimizerState: after.state };
  });
  Object.assign(state, { params, optimizerState });
  tf.dispose({ ...grads });
  disposeReplaced(old.params, params);
  disposeReplaced(old.optimizerState, optimizerState);
}
