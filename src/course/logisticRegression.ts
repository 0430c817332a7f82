import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { sigmoid } from '../core/activations.js';
import { zeros } from '../core/initializers.js';
import { dense } from '../core/layers.js';
import { linearForward } from '../core/linear.js';
import { binaryCrossEntropy } from '../core/losses.js';
import { initialize, network } from '../core/network.js';
import { RandomState } from '../core/random.js';
import { disposeReplaced } from '../core/tensors.js';
import { accuracy } from './accuracy.js';
import { type DescentOptions, descend, type FullDescentOptions } from './descend.js';
import { assertBinaryLabels, assertTwoClasses } from './labels.js';
import { gradientVectorised } from './vectorization.js';

/** The result of `logisticRegressionModel`. The caller owns the tensors. */
export interface LogisticModel {
  readonly w: Tensor2D; // (n_x, 1)
  readonly b: Scalar;
  /** J every 100 iterations. */
  readonly costs: number[];
  readonly YPredictionTrain: Tensor2D; // (1, m_train)
  readonly YPredictionTest: Tensor2D; // (1, m_test)
  /** In percent. */
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
}

/**
 * A = σ(wᵀ X + b), J = -1/m Σ (Y log A + (1 - Y) log(1 - A))
 * dw = 1/m X (A - Y)ᵀ, db = 1/m Σ (A - Y)
 *
 * w (n_x, 1), b (), X (n_x, m), Y (1, m). The caller owns the result. Source: notes 000 and 003.
 *
 * @throws ShapeError if the shapes do not fit together.
 */
export function propagate(w: Tensor2D, b: Scalar, X: Tensor2D, Y: Tensor2D) {
  const { J, dw, db } = gradientVectorised(w, b, X, Y);
  return { grads: { dw, db }, cost: J };
}

/** 1 where σ(wᵀ X + b) > 0.5, else 0 (1, m). The caller owns the result. */
export function predict(w: Tensor2D, b: Scalar, X: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const Z = linearForward(X, tf.transpose(w), tf.reshape(b, [1, 1])); // (1, m)
    return tf.cast(tf.greater(sigmoid.forward(Z), 0.5), 'float32'); // (1, m)
  });
}

/**
 * Logistic regression from w = 0 and b = 0: w := w - α dw, b := b - α db, on XTrain (n_x, m_train) and
 * YTrain (1, m_train), followed by predictions for both sets. Source: note 003, with α = 0.5; for the
 * cat set the course uses 0.005.
 *
 * @throws ShapeError if the sets do not fit together; ValueError for labels other than 0 and 1, or a
 *   training set with a single class; otherwise as `train`.
 */
export async function logisticRegressionModel(
  XTrain: Tensor2D,
  YTrain: Tensor2D,
  XTest: Tensor2D,
  YTest: Tensor2D,
  { numIterations = 2000, learningRate = 0.5, costEvery = 100, ...options }: DescentOptions = {},
): Promise<LogisticModel> {
  assertTwoClasses(XTrain, YTrain);
  assertBinaryLabels(XTest, YTest);
  const { w, b, costs } = await fitLogistic(XTrain, YTrain, {
    ...options,
    ...{ numIterations, learningRate, costEvery },
  });
  try {
    const [YPredictionTrain, YPredictionTest] = tf.tidy(() =>
      [XTrain, XTest].map((X) => predict(w, b, X)),
    );
    return {
      ...{ w, b, costs, YPredictionTrain, YPredictionTest },
      trainAccuracy: accuracy(YPredictionTrain, YTrain),
      testAccuracy: accuracy(YPredictionTest, YTest),
    };
  } catch (error) {
    tf.dispose([w, b]);
    throw error;
  }
}

/** w, b and the costs of logistic regression, for labels that are already validated. */
export async function fitLogistic(
  X: Tensor2D,
  Y: Tensor2D,
  options: FullDescentOptions,
): Promise<Pick<LogisticModel, 'w' | 'b' | 'costs'>> {
  const oneUnit = network({
    nX: X.shape[0],
    layers: [dense(1, sigmoid, zeros)],
    loss: binaryCrossEntropy,
  });
  const start = initialize(oneUnit, new RandomState(0)); // zeros take no draws
  const { parameters, costs } = await descend(oneUnit, start, X, Y, options);
  const { W1, b1 } = parameters;
  const model = tf.tidy(() => ({
    w: tf.transpose(W1) as Tensor2D, // (n_x, 1)
    b: tf.reshape(b1, []) as Scalar,
  }));
  disposeReplaced(parameters, {});
  return { ...model, costs };
}
