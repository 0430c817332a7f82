import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from './errors.js';
import { type Grads, type Params, scalar } from './tensors.js';

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
export function gradientDescent({ learningRate }: { learningRate: number }): Optimizer {
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new ValueError(
      `gradientDescent: the learning rate is ${learningRate}; give a number above 0.`,
    );
  }
  return {
    name: 'gradientDescent',
    hyperparameters: { learningRate },
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

/** f of every parameter and its gradient. @throws ShapeError where a gradient is missing. */
function mapParams(
  params: Params,
  grads: Grads,
  f: (P: Tensor2D, dP: Tensor2D) => Tensor2D,
): Params {
  const updated = Object.entries(params).map(([name, P]) => {
    const dP = grads[`d${name}`];
    if (!dP) throw new ShapeError(`The gradients hold no d${name}, but there is a ${name}.`);
    return [name, f(P, dP)] as const;
  });
  return Object.fromEntries(updated);
}
