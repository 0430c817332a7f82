import * as tf from '@tensorflow/tfjs-core';
import { type EpsilonPlace, placed, rootOf } from '../epsilon.js';
import {
  assertAbove0,
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

export interface RmspropOptions {
  /** Default: 0.001. */
  readonly learningRate?: number | Schedule;
  /** How much of S a step keeps; Keras's rho, PyTorch's alpha. Default: 0.9. */
  readonly beta?: number;
  /** Default: 1e-8. */
  readonly epsilon?: number;
  /** Beside the root, or inside, as Keras has it. Default: 'outside'. */
  readonly epsilonPlace?: EpsilonPlace;
}

/**
 * S := β S + (1 - β) dW², from S = 0
 * W := W - α dW / (√S + ε), or α dW / √(S + ε) with ε inside
 *
 * and the same for b. α is the learning rate, a number or a schedule. Source: Course 2, week 2;
 * Tieleman, Hinton, Neural Networks for Machine Learning, lecture 6e (2012).
 *
 * @throws ValueError if the learning rate is neither a number above 0 nor a schedule, β is not in
 *   [0, 1), or ε is not above 0 or in another place.
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  assertOptions('rmsprop', options, {
    ...{ learningRate: true, beta: true, epsilon: true, epsilonPlace: true },
  });
  const { learningRate = 0.001, beta = 0.9, epsilon = 1e-8 } = options;
  const rate = rateOf('rmsprop', learningRate);
  assertShares('rmsprop', { beta });
  assertAbove0('rmsprop', { epsilon });
  const place = placed('rmsprop', options.epsilonPlace, ['outside', 'inside']);
  const squares = moment('rmsprop', 's', { beta, of: tf.square });
  return {
    name: 'rmsprop',
    hyperparameters: { ...rate.hyperparameters, beta, epsilon, ...place.told },
    ...rate.declared,
    linear: false,
    start: (params) => ({ ...squares.start(params), ...rate.start() }),
    update: pure<Update>((params, grads, state) => {
      const alpha = rate.at(state); // ()
      const S = squares.next(params, grads, state);
      return {
        params: mapParams(params, grads, (P, dP, name) =>
          tf.sub(P, tf.mul(alpha, tf.div(dP, rootOf(S[name], epsilon, place.is)))),
        ),
        state: { ...named('s', S), ...rate.next(state) },
      };
    }),
  };
}
