import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Output } from './activation.js';
import { ShapeError, ValueError } from './errors.js';

/*
 * What an output AL (n_y, m) predicts, and how well. The output activation declares whether it
 * predicts classes or numbers.
 */

/**
 * For probabilities, 1 where AL > threshold, else 0 (n_y, m); for a distribution, the index of the
 * most likely class (1, m), or (m, …) of all but the last axis; for numbers, AL itself (n_y, m). The caller owns it.
 */
export function predictions(AL: Tensor, gives: Output, threshold = 0.5): Tensor {
  return tf.tidy(() => {
    if (gives === 'number') return tf.clone(AL);
    if (gives === 'probability') return tf.cast(tf.greater(AL, threshold), 'float32');
    const classes = AL.rank === 2 ? tf.expandDims(tf.argMax(AL, 0), 0) : tf.argMax(AL, -1);
    return tf.cast(classes, 'float32');
  });
}

/**
 * The fraction of labels predicted correctly, from 0 to 1. A distribution has one label per sample;
 * probabilities have one per row.
 */
export function accuracy(AL: Tensor, Y: Tensor, gives: Output, labels?: 'classes'): number {
  return tf.tidy(() => {
    const expected = labels === 'classes' ? Y : predictions(Y, gives);
    const right = tf.equal(predictions(AL, gives), expected);
    return tf.sum(tf.cast(right, 'int32')).dataSync()[0] / right.size;
  });
}

/**
 * R² = 1 - Σ (Y - AL)² / Σ (Y - Ȳ)², summed over the samples and averaged over the outputs: 1 for a
 * perfect prediction, 0 for always predicting the mean of Y. For a constant Y it is 1 if AL equals
 * Y, else 0.
 *
 * Source: scikit-learn's r2_score.
 *
 * @throws ValueError for fewer than two samples, where R² is undefined; ShapeError if Y does not fit AL.
 */
export function rSquared(AL: Tensor, Y: Tensor): number {
  if (Y.rank !== 2) {
    return tf.tidy(() => rSquared(inColumns(AL), inColumns(Y)));
  }
  const [nY, m] = AL.shape as [number, number];
  if (String(Y.shape) !== String(AL.shape)) {
    throw new ShapeError(
      `R² compares outputs (${nY}, ${m}) with as many labels, and Y is (${Y.shape.join(', ')}). Give the labels without weights.`,
    );
  }
  if (m < 2) throw new ValueError(`R² of ${m} samples says nothing; give at least 2.`);
  const [predicted, labels] = [AL, Y].map((M) => Array.from(M.dataSync()));
  let sum = 0;
  for (let i = 0; i < nY; i++) {
    const y = labels.slice(i * m, (i + 1) * m);
    const mean = y.reduce((a, b) => a + b, 0) / m;
    const total = y.reduce((a, b) => a + (b - mean) ** 2, 0);
    const left = y.reduce((a, b, j) => a + (b - predicted[i * m + j]) ** 2, 0);
    sum += total > 0 ? 1 - left / total : Number(left === 0);
  }
  return sum / nY;
}

/** The positions of (m, …, n) as the columns of (n, …). */
const inColumns = (A: Tensor): Tensor => tf.transpose(tf.reshape(A, [-1, A.shape.at(-1)!]));
