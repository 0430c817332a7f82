import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { activation, activationOf } from './activation.js';
import { ValueError } from './errors.js';
import { assertOptions } from './options.js';
import { sign } from './sign.js';

/* The activations of newer networks, without the corner of a relu. activations.ts exports them too. */

/**
 * A = Z where Z > 0, else α (e^Z - 1)
 * dZ = dA where Z > 0, else dA ∘ (A + α)
 *
 * α is 1 unless given: `elu(0.5)` or `elu({ alpha: 0.5 })`. At 0 the derivative is α.
 * Source: Clevert, Unterthiner, Hochreiter, arXiv:1511.07289.
 */
export const elu = activationOf<number | { readonly alpha?: number }>((option = {}) => {
  const options = typeof option === 'number' ? { alpha: option } : option;
  assertOptions('elu', options, { alpha: true });
  const { alpha = 1 } = options;
  if (!(alpha >= 0 && Number.isFinite(alpha))) {
    throw new ValueError(`elu: alpha is ${alpha}; give a number from 0.`);
  }
  return {
    name: 'elu',
    config: { alpha },
    gives: 'number',
    derivative: `(Z > 0 ? 1 : A + ${alpha})`,
    keras: alpha === 1 ? { activation: 'elu' } : { layer: 'ELU', config: { alpha } },
    onnx: { op: 'Elu', attributes: { alpha: { f: alpha } } },
    forward: (Z) => (alpha === 1 ? tf.elu(Z) : tf.mul(tf.elu(Z), tf.step(Z, alpha))),
    // Where Z > 0 the step is 1, and A not below 0; elsewhere it is α, and A is.
    backward: (dA, { Z, A }) => tf.mul(dA, tf.add(tf.step(Z, alpha), tf.minimum(A, 0))),
  };
});

/**
 * A = Z ∘ σ(Z)
 * dZ = dA ∘ (σ(Z) + A ∘ (1 - σ(Z)))
 *
 * Also called swish. Source: Elfwing, Uchibe, Doya, arXiv:1702.03118.
 */
export const silu = activation({
  name: 'silu',
  gives: 'number',
  derivative: '(σ(Z) + A ∘ (1 - σ(Z)))',
  keras: { activation: 'swish' },
  onnx: { factor: { op: 'Sigmoid' } },
  forward: (Z) => tf.mul(Z, tf.sigmoid(Z)),
  backward: (dA, { Z, A }) => {
    const S = tf.sigmoid(Z);
    return tf.mul(dA, tf.add(S, tf.mul(A, tf.sub(1, S))));
  },
});

/**
 * A = log(1 + e^Z)
 * dZ = dA ∘ σ(Z)
 */
export const softplus = activation({
  name: 'softplus',
  gives: 'number',
  derivative: 'σ(Z)',
  keras: { activation: 'softplus' },
  onnx: { op: 'Softplus' },
  forward: (Z) => tf.softplus(Z),
  backward: (dA, { Z }) => tf.mul(dA, tf.sigmoid(Z)),
});

/**
 * A = min(max(Z + 3, 0), 6) / 6
 * dZ = dA / 6 where -3 < Z < 3, else 0
 *
 * As in Keras 3 and PyTorch. What Keras 2 and TensorFlow.js call so is another function,
 * 0.2 Z + 0.5 between 0 and 1.
 */
export const hardSigmoid = activation({
  name: 'hardSigmoid',
  gives: 'number',
  derivative: '(0 < A < 1)/6',
  keras: {
    layers: [
      { layer: 'Rescaling', config: { scale: 1 / 6, offset: 0.5 } },
      { layer: 'ReLU', config: { max_value: 1 } },
    ],
  },
  onnx: { op: 'HardSigmoid', attributes: { alpha: { f: 1 / 6 }, beta: { f: 0.5 } } },
  forward: (Z) => tf.div(tf.relu6(tf.add(Z, 3)), 6),
  backward: (dA, { A }) => tf.div(tf.mul(dA, sign(tf.mul(A, tf.sub(1, A)))), 6),
});

/**
 * A = Z ∘ Φ(Z), Φ the normal distribution's, Φ(Z) = (1 + erf(Z / √2)) / 2
 * dZ = dA ∘ (Φ(Z) + Z ∘ φ(Z)), φ(Z) = e^(-Z²/2) / √(2π)
 *
 * `gelu({ approximate: 'tanh' })`, as in GPT-2, has (1 + tanh u) / 2 in place of Φ(Z), which is
 * σ(2u), with 2u = √(8/π) (Z + 0.044715 Z³):
 * A = Z ∘ σ(2u)
 * dZ = dA ∘ (σ(2u) + A ∘ (1 - σ(2u)) ∘ 2u'), 2u' = √(8/π) (1 + 0.134145 Z²)
 *
 * Source: Hendrycks, Gimpel, arXiv:1606.08415.
 */
export const gelu = activationOf<{ readonly approximate?: 'none' | 'tanh' }>((options = {}) => {
  assertOptions('gelu', options, { approximate: true });
  const { approximate = 'none' } = options;
  if (approximate !== 'none' && approximate !== 'tanh') {
    throw new ValueError(`gelu: approximate is ${approximate}; give 'none' or 'tanh'.`);
  }
  const shared = {
    name: 'gelu',
    config: { approximate },
    gives: 'number',
    onnx: { op: 'Gelu', attributes: { approximate: { s: approximate } }, opset: 20 },
  } as const;
  if (approximate === 'none') {
    return {
      ...shared,
      derivative: '(Φ(Z) + Z ∘ φ(Z))',
      keras: { activation: 'gelu' },
      forward: (Z) => tf.mul(Z, normal(Z)),
      backward: (dA, { Z }) => {
        const density = tf.div(tf.exp(tf.mul(-0.5, tf.square(Z))), Math.sqrt(2 * Math.PI));
        return tf.mul(dA, tf.add(normal(Z), tf.mul(Z, density)));
      },
    };
  }
  const slope = Math.sqrt(8 / Math.PI);
  const S = (Z: Tensor) => {
    const cubic = tf.add(1, tf.mul(0.044715, tf.square(Z)));
    return tf.sigmoid(tf.mul(tf.mul(slope, Z), cubic));
  };
  return {
    ...shared,
    derivative: '(S + A ∘ (1 - S) ∘ 2u′), S = σ(2u)',
    // No Keras has a name for it: this one is refused, where 'gelu' would be another function.
    keras: { activation: 'gelu_new' },
    forward: (Z) => tf.mul(Z, S(Z)),
    backward: (dA, { Z, A }) => {
      const s = S(Z);
      const du = tf.mul(slope, tf.add(1, tf.mul(3 * 0.044715, tf.square(Z)))); // 2u'
      return tf.mul(dA, tf.add(s, tf.mul(tf.mul(A, tf.sub(1, s)), du)));
    },
  };
});

/**
 * Φ(Z). The kernels of erf are within 2e-7 in float32, and right to the last digits on the
 * double-precision backend.
 */
const normal = (Z: Tensor) => tf.mul(0.5, tf.add(1, tf.erf(tf.mul(Math.SQRT1_2, Z))));
