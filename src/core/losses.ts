import * as tf from '@tensorflow/tfjs-core';
import { sigmoid, softmax } from './activations.js';
import { classAxis, loss, meanOverSamples, outputsOf, perSample } from './loss.js';

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
 * For labels from 0 to 1, as in Keras and PyTorch. Source: Course 1, week 2.
 */
export const binaryCrossEntropy = loss({
  name: 'binaryCrossEntropy',
  takes: 'probability',
  forward: (AL, Y) => {
    const likelihood = tf.add(tf.mul(Y, tf.log(AL)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, AL)))); // (n_y, m)
    return tf.neg(meanOverSamples(likelihood));
  },
  backward: (AL, Y) => perSample(tf.sub(tf.div(tf.sub(1, Y), tf.sub(1, AL)), tf.div(Y, AL))),
  fused: {
    activation: sigmoid,
    forward: (ZL, Y) => meanOverSamples(tf.sub(tf.softplus(ZL), tf.mul(Y, ZL))),
    backward: (AL, Y) => perSample(tf.sub(AL, Y)),
  },
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
 */
export const categoricalCrossEntropy = loss({
  name: 'categoricalCrossEntropy',
  takes: 'distribution',
  forward: (AL, Y) => tf.neg(meanOverSamples(tf.mul(Y, tf.log(AL)))),
  backward: (AL, Y) => perSample(tf.neg(tf.div(Y, AL))),
  fused: {
    activation: softmax,
    forward: (ZL, Y) => {
      const axis = classAxis(ZL);
      const logSumExp = tf.logSumExp(ZL, axis, true); // (1, m)
      return meanOverSamples(tf.sub(logSumExp, tf.sum(tf.mul(Y, ZL), axis, true)), ZL);
    },
    backward: (AL, Y) => perSample(tf.sub(AL, Y)),
  },
});

/**
 * J = 1/(n_y m) Σ (AL - Y)²
 * dAL = 2/n_y (AL - Y)
 */
export const meanSquaredError = loss({
  name: 'meanSquaredError',
  takes: 'number',
  forward: (AL, Y) => tf.div(meanOverSamples(tf.square(tf.sub(AL, Y))), outputsOf(AL)),
  backward: (AL, Y) => perSample(tf.div(tf.mul(2, tf.sub(AL, Y)), outputsOf(AL))),
});
