import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from './errors.js';
import { assertOptions } from './options.js';
import { pure } from './pure.js';
import type { Schedule } from './schedules.js';
import { type Grads, mapEntries, matrix, type Params, scalar } from './tensors.js';

/**
 * Updates the parameters from their gradients. Inputs are left unchanged; outputs are new, and the
 * caller owns them. `state` holds what a rule remembers between steps: nothing for gradient
 * descent, the velocities for momentum, and the step number t (1, 1) if the learning rate is a
 * schedule. The rule chooses its names, which may coincide with those of parameters.
 *
 * Optimizers are listed in order of increasing complexity.
 */
export interface Optimizer {
  readonly name: string;
  readonly hyperparameters: Readonly<Record<string, number>>;
  /**
   * Whether the new parameters and state are linear in the old ones and the gradients, with the
   * same factors for every element. Then a sum of fixed matrices stays one
   * (compiled/sampleSpace.ts).
   */
  readonly linear: boolean;
  /** State that belongs to W1 has a name ending in W1, such as vW1. The caller owns it. */
  start(params: Params): Params;
  /** Runs as it is written, step by step, unless it is marked with `pure`. */
  readonly update: Update;
}

export type Update = (
  params: Params,
  grads: Grads,
  state: Params,
) => { params: Params; state: Params };

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
      const alpha = rate.at(state); // (1, 1)
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
  if (typeof beta !== 'number' || !(beta >= 0 && beta < 1)) {
    throw new ValueError(`momentum: beta is ${beta}; give a number from 0 to below 1.`);
  }
  return {
    name: 'momentum',
    hyperparameters: { ...rate.hyperparameters, beta },
    linear: true,
    start: (params) => ({
      ...mapEntries(params, (name, P) => [`v${name}`, tf.zerosLike(P)]),
      ...rate.start(),
    }),
    update: pure<Update>((params, grads, state) => {
      const alpha = rate.at(state); // (1, 1)
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

/** A rule's learning rate: its state, t (1, 1), and α at t. */
function rateOf(rule: string, learningRate: number | Schedule) {
  if (typeof learningRate === 'object' && typeof learningRate?.at === 'function') {
    return {
      hyperparameters: learningRate.hyperparameters,
      start: (): Params => ({ t: matrix([0], [1, 1]) }),
      at: (state: Params) => learningRate.at(remembered(rule, state, 't')),
      next: ({ t }: Params): Params => ({ t: tf.add(t, 1) }),
    };
  }
  if (typeof learningRate !== 'number' || !(learningRate > 0 && learningRate < Infinity)) {
    throw new ValueError(`${rule}: the learning rate is ${learningRate}; give a number above 0.`);
  }
  return {
    hyperparameters: { learningRate },
    start: (): Params => ({}),
    at: () => scalar(learningRate),
    next: (): Params => ({}),
  };
}

/** @throws ShapeError if the state does not come from this rule. */
function remembered(rule: string, state: Params, name: string): Tensor2D {
  const value = state[name];
  if (value) return value as Tensor2D;
  throw new ShapeError(`${rule}: the state holds no ${name}; begin with what its start() gives.`);
}

/** Applies f to every parameter and its gradient. @throws ShapeError if a gradient is missing. */
function mapParams(
  params: Params,
  grads: Grads,
  f: (P: Tensor, dP: Tensor, name: string) => Tensor,
): Params {
  return mapEntries(params, (name, P) => {
    const dP = grads[`d${name}`];
    if (!dP) throw new ShapeError(`The gradients hold no d${name}, but there is a ${name}.`);
    return [name, f(P, dP, name)];
  });
}
