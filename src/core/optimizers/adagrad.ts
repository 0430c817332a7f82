import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type EpsilonPlace, placed, rootOf } from '../epsilon.js';
import {
  assertAbove0,
  assertFrom0,
  mapParams,
  named,
  type Optimizer,
  remembered,
  type Update,
} from '../optimizer.js';
import { assertOptions } from '../options.js';
import { pure } from '../pure.js';
import { rateOf } from '../rate.js';
import type { Schedule } from '../schedule.js';
import { mapEntries, scalar } from '../tensors.js';

export interface AdagradOptions {
  /** Default: 0.01. */
  readonly learningRate?: number | Schedule;
  /** What S begins with. Default: 0; Keras's is 0.1. */
  readonly initialAccumulator?: number;
  /** Default: 1e-10. */
  readonly epsilon?: number;
  /** Beside the root, or inside, as Keras has it. Default: 'outside'. */
  readonly epsilonPlace?: EpsilonPlace;
}

/**
 * S := S + dW², from S = initialAccumulator
 * W := W - α dW / (√S + ε), or α dW / √(S + ε) with ε inside
 *
 * and the same for b: the more an element has moved, the less it moves. Defaults are PyTorch's.
 * Source: Duchi, Hazan, Singer, JMLR 12 (2011).
 *
 * @throws ValueError if the learning rate is neither a number above 0 nor a schedule, ε is not above
 *   0 or in another place, or the accumulator does not begin with a number from 0.
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  assertOptions('adagrad', options, {
    ...{ learningRate: true, initialAccumulator: true, epsilon: true, epsilonPlace: true },
  });
  const { learningRate = 0.01, initialAccumulator = 0, epsilon = 1e-10 } = options;
  const rate = rateOf('adagrad', learningRate);
  assertAbove0('adagrad', { epsilon });
  assertFrom0('adagrad', { initialAccumulator });
  const place = placed('adagrad', options.epsilonPlace, ['outside', 'inside']);
  const first = (P: Tensor) =>
    initialAccumulator === 0 ? tf.zerosLike(P) : tf.mul(tf.onesLike(P), scalar(initialAccumulator));
  return {
    name: 'adagrad',
    hyperparameters: { ...rate.hyperparameters, initialAccumulator, epsilon, ...place.told },
    ...rate.declared,
    linear: false,
    start: (params) => ({
      ...mapEntries(params, (name, P) => [`s${name}`, tf.tidy(() => first(P))]),
      ...rate.start(),
    }),
    update: pure<Update>((params, grads, state) => {
      const alpha = rate.at(state); // ()
      const S = mapParams(params, grads, (_, dP, name) =>
        tf.add(remembered('adagrad', state, `s${name}`), tf.square(dP)),
      );
      return {
        params: mapParams(params, grads, (P, dP, name) =>
          tf.sub(P, tf.mul(alpha, tf.div(dP, rootOf(S[name], epsilon, place.is)))),
        ),
        state: { ...named('s', S), ...rate.next(state) },
      };
    }),
  };
}
