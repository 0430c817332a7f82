// Note 003's two lines of the update: no learning rate, and each layer's step goes to the next layer.
// No backward pass, so `handgrad check` does not read it: checkUpdate(withoutLearningRate, …) does.

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';

type Tensors = Readonly<Record<string, Tensor2D>>;

/** W[l] := W[l] - dW[l] */
export const withoutLearningRate = (tf: typeof tfjs) => (params: Tensors, grads: Tensors) => ({
  params: Object.fromEntries(
    Object.entries(params).map(([name, P]) => [name, tf.sub<Tensor2D>(P, grads[`d${name}`])]),
  ),
});

/** W[l+1] := W[l] - α dW[l] */
export const intoTheNextLayer =
  (tf: typeof tfjs) =>
  (params: Tensors, grads: Tensors, _: unknown, { learningRate }: { learningRate: number }) => ({
    params: {
      ...params,
      ...Object.fromEntries(
        ['W', 'b'].map((name) => [
          `${name}2`,
          tf.sub<Tensor2D>(params[`${name}1`], tf.mul(learningRate, grads[`d${name}1`])),
        ]),
      ),
    },
  });
