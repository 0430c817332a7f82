import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer } from '../optimizer.js';
import { scalar } from '../tensors.js';
import { type MomentumOptions, withVelocity } from './velocity.js';

/**
 * V := β V + (1 - δ) dW, from V = 0
 * W := W - α (β V + (1 - δ) dW)
 *
 * and the same for b: momentum, one step ahead, as Keras and PyTorch have it. The dampening δ is β, as
 * in `momentum`; with `dampening: 0` it is their `nesterov: true`. Source: Nesterov, Soviet Math.
 * Doklady 27 (1983); Sutskever et al., ICML 2013.
 *
 * @throws ValueError if the learning rate is neither a number above 0 nor a schedule, or β or δ is
 *   not in [0, 1).
 */
export const nesterov = (options: MomentumOptions): Optimizer =>
  withVelocity('nesterov', options, (V, dW, { beta, dampening }) =>
    tf.add(tf.mul(scalar(beta), V), tf.mul(scalar(1 - dampening), dW)),
  );
