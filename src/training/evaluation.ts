import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { NumericError } from '../core/errors.js';
import { countOf } from '../core/inputs.js';
import { cost, forward, headOf, type Network } from '../core/network.js';
import type { Params } from '../core/tensors.js';
import { classMetrics } from '../metrics/classMetrics.js';
import { numberMetrics } from '../metrics/numberMetrics.js';
import { takeSamples } from './batches.js';
import type { Logs } from './history.js';
import type { DatasetItem } from './sampleStream.js';
import { samplesAtOnce } from './step.js';
import { unweighted } from './weights.js';

/** Samples to judge a network by: in memory, or piece by piece. */
export type Judged = DatasetItem | (() => AsyncIterable<DatasetItem>);

/** What a network gives for samples, and what it should give, sample after sample, on the host. */
export interface Outputs {
  /** J of all samples. */
  readonly cost: number;
  readonly m: number;
  /** Numbers in each sample's output. */
  readonly n: number;
  readonly AL: Float32Array;
  readonly Y: Float32Array;
}

/**
 * Runs samples through a network as it predicts, in parts that fit in memory. Items of a dataset are
 * freed.
 *
 * @throws NumericError where an output is not finite: no score could be given.
 */
export async function outputsOf(
  network: Network,
  params: Params,
  samples: Judged,
): Promise<Outputs> {
  const judged = unweighted(network);
  const parts: Outputs[] = [];
  if (typeof samples !== 'function') parts.push(...partsOf(judged, params, samples));
  else {
    for await (const { X, Y } of samples()) {
      parts.push(...partsOf(judged, params, { X, Y }));
      tf.dispose([X, Y]);
    }
  }
  const m = parts.reduce((sum, part) => sum + part.m, 0);
  const bad = parts.flatMap(({ AL }) => AL.find((value) => !Number.isFinite(value)) ?? []);
  if (bad.length > 0) {
    throw new NumericError(
      `An output of the network is ${bad[0]}: its training has diverged. Try a smaller learning rate, inputs scaled to [0, 1], or smaller starting weights.`,
    );
  }
  return {
    cost: parts.reduce((sum, part) => sum + (part.cost * part.m) / m, 0),
    ...{ m, n: parts[0].n },
    AL: joined(parts.map(({ AL }) => AL)),
    Y: joined(parts.map(({ Y }) => Y)),
  };
}

function partsOf(network: Network, params: Params, { X, Y }: DatasetItem): Outputs[] {
  const m = countOf(network, X);
  const size = Math.min(m, samplesAtOnce(network));
  return Array.from({ length: Math.ceil(m / size) }, (_, i) =>
    tf.tidy(() => {
      const from = i * size;
      const indices = Int32Array.from({ length: Math.min(size, m - from) }, (_, j) => from + j);
      const part = size === m ? { X, Y } : takeSamples(network, { X, Y }, indices);
      const { AL, caches } = forward(network, params, part.X);
      return {
        cost: cost(network, params, caches, part.Y).dataSync()[0],
        m: indices.length,
        n: AL.size / indices.length,
        AL: onHost(AL),
        Y: onHost(part.Y),
      };
    }),
  );
}

/** Sample after sample: the columns of a matrix. */
export const onHost = (A: Tensor): Float32Array =>
  Float32Array.from((A.rank === 2 ? tf.transpose(A) : A).dataSync());

/** Lists of numbers, one behind the other. */
export function joined(lists: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/**
 * J and the metrics of samples, as the network predicts them. For classes: accuracy,
 * balancedAccuracy, macroF1, for two of them auc, and each class's precision, recall and f1 under
 * its number; for several sigmoids, the accuracy of their answers. For numbers: r2, mae and rmse.
 */
export async function evaluate(network: Network, params: Params, samples: Judged): Promise<Logs> {
  const outputs = await outputsOf(network, params, samples);
  return { cost: outputs.cost, ...metricsOf(network, outputs) };
}

function metricsOf(network: Network, { m, n, AL, Y }: Outputs): Logs {
  const { activation, loss, output } = headOf(network);
  if (activation.gives === 'number') {
    const names = Array.from({ length: n }, (_, i) => String(i));
    const { r2, mae, rmse } = numberMetrics({ targets: Y, predictions: AL, names }).average;
    return { ...(r2 !== undefined && { r2 }), mae, rmse };
  }
  const isBinary = activation.gives === 'probability';
  if (isBinary && n > 1) {
    const right = AL.reduce((sum, p, i) => sum + Number(p > 0.5 === Y[i] > 0.5), 0);
    return { accuracy: right / AL.length };
  }
  const k = isBinary ? 2 : output.at(-1)!;
  const labels = labelsIn(Y, isBinary || loss.labels === 'classes' ? 1 : k);
  const classes = Array.from({ length: k }, (_, i) => String(i));
  const scores = classMetrics({ labels, probabilities: AL, classes });
  const { accuracy, balancedAccuracy, macroF1, auc, perClass } = scores;
  const each = perClass.flatMap(({ name, precision, recall, f1 }) => [
    [`precision_${name}`, precision],
    [`recall_${name}`, recall],
    [`f1_${name}`, f1],
  ]);
  return {
    ...{ accuracy, balancedAccuracy, macroF1, ...(auc !== undefined && { auc }) },
    ...(m > 0 && Object.fromEntries(each)),
  };
}

/** Classes as their numbers: rounded ones, or the place of the largest of k. */
function labelsIn(Y: Float32Array, k: number): Int32Array {
  if (k === 1) return Int32Array.from(Y, Math.round);
  return Int32Array.from({ length: Y.length / k }, (_, i) => {
    const row = Y.subarray(i * k, (i + 1) * k);
    return row.indexOf(Math.max(...row));
  });
}

/**
 * The class of each sample, if it has one: those in Y (1, m) of 0 and 1, in one-hot rows, or as numbers.
 * Undefined for numbers, for several answers a sample, and for sequences.
 */
export function classesIn(network: Network, Y: Tensor): Int32Array | undefined {
  const { activation, loss, output, units } = headOf(network);
  if (output.length > 1 || activation.gives === 'number') return undefined;
  if (loss.labels === 'classes') return labelsIn(onHost(Y), 1);
  if (activation.gives === 'probability' && units > 1) return undefined;
  return tf.tidy(() => labelsIn(onHost(Y), units));
}
