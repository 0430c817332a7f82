import * as tf from '@tensorflow/tfjs-core';
import {
  assertShares,
  mapParams,
  moment,
  named,
  type Optimizer,
  type Update,
} from '../optimizer.js';
import { assertOptions } from '../options.js';
import { pure } from '../pure.js';
import { rateOf } from '../rate.js';
import { scalar } from '../tensors.js';
import type { MomentumOptions } from './momentum.js';

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
export function nesterov(options: MomentumOptions): Optimizer {
  assertOptions('nesterov', options, { learningRate: true, beta: true, dampening: true });
  const { learningRate, beta = 0.9, dampening = beta } = options;
  const rate = rateOf('nesterov', learningRate);
  assertShares('nesterov', { beta, dampening });
  const velocity = moment('nesterov', 'v', { beta, gain: 1 - dampening });
  return {
    name: 'nesterov',
    hyperparameters: { ...rate.hyperparameters, beta, dampening },
    ...rate.declared,
    linear: true,
    start: (params) => ({ ...velocity.start(params), ...rate.start() }),
    update: pure<Update>((params, grads, state) => {
      const alpha = rate.at(state); // ()
      const V = velocity.next(params, grads, state);
      return {
        params: mapParams(params, grads, (P, dP, name) => {
          const ahead = tf.add(tf.mul(scalar(beta), V[name]), tf.mul(scalar(1 - dampening), dP));
          return tf.sub(P, tf.mul(alpha, ahead)); // the shape of P
        }),
        state: { ...named('v', V), ...rate.next(state) },
      };
    }),
  };
}
