import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from './errors.js';
import { assertOptions } from './options.js';
import { type Grads, mapEntries, type Params, scalar } from './tensors.js';

/**
 * One step of the parameters along their gradients. It is pure: what comes in stays as it is, what
 * comes out is new and the caller's. `state` holds what a rule remembers from step to step (nothing,
 * for gradient descent).
 *
 * The rules stand in order of increasing complexity.
 */
export interface Optimizer {
  readonly name: string;
  readonly hyperparameters: Readonly<Record<string, number>>;
  /**
   * Whether the new parameters and state are linear in the old ones and the gradients, element by
   * element with the same factors: then what is a sum of fixed matrices stays one
   * (compiled/sampleSpace.ts).
   */
  readonly linear: boolean;
  /** What the rule remembers of W1 is named with W1 at its end, as vW1. The caller owns it. */
  start(params: Params): Params;
  update(params: Params, grads: Grads, state: Params): { params: Params; state: Params };
}

/**
 * W := W - α dW
 * b := b - α db
 *
 * α is the learning rate. Source: Course 1, week 2.
 *
 * @throws ValueError unless the learning rate is a number above 0.
 */
export function gradientDescent(options: { learningRate: number }): Optimizer {
  assertOptions('gradientDescent', options, { learningRate: true });
  const { learningRate } = options;
  checkLearningRate('gradientDescent', learningRate);
  return {
    name: 'gradientDescent',
    hyperparameters: { learningRate },
    linear: true,
    start: () => ({}),
    update: (params, grads) => {
      const alpha = scalar(learningRate);
      return {
        params: mapParams(params, grads, (P, dP) => tf.sub(P, tf.mul(alpha, dP))),
        state: {},
      };
    },
  };
}

/**
 * V := β V + (1 - β) dW, from V = 0
 * W := W - α V
 *
 * and the same for b. α is the learning rate; β, from 0 to below 1, is how much of the past lasts: the
 * mean runs over about 1/(1 - β) steps. Source: Course 2, week 2.
 *
 * @throws ValueError unless the learning rate is a number above 0 and β lies in [0, 1).
 */
export function momentum(options: { learningRate: number; beta?: number }): Optimizer {
  assertOptions('momentum', options, { learningRate: true, beta: true });
  const { learningRate, beta = 0.9 } = options;
  checkLearningRate('momentum', learningRate);
  if (!(beta >= 0 && beta < 1)) {
    throw new ValueError(`momentum: beta is ${beta}; give a number from 0 to below 1.`);
  }
  return {
    name: 'momentum',
    hyperparameters: { learningRate, beta },
    linear: true,
    start: (params) => mapEntries(params, (name, P) => [`v${name}`, tf.zerosLike(P)]),
    update: (params, grads, state) => {
      const [alpha, keep, take] = [learningRate, beta, 1 - beta].map(scalar);
      const V = mapParams(params, grads, (_, dP, name) =>
        tf.add(tf.mul(keep, state[`v${name}`]), tf.mul(take, dP)),
      );
      return {
        params: mapEntries(params, (name, P) => [name, tf.sub(P, tf.mul(alpha, V[name]))]),
        state: mapEntries(V, (name, VP) => [`v${name}`, VP]),
      };
    },
  };
}

function checkLearningRate(rule: string, learningRate: number): void {
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new ValueError(`${rule}: the learning rate is ${learningRate}; give a number above 0.`);
  }
}

/** f of every parameter and its gradient. @throws ShapeError where a gradient is missing. */
function mapParams(
  params: Params,
  grads: Grads,
  f: (P: Tensor2D, dP: Tensor2D, name: string) => Tensor2D,
): Params {
  return mapEntries(params, (name, P) => {
    const dP = grads[`d${name}`];
    if (!dP) throw new ShapeError(`The gradients hold no d${name}, but there is a ${name}.`);
    return [name, f(P, dP, name)];
  });
}
