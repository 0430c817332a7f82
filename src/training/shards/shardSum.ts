import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { backward, cost, forward, type Network } from '../../core/network.js';
import { drawNoise, noiseOf } from '../../core/noise.js';
import { type RandomPosition, RandomState } from '../../core/random.js';
import { mapEntries, type Params } from '../../core/tensors.js';
import type { Batch } from '../batches.js';
import { samplesAtOnce } from '../step.js';
import { type Range, shardOf } from './cut.js';
import { flatGradients } from './flatGradients.js';
import { added, alongTree, type Sum } from './tree.js';

/** Samples of which some are taken, by their numbers: X, and Y with the row of weights where they weigh. */
export interface Takeable {
  readonly m: number;
  /** The caller owns them. */
  take(indices: Int32Array): { readonly X: Tensor; readonly Y: Tensor };
}

/** A step as those who compute its shards see it. */
export interface ShardedStep {
  readonly batch: Batch;
  readonly shards: number;
  readonly range: Range;
  readonly noise?: RandomPosition;
}

/**
 * Σ m_s/m dJ_s/dW over the shards s of a range, along the tree, and Σ m_s/m J_s, both without L1 and L2
 * terms. Undefined if all of them are empty.
 */
export function shardSum(
  network: Network,
  params: Params,
  samples: Takeable,
  step: ShardedStep,
): Sum | undefined {
  const net = bare(network);
  const m = step.batch?.length ?? samples.m;
  const noise = step.noise && drawNoise(noiseOf(network), m, RandomState.at(step.noise));
  const sumOf = (part: Range) =>
    withSamples(samples, step.batch, part, ({ X, Y }) => {
      const inputs = { training: true, ...(noise && { noise: taken(net, noise, m, part) }) };
      const { caches } = forward(net, params, X, inputs);
      const share = (part.to - part.from) / m;
      const grads = backward(net, params, caches, Y);
      const values = flatGradients(
        net,
        mapEntries(grads, (name, dW) => [name, tf.mul(dW, share)]),
      );
      return { values, cost: share * cost(net, params, caches, Y).dataSync()[0] };
    });
  try {
    return overShards(net, m, step, sumOf);
  } finally {
    tf.dispose({ ...noise });
  }
}

/** Σ m_s/m J_s over the shards of all samples, as the network predicts them. */
export function shardCost(
  network: Network,
  params: Params,
  samples: Takeable,
  { shards, range }: Pick<ShardedStep, 'shards' | 'range'>,
): number {
  const net = bare(network);
  const { m } = samples;
  const costOf = (part: Range) =>
    withSamples(samples, undefined, part, ({ X, Y }) => {
      const J = cost(net, params, forward(net, params, X).caches, Y).dataSync()[0];
      return { values: new Float32Array(0), cost: ((part.to - part.from) / m) * J };
    });
  return overShards(net, m, { shards, range }, costOf)?.cost ?? 0;
}

/** L1 and L2 are of the parameters, and not of samples: whoever asked adds them. */
const bare = (network: Network): Network => ({ ...network, l1: 0, l2: 0 });

/** Each shard in parts that fit in memory, one after the other; the shards along the tree. */
function overShards(
  network: Network,
  m: number,
  { shards, range }: Pick<ShardedStep, 'shards' | 'range'>,
  sumOf: (part: Range) => Sum,
): Sum | undefined {
  const atOnce = samplesAtOnce(network);
  return alongTree(range, (s) => {
    const { from, to } = shardOf(s, m, shards);
    let sum: Sum | undefined;
    for (let at = from; at < to; at += atOnce) {
      const part = sumOf({ from: at, to: Math.min(to, at + atOnce) });
      sum = sum ? added(sum, part) : part;
    }
    return sum;
  });
}

function withSamples<T>(
  samples: Takeable,
  batch: Batch,
  { from, to }: Range,
  work: (taken: { readonly X: Tensor; readonly Y: Tensor }) => T,
): T {
  const indices =
    batch?.subarray(from, to) ?? Int32Array.from({ length: to - from }, (_, j) => from + j);
  let result: T | undefined;
  tf.tidy(() => {
    result = work(samples.take(indices));
  });
  return result as T;
}

/** The noise of some samples of the batch. */
const taken = (network: Network, noise: Params, m: number, { from, to }: Range): Params => {
  const shapes = noiseOf(network);
  return mapEntries(noise, (name, U) => {
    const axis = shapes[name].length === 1 ? 1 : 0;
    const begin = U.shape.map((_, i) => (i === axis ? from : 0));
    const size = U.shape.map((n, i) => (i === axis ? to - from : n));
    return [name, to - from === m ? U : tf.slice(U, begin, size)];
  });
};
