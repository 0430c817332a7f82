import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { sigmoid } from './activations.js';
import { crossEntropy, oneHot, type SmoothingOptions, smoothing } from './crossEntropy.js';
import { ValueError } from './errors.js';
import { loss, lossOf, outputsOf, perSample } from './loss.js';
import { assertOptions } from './options.js';
import { sign } from './sign.js';

/*
 * Every value exported from this file is a loss: the exports and the tests pick up new ones from
 * here.
 */

export type { Loss } from './loss.js';

/**
 * J = -1/m Σ (Y log AL + (1 - Y) log(1 - AL))
 * dAL = (1 - Y)/(1 - AL) - Y/AL
 *
 * with a sigmoid output:
 * J = 1/m Σ (log(1 + e^ZL) - Y ZL)
 * dZL = AL - Y
 *
 * For labels from 0 to 1, as in Keras and PyTorch. `binaryCrossEntropy({ labelSmoothing: a })` has
 * Y (1 - a) + a/2 in place of Y. Source: Course 1, week 2.
 */
export const binaryCrossEntropy = lossOf<SmoothingOptions>((options = {}) => {
  const smooth = smoothing('binaryCrossEntropy', options, () => 2);
  return {
    name: 'binaryCrossEntropy',
    config: { ...options },
    takes: 'probability',
    terms: (AL, labels) => {
      const Y = smooth(labels, AL); // (n_y, m)
      const likelihood = tf.add(tf.mul(Y, tf.log(AL)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, AL)))); // (n_y, m)
      return tf.neg(likelihood); // (n_y, m)
    },
    backward: (AL, labels) => {
      const Y = smooth(labels, AL); // (n_y, m)
      return perSample(tf.sub(tf.div(tf.sub(1, Y), tf.sub(1, AL)), tf.div(Y, AL)));
    },
    fused: {
      activation: sigmoid,
      terms: (ZL, Y) => tf.sub(tf.softplus(ZL), tf.mul(smooth(Y, ZL), ZL)), // (n_y, m)
      backward: (AL, Y) => perSample(tf.sub(AL, smooth(Y, AL))),
    },
  };
});

/**
 * J = -1/m Σ Y log AL
 * dAL = -Y/AL
 *
 * with a softmax output:
 * J = 1/m Σ (log Σ e^ZL - Σ Y ZL), the inner sums over the classes
 * dZL = AL - Y
 *
 * For one-hot labels, or any columns of probabilities that sum to 1.
 * `categoricalCrossEntropy({ labelSmoothing: a })` has Y (1 - a) + a/n_y in place of Y.
 */
export const categoricalCrossEntropy = lossOf<SmoothingOptions>((options = {}) => {
  const smooth = smoothing('categoricalCrossEntropy', options, outputsOf);
  return { ...crossEntropy('categoricalCrossEntropy', smooth), config: { ...options } };
});

/**
 * categoricalCrossEntropy of classes 0 to n_y - 1 in Y (1, m), or (m, …) where AL is (m, …, n_y).
 *
 * J = -1/m Σ log AL[y], dAL = -1/AL[y] at y, else 0
 *
 * with a softmax output:
 * J = 1/m Σ (log Σ e^ZL - ZL[y])
 * dZL = AL - 1 at y, else AL
 */
export const sparseCategoricalCrossEntropy = loss({
  ...crossEntropy('sparseCategoricalCrossEntropy', oneHot),
  labels: 'classes',
});

/**
 * J = 1/(n_y m) Σ (AL - Y)²
 * dAL = 2/n_y (AL - Y)
 */
export const meanSquaredError = loss({
  name: 'meanSquaredError',
  takes: 'number',
  terms: (AL, Y) => tf.div(tf.square(tf.sub(AL, Y)), outputsOf(AL)), // (n_y, m)
  backward: (AL, Y) => perSample(tf.div(tf.mul(2, tf.sub(AL, Y)), outputsOf(AL))),
});

/**
 * J = 1/(n_y m) Σ |AL - Y|
 * dAL = 1/n_y sign(AL - Y), which is 0 at 0
 */
export const meanAbsoluteError = loss({
  name: 'meanAbsoluteError',
  takes: 'number',
  terms: (AL, Y) => tf.div(tf.abs(tf.sub(AL, Y)), outputsOf(AL)), // (n_y, m)
  backward: (AL, Y) => perSample(tf.div(sign(tf.sub(AL, Y)), outputsOf(AL))),
});

/**
 * With R = AL - Y, and C, which is R cut off at -δ and δ:
 *
 * J = 1/(n_y m) Σ C (R - C/2), that is, R²/2 where |R| ≤ δ, else δ (|R| - δ/2)
 * dAL = 1/n_y C
 *
 * The squared error, but of outliers only their distance. δ is 1 unless given: `huber({ delta: 2 })`.
 * Source: Huber, Ann. Math. Statist. 35 (1964).
 */
export const huber = lossOf<{ readonly delta?: number }>((options = {}) => {
  assertOptions('huber', options, { delta: true });
  const { delta = 1 } = options;
  if (!(delta > 0 && Number.isFinite(delta))) {
    throw new ValueError(`huber: delta is ${delta}; give a number above 0.`);
  }
  const cut = (R: Tensor) => tf.clipByValue(R, -delta, delta);
  return {
    name: 'huber',
    config: { delta },
    takes: 'number',
    terms: (AL, Y) => {
      const R = tf.sub(AL, Y); // (n_y, m)
      const C = cut(R); // (n_y, m)
      return tf.div(tf.mul(C, tf.sub(R, tf.div(C, 2))), outputsOf(AL)); // (n_y, m)
    },
    backward: (AL, Y) => perSample(tf.div(cut(tf.sub(AL, Y)), outputsOf(AL))),
  };
});

/**
 * J = 1/(n_y m) Σ max(0, 1 - Y AL)
 * dAL = -1/n_y Y where Y AL < 1, else 0
 *
 * For labels -1 and 1, and 0 and 1, of which 0 stands for -1; AL is any number, above 0 for class 1.
 * Source: the support vector machine of Cortes, Vapnik, Machine Learning 20 (1995).
 */
export const hinge = loss({
  name: 'hinge',
  takes: 'number',
  terms: (AL, labels) => {
    const missing = tf.relu(tf.sub(1, tf.mul(tf.step(labels, -1), AL))); // (n_y, m)
    return tf.div(missing, outputsOf(AL)); // (n_y, m)
  },
  backward: (AL, labels) => {
    const Y = tf.step(labels, -1); // (n_y, m): 1 where above 0, else -1
    const isMissing = sign(tf.relu(tf.sub(1, tf.mul(Y, AL)))); // (n_y, m)
    return perSample(tf.div(tf.mul(tf.neg(Y), isMissing), outputsOf(AL)));
  },
});
