import { binaryCrossEntropy, categoricalCrossEntropy } from '../core/losses.js';
import type { Network } from '../core/network.js';
import type { Outputs } from './evaluation.js';

/** Outputs closer than this count as equal. */
const tolerance = 1e-6;

/** A network's outputs for training samples, sample after sample, and their cost. */
export type Seen = Pick<Outputs, 'cost' | 'm' | 'n' | 'AL' | 'Y'>;

/**
 * What went wrong with a network, by what it gives for its training samples: a sentence with a fix, or
 * undefined. It reports one output for all samples (dead units), a cost that rose, and a cost not
 * below H = -Σ_k p_k ln p_k of the class frequencies p, which a network reaches without looking at
 * the samples.
 *
 * @param firstCost J before training, if known.
 */
export function doubtAbout(
  network: Network,
  { cost, m, n, AL, Y }: Seen,
  firstCost?: number,
): string | undefined {
  if (m > 1 && AL.every((output, i) => Math.abs(output - AL[i % n]) <= tolerance)) {
    const which = n === 1 ? `, ${AL[0].toFixed(3)},` : '';
    return `The network gives the same output${which} for every sample: its hidden units are dead, and it has learned nothing. Use a smaller learning rate or another seed.`;
  }
  if (firstCost !== undefined && cost > firstCost) {
    return `The cost has risen from ${firstCost.toFixed(6)} to ${cost.toFixed(6)}. Use a smaller learning rate.`;
  }
  if (!isCrossEntropy(network)) return undefined;
  const entropy = entropyOf(Y, m, n);
  if (cost < entropy) return undefined;
  return `The cost, ${cost.toFixed(6)}, is not below ${entropy.toFixed(6)}, the cost of guessing by the class shares alone: the network has learned nothing yet. Train longer, or use another learning rate.`;
}

const isCrossEntropy = ({ loss, l2, l1 }: Network) =>
  l2 === 0 && l1 === 0 && (loss === binaryCrossEntropy || loss === categoricalCrossEntropy);

/** H of the class frequencies in Y: a 0 or 1 for each sample, or one-hot rows of n. */
function entropyOf(Y: Float32Array, m: number, n: number): number {
  const share = new Float64Array(n);
  for (let i = 0; i < Y.length; i++) share[i % n] += Y[i] / m;
  const p = n === 1 ? [share[0], 1 - share[0]] : Array.from(share);
  // p ln p is 0 where p is.
  return -p.reduce((sum, value) => sum + (value > 0 ? value * Math.log(value) : 0), 0);
}
