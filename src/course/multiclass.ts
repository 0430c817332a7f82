import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { softmax } from '../core/activations.js';
import { zeros } from '../core/initializers.js';
import { dense } from '../core/layers.js';
import { linearForward } from '../core/linear.js';
import { categoricalCrossEntropy } from '../core/losses.js';
import { initialize, network } from '../core/network.js';
import { RandomState } from '../core/random.js';
import type { Params } from '../core/tensors.js';
import { type DescentOptions, descend } from './descend.js';
import { assertClasses } from './labels.js';
import { fitLogistic } from './logisticRegression.js';

/*
 * Two multiclass classifiers. X (n_x, m), labels (1, m) from 0 to K - 1; both return W1 (K, n_x) and
 * b1 (K, 1), one row per class, for use with `predictClasses`. The caller owns the result. Source: note
 * 003.
 */

const defaults = { numIterations: 2000, learningRate: 0.5, costEvery: 100 };

/**
 * A[k] = σ(W1[k] X + b1[k]): one logistic regression per class, class k (1) against the rest (0).
 * costs[k] are the costs of class k.
 *
 * @throws ShapeError if labels do not fit X; ValueError for labels that are not a class, or a class
 *   without samples; otherwise as `train`.
 */
export async function oneVsAll(
  X: Tensor2D,
  labels: Tensor2D,
  nClasses: number,
  options: DescentOptions = {},
): Promise<{ parameters: Params; costs: number[][] }> {
  assertClasses(X, labels, nClasses);
  const models: Awaited<ReturnType<typeof fitLogistic>>[] = [];
  try {
    for (let k = 0; k < nClasses; k++) {
      const Y = tf.tidy((): Tensor2D => tf.cast(tf.equal(labels, k), 'float32')); // (1, m)
      try {
        models.push(await fitLogistic(X, Y, { ...defaults, ...options }));
      } finally {
        Y.dispose();
      }
    }
    const parameters = tf.tidy(() => ({
      W1: tf.concat2d(
        models.map(({ w }) => tf.transpose(w)),
        0,
      ), // (K, n_x)
      b1: tf.reshape(tf.stack(models.map(({ b }) => b)), [-1, 1]) as Tensor2D, // (K, 1)
    }));
    return { parameters, costs: models.map(({ costs }) => costs) };
  } finally {
    tf.dispose(models.map(({ w, b }) => ({ w, b })));
  }
}

/**
 * A = softmax(W1 X + b1), J = -1/m Σ Y log A with one-hot Y (K, m): a single model for all classes, whose
 * probabilities sum to 1.
 *
 * @throws as `oneVsAll`.
 */
export async function softmaxRegression(
  X: Tensor2D,
  labels: Tensor2D,
  nClasses: number,
  options: DescentOptions = {},
): Promise<{ parameters: Params; costs: number[] }> {
  assertClasses(X, labels, nClasses);
  const layers = [dense(nClasses, softmax, zeros)];
  const model = network({ nX: X.shape[0], layers, loss: categoricalCrossEntropy });
  const start = initialize(model, new RandomState(0)); // zeros take no draws
  const Y = oneHot(labels, nClasses); // (K, m)
  try {
    return await descend(model, start, X, Y, { ...defaults, ...options });
  } finally {
    Y.dispose();
  }
}

/**
 * The class with the largest row of W1 X + b1 (1, m). σ and softmax are monotonic, so this is the most
 * probable class in both models.
 *
 * @throws ShapeError if X does not fit the parameters.
 */
export function predictClasses({ W1, b1 }: Params, X: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const Z = linearForward(X, W1, b1); // (K, m)
    return tf.cast(tf.expandDims(tf.argMax(Z, 0), 0), 'float32') as Tensor2D; // (1, m)
  });
}

/** One-hot Y (K, m). */
const oneHot = (labels: Tensor2D, nClasses: number): Tensor2D =>
  tf.tidy(() => {
    const classes = tf.expandDims(tf.range(0, nClasses), 1); // (K, 1)
    return tf.cast(tf.equal(classes, labels), 'float32'); // (K, m)
  });
