import * as tf from '@tensorflow/tfjs-core';
import { assertShares, moment, named, type Optimizer, type Update } from '../optimizer.js';
import { assertOptions } from '../options.js';
import { pure } from '../pure.js';
import { rateOf } from '../rate.js';
import type { Schedule } from '../schedule.js';
import { mapEntries } from '../tensors.js';

export interface MomentumOptions {
  readonly learningRate: number | Schedule;
  /** How much of the velocity a step keeps. Default: 0.9. */
  readonly beta?: number;
  /** How much less of a gradient goes into the velocity. Default: β. */
  readonly dampening?: number;
}

/**
 * V := β V + (1 - δ) dW, from V = 0
 * W := W - α V
 *
 * and the same for b. α is the learning rate, a number or a schedule; β in [0, 1) is the decay of
 * the velocity, which spans about 1/(1 - β) steps. The dampening δ is β, so that V is a moving
 * average, V := β V + (1 - β) dW: Course 2's. With `dampening: 0` it is a sum, V := β V + dW: that of
 * Keras and PyTorch, whose learning rate is 1 - β times this one's. (The name is PyTorch's, which
 * leaves the first gradient undampened.) Source: Course 2, week 2.
 *
 * @throws ValueError if the learning rate is neither a number above 0 nor a schedule, or β or δ is
 *   not in [0, 1).
 */
export function momentum(options: MomentumOptions): Optimizer {
  assertOptions('momentum', options, { learningRate: true, beta: true, dampening: true });
  const { learningRate, beta = 0.9, dampening = beta } = options;
  const rate = rateOf('momentum', learningRate);
  assertShares('momentum', { beta, dampening });
  const velocity = moment('momentum', 'v', { beta, gain: 1 - dampening });
  return {
    name: 'momentum',
    hyperparameters: { ...rate.hyperparameters, beta, dampening },
    ...rate.declared,
    linear: true,
    start: (params) => ({ ...velocity.start(params), ...rate.start() }),
    update: pure<Update>((params, grads, state) => {
      const alpha = rate.at(state); // ()
      const V = velocity.next(params, grads, state);
      return {
        params: mapEntries(params, (name, P) => [name, tf.sub(P, tf.mul(alpha, V[name]))]),
        state: { ...named('v', V), ...rate.next(state) },
      };
    }),
  };
}
