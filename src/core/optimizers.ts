import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from './errors.js';
import { mapParams, type Optimizer, rateOf, remembered, type Update } from './optimizer.js';
import { assertOptions } from './options.js';
import { pure } from './pure.js';
import type { Schedule } from './schedules.js';
import { mapEntries, matrix, scalar } from './tensors.js';

export type { Optimizer, Update } from './optimizer.js';

/*
 * Update rules, in order of increasing complexity.
 */

/**
 * W := W - α dW
 * b := b - α db
 *
 * α is the learning rate, a number or a schedule. Source: Course 1, week 2.
 *
 * @throws ValueError if the learning rate is neither a number above 0 nor a schedule.
 */
export function gradientDescent(options: { learningRate: number | Schedule }): Optimizer {
  assertOptions('gradientDescent', options, { learningRate: true });
  const rate = rateOf('gradientDescent', options.learningRate);
  return {
    name: 'gradientDescent',
    hyperparameters: rate.hyperparameters,
    linear: true,
    start: () => rate.start(),
    update: pure<Update>((params, grads, state) => {
      const alpha = rate.at(state); // ()
      return {
        params: mapParams(params, grads, (P, dP) => tf.sub(P, tf.mul(alpha, dP))),
        state: rate.next(state),
      };
    }),
  };
}

/**
 * V := β V + (1 - β) dW, from V = 0
 * W := W - α V
 *
 * and the same for b. α is the learning rate, a number or a schedule; β in [0, 1) is the decay of
 * the moving average, which spans about 1/(1 - β) steps. Source: Course 2, week 2.
 *
 * @throws ValueError if the learning rate is neither a number above 0 nor a schedule, or β is not
 *   in [0, 1).
 */
export function momentum(options: { learningRate: number | Schedule; beta?: number }): Optimizer {
  assertOptions('momentum', options, { learningRate: true, beta: true });
  const { learningRate, beta = 0.9 } = options;
  const rate = rateOf('momentum', learningRate);
  assertDecays('momentum', { beta });
  return {
    name: 'momentum',
    hyperparameters: { ...rate.hyperparameters, beta },
    linear: true,
    start: (params) => ({
      ...mapEntries(params, (name, P) => [`v${name}`, tf.zerosLike(P)]),
      ...rate.start(),
    }),
    update: pure<Update>((params, grads, state) => {
      const alpha = rate.at(state); // ()
      const [keep, take] = [beta, 1 - beta].map(scalar);
      const V = mapParams(params, grads, (_, dP, name) =>
        tf.add(tf.mul(keep, remembered('momentum', state, `v${name}`)), tf.mul(take, dP)),
      );
      return {
        params: mapEntries(params, (name, P) => [name, tf.sub(P, tf.mul(alpha, V[name]))]),
        state: { ...mapEntries(V, (name, VP) => [`v${name}`, VP]), ...rate.next(state) },
      };
    }),
  };
}

/**
 * V := β1 V + (1 - β1) dW, from V = 0
 * S := β2 S + (1 - β2) dW², from S = 0
 * V̂ = V / (1 - β1^t), Ŝ = S / (1 - β2^t), at the steps t = 1, 2, …
 * W := W - α V̂ / (√Ŝ + ε)
 *
 * and the same for b. α is the learning rate, a number or a schedule. V and S are moving averages
 * that start from 0; the division makes up for it. ε is beside the root of the corrected Ŝ, as in
 * PyTorch. Source: Course 2, week 2; Kingma, Ba, arXiv:1412.6980.
 *
 * @throws ValueError if the learning rate is neither a number above 0 nor a schedule, β1 or β2 is
 *   not in [0, 1), or ε is not above 0.
 */
export function adam(
  options: {
    learningRate?: number | Schedule;
    beta1?: number;
    beta2?: number;
    epsilon?: number;
  } = {},
): Optimizer {
  assertOptions('adam', options, { learningRate: true, beta1: true, beta2: true, epsilon: true });
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const rate = rateOf('adam', learningRate);
  assertDecays('adam', { beta1, beta2 });
  if (typeof epsilon !== 'number' || !(epsilon > 0 && epsilon < Infinity)) {
    throw new ValueError(`adam: epsilon is ${epsilon}; give a number above 0.`);
  }
  return {
    name: 'adam',
    hyperparameters: { ...rate.hyperparameters, beta1, beta2, epsilon },
    linear: false,
    start: (params) => ({
      ...mapEntries(params, (name, P) => [`v${name}`, tf.zerosLike(P)]),
      ...mapEntries(params, (name, P) => [`s${name}`, tf.zerosLike(P)]),
      t: matrix([0], [1, 1]),
    }),
    update: pure<Update>((params, grads, state) => {
      const average = (beta: number, letter: string, power: (dP: Tensor) => Tensor) =>
        mapParams(params, grads, (_, dP, name) => {
          const old = remembered('adam', state, `${letter}${name}`);
          return tf.add(tf.mul(scalar(beta), old), tf.mul(scalar(1 - beta), power(dP)));
        });
      const V = average(beta1, 'v', (dP) => dP);
      const S = average(beta2, 's', tf.square);
      const t = tf.add(remembered('adam', state, 't'), 1); // (1, 1)
      /** 1 - β^t (), of which no digit is lost where β^t is almost 1. */
      const weights = (beta: number) =>
        tf.neg(tf.expm1(tf.mul(tf.reshape(t, []), scalar(Math.log(beta)))));
      const [c1, c2] = [beta1, beta2].map(weights);
      const alpha = rate.at(state); // ()
      const step = (name: string) =>
        tf.div(tf.div(V[name], c1), tf.add(tf.sqrt(tf.div(S[name], c2)), scalar(epsilon)));
      return {
        params: mapEntries(params, (name, P) => [name, tf.sub(P, tf.mul(alpha, step(name)))]),
        state: {
          ...mapEntries(V, (name, VP) => [`v${name}`, VP]),
          ...mapEntries(S, (name, SP) => [`s${name}`, SP]),
          t,
        },
      };
    }),
  };
}

/** @throws ValueError if the decay of a moving average is not in [0, 1). */
function assertDecays(rule: string, decays: Readonly<Record<string, number>>): void {
  for (const [name, beta] of Object.entries(decays)) {
    if (typeof beta === 'number' && beta >= 0 && beta < 1) continue;
    throw new ValueError(`${rule}: ${name} is ${beta}; give a number from 0 to below 1.`);
  }
}
