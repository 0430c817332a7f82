import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type Activation, sigmoid } from './activations.js';
import { ValueError } from './errors.js';
import { course, type Initializer } from './initializers.js';
import { linearBackward, linearForward } from './linear.js';
import { assertActivation, assertInitializer } from './parts.js';
import type { RandomState } from './random.js';
import { type Grads, matrix, type Params } from './tensors.js';

/** What the forward step keeps for the backward step. */
export interface Cache {
  readonly APrev: Tensor2D; // (n_prev, m)
  /** A_prevᵀ if available: in the first layer, the transposed data. */
  readonly APrevT?: Tensor2D; // (m, n_prev)
  readonly Z: Tensor2D; // (n_l, m)
  readonly A: Tensor2D; // (n_l, m)
}

/** Result of the backward step: the layer's gradients, and dA_prev for the layer below. */
export interface Backward {
  readonly grads: Grads; // { dW, db }
  readonly dAPrev: () => Tensor2D; // (n_prev, m)
}

/** One layer of a network, forward and backward. The caller owns the results. */
export interface Layer {
  readonly units: number;
  readonly activation: Activation;
  /** The names of the parameters, such as W and b. */
  readonly parameters: readonly string[];
  initialize(nPrev: number, random: RandomState): Params;
  forward(APrev: Tensor2D, params: Params): Cache;
  /** Starts from dZ, which the activation (dZ = dA ∘ g'(Z)) or a fused loss computes. */
  backward(dZ: Tensor2D, params: Params, cache: Cache): Backward;
}

const ofDense = new WeakSet<Layer['forward'] | Layer['backward']>();

/** Whether both functions of a layer are those of `dense`: a copy with another function is not dense. */
export const isDense = ({ forward, backward }: Layer): boolean =>
  ofDense.has(forward) && ofDense.has(backward);

/**
 * Z = W A_prev + b, A = g(Z)
 * dW, db and dA_prev from dZ, as in `linearBackward`
 *
 * @throws ValueError if units is not an integer of at least 1, or if the activation or initializer
 *   is given by name.
 */
export function dense(
  units: number,
  activation: Activation = sigmoid,
  initializer: Initializer = course,
): Layer {
  if (!Number.isInteger(units) || units < 1) {
    throw new ValueError(`dense: a layer of ${units} units; give a whole number from 1.`);
  }
  assertActivation('dense: the activation', activation);
  assertInitializer('dense: the initializer', initializer);
  const layer: Layer = {
    units,
    activation,
    parameters: ['W', 'b'],
    initialize: (nPrev, random) => ({
      W: initializer.initialize(units, nPrev, random), // (n_l, n_prev)
      b: matrix(new Float64Array(units), [units, 1]), // (n_l, 1)
    }),
    forward: (APrev, { W, b }) => {
      const Z = linearForward(APrev, W, b); // (n_l, m)
      const A = activation.forward(Z); // (n_l, m)
      return { APrev, Z, A };
    },
    backward: (dZ, { W }, { APrev, APrevT }) => {
      const { dW, db, dAPrev } = linearBackward(dZ, APrev, W, APrevT);
      return { grads: { dW, db }, dAPrev };
    },
  };
  for (const f of [layer.forward, layer.backward]) ofDense.add(f);
  return layer;
}
