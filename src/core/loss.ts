import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Activation, Output } from './activation.js';
import { callable } from './callable.js';
import { type Config, samplesIn } from './layer.js';
import { pure } from './pure.js';

/**
 * The cost J of the output AL (n_y, m) against the labels Y (n_y, m): a scalar, the mean over the m
 * samples. `backward` returns dAL (n_y, m) per sample, that is, m times dJ/dAL. Where AL has more
 * axes, (m, …, n_y), the mean goes over the positions of each sample too. The caller owns the
 * results.
 */
export interface Loss {
  readonly name: string;
  /** Its options, if it has any. */
  readonly config?: Config;
  /** The kind of output it accepts; a loss that takes numbers accepts every kind. */
  readonly takes: Output;
  /** What it takes as labels, if not the shape of AL: a class for each sample or position. */
  readonly labels?: 'classes';
  /**
   * The loss whose samples it weighs: Y holds one row more under the labels, their weights w (1, m).
   * Made by `weighted`.
   */
  readonly weighs?: Loss;
  forward(AL: Tensor, Y: Tensor): Scalar;
  backward(AL: Tensor, Y: Tensor): Tensor;
  /**
   * What J is a sum of, over m: (n_y, m), or (1, m) where the outputs are summed up. A loss of your
   * own needs it to be weighted.
   */
  terms?(AL: Tensor, Y: Tensor): Tensor;
  /**
   * The loss and its output activation as one function of ZL. This avoids the logarithm of a
   * probability that rounded to 0, and the division in dZL.
   */
  readonly fused?: {
    readonly activation: Activation;
    forward(ZL: Tensor, Y: Tensor): Scalar;
    backward(AL: Tensor, Y: Tensor): Tensor;
    terms?(ZL: Tensor, Y: Tensor): Tensor;
  };
}

type Terms = NonNullable<Loss['terms']>;
type Fused = NonNullable<Loss['fused']>;

/** A loss by its terms, of which J is the mean over the samples. */
export type LossOfTerms = Omit<Loss, 'forward' | 'fused'> & {
  readonly terms: Terms;
  readonly fused?: Omit<Fused, 'forward'> & { readonly terms: Terms };
};

/** One of our own losses, and so pure, unless it is made of one that is not known to be. */
export function loss({ fused, ...made }: LossOfTerms, isKnown = true): Loss {
  const both = {
    ...made,
    ...meanOf(made),
    ...(fused && { fused: { ...fused, ...meanOf(fused) } }),
  };
  for (const one of [both, both.fused]) {
    if (one && isKnown) [one.terms, one.forward, one.backward].forEach(pure);
  }
  return both;
}

const meanOf = ({ terms }: { readonly terms: Terms }) => ({
  forward: (A: Tensor, Y: Tensor): Scalar => meanOverSamples(terms(A, Y), A),
});

/** A loss, and the function of its name that makes it with other options: `huber({ delta: 2 })`. */
export type LossMaker<Options> = Loss & ((options?: Options) => Loss);

/** One of our own with options: `of` makes it for some, and for none it is the default. */
export const lossOf = <Options>(of: (options?: Options) => LossOfTerms): LossMaker<Options> =>
  callable((options?: Options) => loss(of(options)), loss(of()));

/** The axis of the outputs: rows of a matrix, else the last. */
export const classAxis = ({ rank }: Tensor): number => (rank === 2 ? 0 : -1);
export const outputsOf = ({ rank, shape }: Tensor): number =>
  rank === 2 ? shape[0] : shape.at(-1)!;

/** Positions in each sample, 1 in a matrix. */
const positionsIn = (A: Tensor): number => A.size / (samplesIn(A) * outputsOf(A));

/** 1/m Σ M, over every element of M (n, m), and over the positions of each sample of A. */
export const meanOverSamples = (M: Tensor, A: Tensor = M): Scalar =>
  tf.div(tf.sum(M), samplesIn(A) * positionsIn(A));

/** A gradient for each position as a part of its sample's mean. */
export function perSample(dA: Tensor): Tensor {
  const positions = positionsIn(dA);
  return positions === 1 ? dA : tf.div(dA, positions);
}
