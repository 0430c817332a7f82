import type { Tensor } from '@tensorflow/tfjs-core';
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
import type { Schedule } from '../schedule.js';

export interface MomentumOptions {
  readonly learningRate: number | Schedule;
  /** How much of the velocity a step keeps. Default: 0.9. */
  readonly beta?: number;
  /** How much less of a gradient goes into the velocity. Default: β. */
  readonly dampening?: number;
}

/** Where a step goes from the new velocity V and the gradient dW, both of the shape of W. */
type Direction = (V: Tensor, dW: Tensor, factors: { beta: number; dampening: number }) => Tensor;

/**
 * V := β V + (1 - δ) dW, from V = 0
 * W := W - α direction(V, dW)
 *
 * and the same for b: what `momentum` and `nesterov` have in common.
 *
 * @throws ValueError if the learning rate is neither a number above 0 nor a schedule, or β or δ is
 *   not in [0, 1).
 */
export function withVelocity(
  name: 'momentum' | 'nesterov',
  options: MomentumOptions,
  direction: Direction,
): Optimizer {
  assertOptions(name, options, { learningRate: true, beta: true, dampening: true });
  const { learningRate, beta = 0.9, dampening = beta } = options;
  const rate = rateOf(name, learningRate);
  assertShares(name, { beta, dampening });
  const velocity = moment(name, 'v', { beta, gain: 1 - dampening });
  return {
    name,
    hyperparameters: { ...rate.hyperparameters, beta, dampening },
    ...rate.declared,
    linear: true,
    start: (params) => ({ ...velocity.start(params), ...rate.start() }),
    update: pure<Update>((params, grads, state) => {
      const alpha = rate.at(state); // ()
      const V = velocity.next(params, grads, state);
      return {
        params: mapParams(params, grads, (P, dP, of) =>
          tf.sub(P, tf.mul(alpha, direction(V[of], dP, { beta, dampening }))),
        ),
        state: { ...named('v', V), ...rate.next(state) },
      };
    }),
  };
}
