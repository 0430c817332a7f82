import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { activation, activationOf } from './activation.js';
import { ValueError } from './errors.js';
import { assertOptions, inWords } from './options.js';
import { sign } from './sign.js';
import { tanhIsSlow } from './slowKernels.js';

/*
 * The activations of the course. Every value exported from this file is an activation: the command
 * line, the exports and the tests pick up new ones from here.
 */

export type { Activation, Output } from './activation.js';
export * from './smoothActivations.js';

/**
 * A = 1 / (1 + e^-Z)
 * dZ = dA ∘ A ∘ (1 - A)
 */
export const sigmoid = activation({
  name: 'sigmoid',
  gives: 'probability',
  derivative: 'A ∘ (1 - A)',
  keras: { activation: 'sigmoid' },
  onnx: { op: 'Sigmoid' },
  forward: (Z) => tf.sigmoid(Z),
  backward: (dA, { A }) => tf.mul(dA, tf.mul(A, tf.sub(1, A))),
});

/**
 * A = tanh(Z), which is 2σ(2Z) - 1
 * dZ = dA ∘ (1 - A²)
 */
export const tanh = activation({
  name: 'tanh',
  gives: 'number',
  derivative: '(1 - A²)',
  keras: { activation: 'tanh' },
  onnx: { op: 'Tanh' },
  forward: (Z) => (tanhIsSlow() ? tf.sub(tf.mul(2, tf.sigmoid(tf.mul(2, Z))), 1) : tf.tanh(Z)),
  backward: (dA, { A }) => tf.mul(dA, tf.sub(1, tf.square(A))),
});

/**
 * A = max(0, Z)
 * dZ = dA where Z > 0, else 0
 */
export const relu = activation({
  name: 'relu',
  gives: 'number',
  derivative: '(Z > 0)',
  keras: { activation: 'relu' },
  onnx: { op: 'Relu' },
  forward: (Z) => tf.relu(Z),
  // A is never negative, and sign(A) is a single kernel on most backends; step(Z) is not.
  backward: (dA, { A }) => tf.mul(dA, sign(A)),
});

/**
 * A = Z where Z > 0, else α Z
 * dZ = dA where Z > 0, else α dA
 *
 * α, the slope, is 0.01 unless given: `leakyRelu(0.2)` or `leakyRelu({ alpha: 0.2 })`.
 *
 * @throws ValueError if α is not a number.
 */
export const leakyRelu = activationOf<number | { readonly alpha?: number }>((option = {}) => {
  const options = typeof option === 'number' ? { alpha: option } : option;
  assertOptions('leakyRelu', options, { alpha: true });
  const { alpha = 0.01 } = options;
  if (!Number.isFinite(alpha)) {
    throw new ValueError(`leakyRelu: alpha is ${inWords(alpha)}; give a number, such as 0.2.`);
  }
  return {
    name: 'leakyRelu',
    config: { alpha },
    gives: 'number',
    derivative: `(Z > 0 ? 1 : ${alpha})`,
    keras: { layer: 'LeakyReLU', config: { alpha }, config3: { negative_slope: alpha } },
    onnx: { op: 'LeakyRelu', attributes: { alpha: { f: alpha } } },
    forward: (Z) => tf.leakyRelu(Z, alpha),
    backward: (dA, { Z }) => tf.mul(dA, tf.step(Z, alpha)),
  };
});

/**
 * A = Z
 * dZ = dA
 */
export const linear = activation({
  name: 'linear',
  gives: 'number',
  derivative: '1',
  keras: { activation: 'linear' },
  onnx: { op: 'Identity' },
  forward: (Z) => Z,
  backward: (dA) => dA,
});

/**
 * A = e^Z / Σ e^Z, for each sample over its classes
 * dZ = A ∘ (dA - Σ dA ∘ A)
 *
 * The classes are the rows of a matrix (n_y, m) and the last axis of anything longer, unless
 * `axis` is given. Subtracts the largest Z of each sample first, so that no e^Z overflows; the
 * shift cancels in the quotient.
 */
export const softmax = activationOf<{ readonly axis?: number }>((options = {}) => {
  assertOptions('softmax', options, { axis: true });
  if (!Number.isInteger(options.axis ?? 0)) {
    throw new ValueError(`softmax: axis is ${inWords(options.axis)}; give a whole number.`);
  }
  const over = (Z: Tensor) => options.axis ?? (Z.rank === 2 ? 0 : -1);
  return {
    name: 'softmax',
    config: { ...options },
    gives: 'distribution',
    derivative: 'softmax′(Z)',
    keras: { activation: 'softmax' },
    onnx: { op: 'Softmax', attributes: { axis: { i: 1 } } },
    forward: (Z) => {
      const axis = over(Z);
      const E = tf.exp(tf.sub(Z, tf.max(Z, axis, true))); // (n_y, m)
      return tf.div(E, tf.sum(E, axis, true)); // (n_y, m)
    },
    backward: (dA, { A }) => {
      const inner = tf.sum(tf.mul(dA, A), over(A), true); // (1, m)
      return tf.mul(A, tf.sub(dA, inner)); // (n_y, m)
    },
  };
});
