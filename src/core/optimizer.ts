import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from './errors.js';
import type { Schedule } from './schedule.js';
import { type Grads, mapEntries, type Params, scalar } from './tensors.js';

/**
 * Updates the parameters from their gradients. Inputs are left unchanged; outputs are new, and the
 * caller owns them. `state` holds what a rule remembers between steps: nothing for gradient
 * descent, the velocities for momentum, and the step number t (1, 1) for Adam or if the learning
 * rate is a schedule. The rule chooses its names, which may coincide with those of parameters.
 *
 * The state of a rule whose schedule has a `plateau` holds a `factor` (1, 1) too, which begins at 1:
 * whoever trains multiplies it when the cost stands still (`nextPlateau`).
 */
export interface Optimizer {
  readonly name: string;
  /** What the rule was made with, for cards and reports. */
  readonly hyperparameters: Readonly<Record<string, number | string>>;
  /** The learning rate, if it is a schedule. */
  readonly schedule?: Schedule;
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

/** Values by the names of their parameters, as the state names them: { W1 } as { vW1 }. */
export const named = (letter: string, values: Params): Params =>
  mapEntries(values, (name, P) => [`${letter}${name}`, P]);

interface Moment {
  readonly beta: number;
  /** Default: 1 - β, which makes it a moving average. */
  readonly gain?: number;
  /** What of the gradient is summed up. Default: itself. */
  readonly of?: (dP: Tensor) => Tensor;
}

/**
 * M := β M + gain · f(dW), from M = 0, for every parameter: what a rule remembers under a letter.
 * `next` gives the new M by the names of the parameters.
 */
export function moment(rule: string, letter: string, { beta, gain = 1 - beta, of }: Moment) {
  return {
    start: (params: Params): Params =>
      mapEntries(params, (name, P) => [`${letter}${name}`, tf.zerosLike(P)]),
    next: (params: Params, grads: Grads, state: Params): Params =>
      mapParams(params, grads, (_, dP, name) =>
        tf.add(
          tf.mul(scalar(beta), remembered(rule, state, `${letter}${name}`)),
          tf.mul(scalar(gain), of ? of(dP) : dP),
        ),
      ),
  };
}

/** @throws ValueError if the decay of a moving average, or another share, is not in [0, 1). */
export function assertShares(rule: string, shares: Readonly<Record<string, number>>): void {
  for (const [name, share] of Object.entries(shares)) {
    if (typeof share === 'number' && share >= 0 && share < 1) continue;
    throw new ValueError(`${rule}: ${name} is ${share}; give a number from 0 to below 1.`);
  }
}

/** @throws ValueError unless each number is finite, and above 0. */
export function assertAbove0(rule: string, numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (typeof value === 'number' && value > 0 && value < Infinity) continue;
    throw new ValueError(`${rule}: ${name} is ${value}; give a number above 0.`);
  }
}

/** @throws ValueError unless each number is finite, and 0 or above. */
export function assertFrom0(rule: string, numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (typeof value === 'number' && value >= 0 && value < Infinity) continue;
    throw new ValueError(`${rule}: ${name} is ${value}; give a number from 0.`);
  }
}
