import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { tanhIsSlow } from './slowKernels.js';

/**
 * What a layer outputs for each sample: any numbers; an independent probability per unit; or a
 * distribution over classes, one unit per class, that sums to 1.
 */
export type Output = 'number' | 'probability' | 'distribution';

/**
 * A = g(Z), forward and backward. Z, A, dA and dZ all have shape (n_l, m). The caller owns the
 * result.
 *
 * Every value exported from this file is an activation: the command line, the exports and the tests
 * pick up new ones from here.
 */
export interface Activation {
  readonly name: string;
  readonly gives: Output;
  /** The derivative as shown in reports, in terms of the layer's Z and A. */
  readonly derivative: string;
  /** The Keras form: an activation of Dense, or a separate layer after a linear one. */
  readonly keras:
    | { readonly activation: string }
    | {
        readonly layer: string;
        /** Hyperparameters as named in TensorFlow.js and Keras 2, and in Keras 3. */
        readonly config: Readonly<Record<string, number>>;
        readonly config3: Readonly<Record<string, number>>;
      };
  /** The equivalent ONNX operator, for a matrix with samples in rows. */
  readonly onnx: {
    readonly op: string;
    readonly attributes?: Readonly<Record<string, { readonly f: number } | { readonly i: number }>>;
  };
  forward(Z: Tensor2D): Tensor2D;
  backward(dA: Tensor2D, cache: { Z: Tensor2D; A: Tensor2D }): Tensor2D;
}

/**
 * A = 1 / (1 + e^-Z)
 * dZ = dA ∘ A ∘ (1 - A)
 */
export const sigmoid: Activation = {
  name: 'sigmoid',
  gives: 'probability',
  derivative: 'A ∘ (1 - A)',
  keras: { activation: 'sigmoid' },
  onnx: { op: 'Sigmoid' },
  forward: (Z) => tf.sigmoid(Z),
  backward: (dA, { A }) => tf.mul(dA, tf.mul(A, tf.sub(1, A))),
};

/**
 * A = tanh(Z), which is 2σ(2Z) - 1
 * dZ = dA ∘ (1 - A²)
 */
export const tanh: Activation = {
  name: 'tanh',
  gives: 'number',
  derivative: '(1 - A²)',
  keras: { activation: 'tanh' },
  onnx: { op: 'Tanh' },
  forward: (Z) => (tanhIsSlow() ? tf.sub(tf.mul(2, tf.sigmoid(tf.mul(2, Z))), 1) : tf.tanh(Z)),
  backward: (dA, { A }) => tf.mul(dA, tf.sub(1, tf.square(A))),
};

/**
 * A = max(0, Z)
 * dZ = dA where Z > 0, else 0
 */
export const relu: Activation = {
  name: 'relu',
  gives: 'number',
  derivative: '(Z > 0)',
  keras: { activation: 'relu' },
  onnx: { op: 'Relu' },
  forward: (Z) => tf.relu(Z),
  // A is never negative, and sign(A) is a single kernel on every backend; step(Z) is not.
  backward: (dA, { A }) => tf.mul(dA, tf.sign(A)),
};

const slope = 0.01;

/**
 * A = Z where Z > 0, else 0.01 Z
 * dZ = dA where Z > 0, else 0.01 dA
 */
export const leakyRelu: Activation = {
  name: 'leakyRelu',
  gives: 'number',
  derivative: '(Z > 0 ? 1 : 0.01)',
  keras: { layer: 'LeakyReLU', config: { alpha: slope }, config3: { negative_slope: slope } },
  onnx: { op: 'LeakyRelu', attributes: { alpha: { f: slope } } },
  forward: (Z) => tf.leakyRelu(Z, slope),
  backward: (dA, { Z }) => tf.mul(dA, tf.step(Z, slope)),
};

/**
 * A = Z
 * dZ = dA
 */
export const linear: Activation = {
  name: 'linear',
  gives: 'number',
  derivative: '1',
  keras: { activation: 'linear' },
  onnx: { op: 'Identity' },
  forward: (Z) => Z,
  backward: (dA) => dA,
};

/**
 * A = e^Z / Σ e^Z, for each sample over its classes
 * dZ = A ∘ (dA - Σ dA ∘ A)
 *
 * For the output layer. Subtracts each sample's largest Z first, so that no e^Z overflows; the
 * shift cancels in the quotient.
 */
export const softmax: Activation = {
  name: 'softmax',
  gives: 'distribution',
  derivative: 'softmax′(Z)',
  keras: { activation: 'softmax' },
  onnx: { op: 'Softmax', attributes: { axis: { i: 1 } } },
  forward: (Z) => {
    const E = tf.exp(tf.sub(Z, tf.max(Z, 0, true))); // (n_y, m)
    return tf.div(E, tf.sum(E, 0, true)); // (n_y, m)
  },
  backward: (dA, { A }) => {
    const inner = tf.sum(tf.mul(dA, A), 0, true); // (1, m)
    return tf.mul(A, tf.sub(dA, inner)); // (n_y, m)
  },
};
