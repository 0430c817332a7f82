import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../core/errors.js';
import { headOf, type Network } from '../core/network.js';
import { inWords } from '../core/options.js';
import { tensor } from '../core/tensors.js';
import { weighted } from '../core/weighted.js';
import { classWeights } from '../metrics/classWeights.js';
import { itemsOf, type SampleStream } from './sampleStream.js';

/** What samples count, by class or one by one. */
export interface WeightOptions {
  /**
   * What the samples of each class count, by its label: { 0: 1, 1: 5 }; or 'balanced', m / (classes
   * · the class's samples), as in scikit-learn.
   */
  readonly classWeight?: 'balanced' | Readonly<Record<number, number>>;
  /** What each of the m samples counts. */
  readonly sampleWeight?: ArrayLike<number> | Tensor1D;
}

/** The network with a loss whose labels carry a row of weights. */
export const weightedNetwork = (network: Network): Network => ({
  ...network,
  loss: weighted(network.loss),
});

/** The network as it is judged: each sample counts once. */
export const unweighted = (network: Network): Network =>
  network.loss.weighs ? { ...network, loss: network.loss.weighs } : network;

/** Y with the weights w as one more row: (n_y + 1, m). The caller owns it. */
export function withWeights(network: Network, Y: Tensor, options: WeightOptions): Tensor {
  const w = weightsOf(network, Y, options); // (m)
  return tf.tidy(() => tf.concat([Y as tf.Tensor2D, tensor(w, [1, w.length]) as tf.Tensor2D], 0));
}

/** The product of both weights for each sample. @throws ValueError, ShapeError */
function weightsOf(
  network: Network,
  Y: Tensor,
  { classWeight, sampleWeight }: WeightOptions,
): Float64Array {
  const m = Y.shape[1]!;
  const w = new Float64Array(m).fill(1);
  if (classWeight !== undefined) {
    const { labels, k } = labelsIn(network, Y);
    const names = Array.from({ length: k }, (_, label) => String(label));
    const each = classWeights(labels, names, classWeight);
    labels.forEach((label, i) => {
      w[i] *= each[label];
    });
  }
  if (sampleWeight !== undefined) {
    const given = numbersIn(sampleWeight);
    if (given.length !== m) {
      throw new ShapeError(
        `fit: ${given.length} sample weights for ${m} samples; give one for each.`,
      );
    }
    for (let i = 0; i < m; i++) {
      if (!(given[i] >= 0 && given[i] < Infinity)) {
        throw new ValueError(`fit: sampleWeight[${i}] is ${given[i]}; give a number from 0.`);
      }
      w[i] *= given[i];
    }
  }
  return w;
}

function numbersIn(weights: ArrayLike<number> | Tensor1D): ArrayLike<number> {
  if ('dataSync' in weights) return weights.dataSync();
  if (typeof weights === 'object' && typeof weights.length === 'number') return weights;
  throw new ValueError(`fit: sampleWeight is ${inWords(weights)}; give a list of numbers.`);
}

/** The classes of Y (n_y, m), and how many there are. @throws ValueError for numbers */
function labelsIn(network: Network, Y: Tensor): { labels: Int32Array; k: number } {
  const { activation, units, loss } = headOf(network);
  const isOne = units === 1 && activation.gives === 'probability';
  if (!isOne && activation.gives !== 'distribution') {
    throw new ValueError(
      `fit: classWeight is for classes, and the network gives ${units === 1 ? 'a number' : `${units} numbers`}. Use sampleWeight.`,
    );
  }
  const values = tf.tidy(() =>
    isOne || loss.labels === 'classes' ? Y.dataSync() : tf.argMax(Y, 0).dataSync(),
  );
  return { labels: Int32Array.from(values, Math.round), k: isOne ? 2 : units };
}

/** The items of a dataset with weights under their labels. */
export function weighedItems(
  dataset: SampleStream,
  network: Network,
  options: WeightOptions,
): SampleStream {
  return async function* (epoch) {
    for await (const { X, Y } of itemsOf(dataset, network, epoch)) {
      const both = withWeights(network, Y, options);
      Y.dispose();
      yield { X, Y: both };
    }
  };
}
