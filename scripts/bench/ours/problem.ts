import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../../src/core/activation.js';
import { relu, sigmoid, softmax, tanh } from '../../../src/core/activations.js';
import { dense, dropout } from '../../../src/core/layers.js';
import { binaryCrossEntropy, categoricalCrossEntropy } from '../../../src/core/losses.js';
import { forward, type Network, network } from '../../../src/core/network.js';
import { RandomState } from '../../../src/core/random.js';
import { matrix, type Params } from '../../../src/core/tensors.js';
import type { Batch } from '../../../src/training/batches.js';
import { shuffledBatches } from '../../../src/training/batches.js';
import { costOf } from '../../../src/training/step.js';
import type { Shape, Task } from '../task.js';

const activations: Readonly<Record<string, Activation>> = { relu, sigmoid, softmax, tanh };

/** What our steps take: a network and its samples on the backend that is in use. */
export interface Trainable {
  readonly task: Steps;
  readonly network: Network;
  readonly X: Tensor; // (n_x, m), or (m, …)
  readonly Y: Tensor; // (n_y, m), or (m, …)
  /** The starting parameters. */
  readonly params: Params;
}

export type Steps = Pick<Shape, 'm' | 'batchSize' | 'learningRate' | 'optimizer'>;

/** A task of dense layers. */
export interface Problem extends Trainable {
  readonly task: Task;
  readonly X: Tensor2D; // (n_x, m)
  readonly Y: Tensor2D; // (n_y, m)
}

export function problem(task: Task): Problem {
  const { sizes, m, weights } = task;
  const L = sizes.length - 1;
  const layers = task.activations.flatMap((name, i) => [
    dense(sizes[i + 1], activations[name]),
    ...(task.dropout !== undefined && i + 1 < L ? [dropout(task.dropout)] : []),
  ]);
  const loss = task.activations.at(-1) === 'softmax' ? categoricalCrossEntropy : binaryCrossEntropy;
  const params = weights.flatMap((W, i) => [
    [`W${i + 1}`, matrix(W, [sizes[i + 1], sizes[i]])],
    [`b${i + 1}`, matrix(new Float32Array(sizes[i + 1]), [sizes[i + 1], 1])],
  ]);
  return {
    task,
    network: network({ nX: sizes[0], layers, loss, l2: task.l2 }),
    X: matrix(task.X, [sizes[0], m]),
    Y: matrix(task.Y, [sizes.at(-1)!, m]),
    params: Object.fromEntries(params),
  };
}

/** J of all samples, read. */
export function readCost({ network, X, Y }: Trainable, params: Params): number {
  const J: Scalar = costOf(network, params, X, Y);
  const [cost] = J.dataSync();
  J.dispose();
  return cost;
}

/** The share of all samples whose class is the largest output. */
export const readAccuracy = ({ network, X, Y }: Trainable, params: Params): number =>
  tf.tidy(() => {
    const { AL } = forward(network, params, X);
    return tf.mean(tf.equal(tf.argMax(AL, 0), tf.argMax(Y, 0))).dataSync()[0];
  });

/** numpy's stream, but for the order of samples: it stays. */
class InOrder extends RandomState {
  override permutation(n: number): number[] {
    return Array.from({ length: n }, (_, i) => i);
  }
}

/** The batches of so many iterations, over as many epochs as they take. */
export function batches({ batchSize, m }: Steps, iterations: number, inOrder: boolean): Batch[] {
  if (batchSize === undefined) return new Array<Batch>(iterations).fill(undefined);
  const random = new (inOrder ? InOrder : RandomState)(1);
  const list: Batch[] = [];
  while (list.length < iterations) list.push(...shuffledBatches(m, batchSize, random));
  return list.slice(0, iterations);
}
