import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from './errors.js';
import type { Schedule } from './schedules.js';
import { type Grads, mapEntries, matrix, type Params, scalar } from './tensors.js';

/**
 * Updates the parameters from their gradients. Inputs are left unchanged; outputs are new, and the
 * caller owns them. `state` holds what a rule remembers between steps: nothing for gradient
 * descent, the velocities for momentum, and the step number t (1, 1) for Adam or if the learning
 * rate is a schedule. The rule chooses its names, which may coincide with those of parameters.
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

/** A rule's learning rate: its state, t (1, 1), and α () at t, which is a factor for any shape. */
export function rateOf(rule: string, learningRate: number | Schedule) {
  if (typeof learningRate === 'object' && typeof learningRate?.at === 'function') {
    return {
      hyperparameters: learningRate.hyperparameters,
      start: (): Params => ({ t: matrix([0], [1, 1]) }),
      at: (state: Params) => tf.reshape(learningRate.at(remembered(rule, state, 't')), []),
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
export function remembered(rule: string, state: Params, name: string): Tensor2D {
  const value = state[name];
  if (value) return value as Tensor2D;
  throw new ShapeError(`${rule}: the state holds no ${name}; begin with what its start() gives.`);
}

/** Applies f to every parameter and its gradient. @throws ShapeError if a gradient is missing. */
export function mapParams(
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
