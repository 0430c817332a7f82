import * as tf from '@tensorflow/tfjs-core';
import { backward, cost, forward, type Network } from '../../core/network.js';
import { drawNoise, noiseOf } from '../../core/noise.js';
import { type RandomPosition, RandomState } from '../../core/random.js';
import { mapEntries, type Params } from '../../core/tensors.js';
import { type Batch, partOf, type Range } from '../batches.js';
import { noiseIn, withoutTerms } from '../inParts.js';
import { samplesAtOnce } from '../step.js';
import { flatGradients } from './flat.js';
import { type Takeable, withSamples } from './takeable.js';
import { added, alongTree, type Sum } from './tree.js';

/** Which shards, of how many. */
export interface Cut {
  readonly shards: number;
  readonly range: Range;
}

/** A step as those who compute its shards see it. */
export interface ShardedStep extends Cut {
  readonly batch: Batch;
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
  { batch, shards, range, noise: from }: ShardedStep,
): Sum | undefined {
  const m = batch?.length ?? samples.m;
  const noise = from && drawNoise(noiseOf(network), m, RandomState.at(from));
  try {
    return alongTree(range, (s) =>
      partSum(network, params, samples, { batch, noise, part: partOf(s, m, shards), of: m }),
    );
  } finally {
    tf.dispose({ ...noise });
  }
}

/** Some samples of a batch. */
export interface BatchPart {
  readonly batch: Batch;
  /** From which place of the batch to which. */
  readonly part: Range;
  /** Of the whole batch. */
  readonly noise?: Params;
  /** What the sums over the part are divided by. */
  readonly of: number;
}

/** 1/of Σ of the gradients of a part, and of its costs: in pieces that fit in memory, one after the other. */
export function partSum(
  network: Network,
  params: Params,
  samples: Takeable,
  { batch, part, noise, of }: BatchPart,
): Sum | undefined {
  const net = withoutTerms(network);
  return inPieces(net, part, (piece) =>
    withSamples(samples, batch, piece, ({ X, Y, XT }) => {
      const inputs = { training: true, XT, ...(noise && { noise: noiseIn(net, noise, piece) }) };
      const { caches } = forward(net, params, X, inputs);
      const share = (piece.to - piece.from) / of;
      const grads = mapEntries(backward(net, params, caches, Y), (name, dW) => [
        name,
        tf.mul(dW, share),
      ]);
      const J = cost(net, params, caches, Y).dataSync()[0];
      return { values: flatGradients(net, grads), cost: share * J };
    }),
  );
}

/** Σ m_s/m J_s over the shards of all samples, as the network predicts them. */
export function shardCost(
  network: Network,
  params: Params,
  samples: Takeable,
  { shards, range }: Cut,
): number {
  const net = withoutTerms(network);
  const { m } = samples;
  const costOf = (piece: Range) =>
    withSamples(samples, undefined, piece, ({ X, Y }) => {
      const J = cost(net, params, forward(net, params, X).caches, Y).dataSync()[0];
      return { values: new Float32Array(0), cost: ((piece.to - piece.from) / m) * J };
    });
  return alongTree(range, (s) => inPieces(net, partOf(s, m, shards), costOf))?.cost ?? 0;
}

function inPieces(
  network: Network,
  { from, to }: Range,
  sumOf: (piece: Range) => Sum,
): Sum | undefined {
  const atOnce = samplesAtOnce(network);
  let sum: Sum | undefined;
  for (let at = from; at < to; at += atOnce) {
    const next = sumOf({ from: at, to: Math.min(to, at + atOnce) });
    sum = sum ? added(sum, next) : next;
  }
  return sum;
}
