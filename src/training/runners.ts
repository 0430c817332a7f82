import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { sampleSpace } from '../compiled/sampleSpace.js';
import { ValueError } from '../core/errors.js';
import type { Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import { keptTranspose } from '../core/products.js';
import { step, type TrainingState } from './step.js';

/** The columns of a step's samples; undefined for all of them. */
export type Batch = Int32Array | undefined;

/** Who runs the steps. The mathematics is the same; `state` is whole and the newest after each call. */
export interface Runner {
  /** Between two calls, signals and callbacks have their turn. */
  readonly stepsAtOnce: number;
  /** A step for each batch, in this order. */
  run(state: TrainingState, batches: readonly Batch[]): void;
  dispose(): void;
}

/** Makes a runner of steps on X (n_x, m) and Y (n_y, m), whose transpose Xᵀ is kept beside it. */
export type Plan = (network: Network, optimizer: Optimizer, X: Tensor2D, Y: Tensor2D) => Runner;

/** One operation after the other, as the step is written. */
export const plain: Plan = (network, optimizer, X, Y) => ({
  stepsAtOnce: 1,
  run: (state, batches) => {
    for (const batch of batches) step(network, optimizer, state, X, Y, { batch });
  },
  dispose: () => {},
});

/**
 * The first layer in sample space, for a hundred steps at most: then W1 is put together and the next
 * hundred start from it, so that rounding in S never adds up over a whole run.
 *
 * @throws ValueError for an optimizer that is not linear in the gradient.
 */
export const inSampleSpace: Plan = (network, optimizer, X, Y) => {
  if (!optimizer.linear) {
    throw new ValueError(
      `${optimizer.name} is not linear in the gradient, so that sample space cannot hold it; train without.`,
    );
  }
  const XT = keptTranspose(X)!;
  const K = tf.matMul(XT, X) as Tensor2D; // (m, m)
  return {
    stepsAtOnce: 100,
    run: (state, batches) => {
      const bases = { ...state.params, ...state.optimizerState };
      const space = sampleSpace(network, bases, X, { XT, K, batches: batches.some(Boolean) });
      const inside: TrainingState = {
        params: space.enter(state.params),
        optimizerState: space.enter(state.optimizerState),
      };
      try {
        for (const batch of batches) step(space.network, optimizer, inside, space.X, Y, { batch });
      } finally {
        state.params = space.leave(inside.params);
        state.optimizerState = space.leave(inside.optimizerState);
        for (const values of [bases, inside.params, inside.optimizerState])
          tf.dispose({ ...values });
        space.dispose();
      }
    },
    dispose: () => K.dispose(),
  };
};
