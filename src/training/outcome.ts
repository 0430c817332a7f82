import * as tf from '@tensorflow/tfjs-core';
import { binaryCrossEntropy, categoricalCrossEntropy } from '../core/losses.js';
import { forward, headOf, type Network } from '../core/network.js';
import type { Params } from '../core/tensors.js';
import { costOf } from './step.js';

/** Outputs closer than this count as equal. */
const tolerance = 1e-6;

/**
 * What went wrong with a network trained on X (n_x, m) and Y (n_y, m), as a sentence with a fix, or
 * undefined. It reports one output for all samples (dead units), a cost that rose, and a cost not
 * below H = -Σ_k p_k ln p_k of the class frequencies p, which a network reaches without looking at
 * the samples. Frees its temporaries.
 *
 * @param firstCost J before training, if known.
 */
export function doubtAbout(
  network: Network,
  params: Params,
  X: tf.Tensor2D,
  Y: tf.Tensor2D,
  firstCost?: number,
): string | undefined {
  const [spread, output, cost, entropy] = tf.tidy(() => {
    const { AL } = forward(network, params, X); // (n_y, m)
    const first = tf.slice(AL, [0, 0], [AL.shape[0], 1]); // (n_y, 1)
    const spread = tf.max(tf.abs(tf.sub(AL, first)));
    return [spread, first, costOf(network, params, X, Y), entropyOf(Y)].map((t) => t.dataSync()[0]);
  });
  if (X.shape[1] > 1 && spread <= tolerance) {
    const which = headOf(network).units === 1 ? `, ${output.toFixed(3)},` : '';
    return `The network gives the same output${which} for every sample: its hidden units are dead, and it has learned nothing. Use a smaller learning rate or another seed.`;
  }
  if (firstCost !== undefined && cost > firstCost) {
    return `The cost has risen from ${firstCost.toFixed(6)} to ${cost.toFixed(6)}. Use a smaller learning rate.`;
  }
  if (isCrossEntropy(network) && cost >= entropy) {
    return `The cost, ${cost.toFixed(6)}, is not below ${entropy.toFixed(6)}, the cost of guessing by the class shares alone: the network has learned nothing yet. Train longer, or use another learning rate.`;
  }
  return undefined;
}

const isCrossEntropy = ({ loss, l2, l1 }: Network) =>
  l2 === 0 && l1 === 0 && (loss === binaryCrossEntropy || loss === categoricalCrossEntropy);

/** H of the class frequencies in Y: (1, m) of 0 and 1, or one-hot (n_y, m). */
function entropyOf(Y: tf.Tensor2D): tf.Tensor {
  const share = tf.mean(Y, 1); // (n_y)
  const p = Y.shape[0] === 1 ? tf.concat([share, tf.sub(1, share)]) : share;
  // p ln p is 0 where p is.
  return tf.neg(tf.sum(tf.mul(p, tf.log(tf.maximum(p, 1e-30)))));
}
