import * as tf from '@tensorflow/tfjs-core';
import { fillDraws } from '../../compiled/wasm/twister.js';
import { cost, forward, type Network } from '../../core/network.js';
import { drawNoise, noiseOf } from '../../core/noise.js';
import { type RandomPosition, RandomState } from '../../core/random.js';
import type { Params } from '../../core/tensors.js';
import { type Batch, partOf, type Range } from '../batches.js';
import { noiseIn, withoutTerms } from '../inParts.js';
import { samplesAtOnce } from '../step.js';
import type { MeanGradients } from './meanGradients.js';
import { indicesIn, type Takeable } from './takeable.js';
import { added, alongTree, type Sum, weighed } from './tree.js';

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
  means: MeanGradients,
  params: Params,
  { batch, shards, range, noise: from }: ShardedStep,
): Sum | undefined {
  const { network, samples } = means;
  const m = batch?.length ?? samples.m;
  const noise = from && drawNoise(noiseOf(network), m, RandomState.at(from), fillDraws);
  try {
    return alongTree(range, (s) =>
      partSum(means, params, { batch, noise, part: partOf(s, m, shards), of: m }),
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
  means: MeanGradients,
  params: Params,
  { batch, part, noise, of }: BatchPart,
): Sum | undefined {
  const { network } = means;
  return inPieces(network, part, (piece) => {
    const own = noise && noiseIn(network, noise, piece);
    try {
      const mean = means.of(params, indicesIn(batch, piece), own);
      return weighed(mean, (piece.to - piece.from) / of);
    } finally {
      tf.dispose({ ...own });
    }
  });
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
  const costOf = (piece: Range): Sum => {
    const J = tf.tidy(() => {
      const { X, Y } = samples.take(indicesIn(undefined, piece));
      return cost(net, params, forward(net, params, X).caches, Y);
    });
    const sum = { values: new Float32Array(0), cost: J.dataSync()[0] };
    J.dispose();
    return weighed(sum, (piece.to - piece.from) / m);
  };
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
