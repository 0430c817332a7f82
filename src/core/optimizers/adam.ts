import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { placed } from '../epsilon.js';
import {
  assertAbove0,
  assertShares,
  moment,
  named,
  type Optimizer,
  remembered,
  type Update,
} from '../optimizer.js';
import { assertOptions } from '../options.js';
import { pure } from '../pure.js';
import { rateOf } from '../rate.js';
import type { Schedule } from '../schedule.js';
import { mapEntries, matrix, type Params, scalar } from '../tensors.js';

export interface AdamOptions {
  /** Default: 0.001. */
  readonly learningRate?: number | Schedule;
  /** Default: 0.9. */
  readonly beta1?: number;
  /** Default: 0.999. */
  readonly beta2?: number;
  /** Default: 1e-8. */
  readonly epsilon?: number;
  /** Beside the root of Ŝ, or of the uncorrected S, as Keras has it. Default: 'outside'. */
  readonly epsilonPlace?: 'outside' | 'uncorrected';
}

/**
 * V := β1 V + (1 - β1) dW, from V = 0
 * S := β2 S + (1 - β2) dW², from S = 0
 * V̂ = V / (1 - β1^t), Ŝ = S / (1 - β2^t), at the steps t = 1, 2, …
 * W := W - α V̂ / (√Ŝ + ε)
 *
 * and the same for b. α is the learning rate, a number or a schedule. V and S are moving averages
 * that start from 0; the division makes up for it. ε is beside the root of the corrected Ŝ, as in
 * PyTorch; 'uncorrected' is Keras's, W := W - α √(1 - β2^t) V̂ / (√S + ε).
 * Source: Course 2, week 2; Kingma, Ba, arXiv:1412.6980.
 *
 * @throws ValueError if the learning rate is neither a number above 0 nor a schedule, β1 or β2 is
 *   not in [0, 1), or ε is not above 0 or in another place.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  assertOptions('adam', options, {
    ...{ learningRate: true, beta1: true, beta2: true, epsilon: true, epsilonPlace: true },
  });
  return adamRule('adam', options);
}

/** Adam under a name, from what `shrunk` makes of the parameters, for adamw. */
export function adamRule(
  rule: string,
  options: AdamOptions,
  shrunk: (params: Params, alpha: Tensor) => Params = (params) => params,
): Optimizer {
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const rate = rateOf(rule, learningRate);
  assertShares(rule, { beta1, beta2 });
  assertAbove0(rule, { epsilon });
  const place = placed(rule, options.epsilonPlace, ['outside', 'uncorrected']);
  const first = moment(rule, 'v', { beta: beta1 });
  const second = moment(rule, 's', { beta: beta2, of: tf.square });
  /** √Ŝ + ε, or (√S + ε) / √c, in the shape of S; of c there is 1/√c. */
  const denominator = (S: Tensor, inverse: Tensor) =>
    place.is === 'outside'
      ? tf.add(tf.mul(tf.sqrt(S), inverse), scalar(epsilon))
      : tf.mul(tf.add(tf.sqrt(S), scalar(epsilon)), inverse);
  return {
    name: rule,
    hyperparameters: { ...rate.hyperparameters, beta1, beta2, epsilon, ...place.told },
    ...rate.declared,
    linear: false,
    start: (params) => ({
      ...{ ...first.start(params), ...second.start(params) },
      // A schedule counts the steps too, and has a t of its own.
      ...(rate.declared.schedule ? rate.start() : { t: matrix([0], [1, 1]) }),
    }),
    update: pure<Update>((params, grads, state) => {
      const V = first.next(params, grads, state);
      const S = second.next(params, grads, state);
      const t = tf.add(remembered(rule, state, 't'), 1); // (1, 1)
      const [c1, c2] = [beta1, beta2].map((beta) => correction(beta, t));
      const alpha = rate.at(state); // ()
      // Scalars meet scalars first: what is left for every element is one root and one division.
      const [alpha1, inverse2] = [tf.div(alpha, c1), tf.div(scalar(1), tf.sqrt(c2))]; // ()
      const step = (name: string) => tf.div(V[name], denominator(S[name], inverse2));
      return {
        params: mapEntries(shrunk(params, alpha), (name, P) => [
          name,
          tf.sub(P, tf.mul(alpha1, step(name))),
        ]),
        state: { ...named('v', V), ...named('s', S), ...rate.next(state), t },
      };
    }),
  };
}

/** 1 - β^t (), of which no digit is lost where β^t is almost 1. */
const correction = (beta: number, t: Tensor): Tensor =>
  tf.neg(tf.expm1(tf.mul(tf.reshape(t, []), scalar(Math.log(beta)))));
