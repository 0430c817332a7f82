import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import * as core from '../core/activations.js';

/*
 * The notes' activations as functions of Z, A = g(Z), and their backward passes, dZ = dA ∘ g′(Z), on
 * top of core/activations. All matrices are (n_l, m). The caller owns the result.
 */

/** σ(Z) = 1 / (1 + e^-Z). Source: notes 002 and 003. */
export const sigmoid = (Z: Tensor2D): Tensor2D => forward(core.sigmoid, Z);

/** tanh(Z) = (e^Z - e^-Z) / (e^Z + e^-Z), finite for every Z. Source: note 003. */
export const tanh = (Z: Tensor2D): Tensor2D => forward(core.tanh, Z);

/** max(0, Z). Source: notes 002 and 003. */
export const relu = (Z: Tensor2D): Tensor2D => forward(core.relu, Z);

/** Z where Z > 0, else 0.01 Z. Source: notes 002 and 003. */
export const leakyRelu = (Z: Tensor2D): Tensor2D => forward(core.leakyRelu, Z);

/** e^Z / Σ e^Z, summed over each column; the rows are the classes. Source: note 003. */
export const softmax = (Z: Tensor2D): Tensor2D => forward(core.softmax, Z);

/** σ′(Z) = σ(Z) (1 - σ(Z)). Source: note 003. */
export const sigmoidDerivative = (Z: Tensor2D): Tensor2D => derivative(core.sigmoid, Z);

/** tanh′(Z) = 1 - tanh²(Z). */
export const tanhDerivative = (Z: Tensor2D): Tensor2D => derivative(core.tanh, Z);

/** 1 where Z > 0, else 0. */
export const reluDerivative = (Z: Tensor2D): Tensor2D => derivative(core.relu, Z);

/** 1 where Z > 0, else 0.01. */
export const leakyReluDerivative = (Z: Tensor2D): Tensor2D => derivative(core.leakyRelu, Z);

/** dZ = dA ∘ σ(Z) ∘ (1 - σ(Z)). Source: note 002. */
export const sigmoidBackward = (dA: Tensor2D, Z: Tensor2D): Tensor2D =>
  backward(core.sigmoid, dA, Z);

/** dZ = dA ∘ (1 - tanh²(Z)). Source: note 002, which omits dA. */
export const tanhBackward = (dA: Tensor2D, Z: Tensor2D): Tensor2D => backward(core.tanh, dA, Z);

/** dZ = dA where Z > 0, else 0. Source: note 002. */
export const reluBackward = (dA: Tensor2D, Z: Tensor2D): Tensor2D => backward(core.relu, dA, Z);

/** dZ = dA where Z > 0, else 0.01 dA. Source: note 002, which omits dA. */
export const leakyReluBackward = (dA: Tensor2D, Z: Tensor2D): Tensor2D =>
  backward(core.leakyRelu, dA, Z);

const forward = (activation: core.Activation, Z: Tensor2D): Tensor2D =>
  tf.tidy(() => activation.forward(Z) as Tensor2D);

/** The notes cache Z but not A, so A is computed again. */
const backward = (activation: core.Activation, dA: Tensor2D, Z: Tensor2D): Tensor2D =>
  tf.tidy(() => activation.backward(dA, { Z, A: activation.forward(Z) }) as Tensor2D);

const derivative = (activation: core.Activation, Z: Tensor2D): Tensor2D =>
  tf.tidy(() => backward(activation, tf.onesLike(Z), Z));
