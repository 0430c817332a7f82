import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from './errors.js';
import { assertAbove0, assertFrom0, type Optimizer, type Update } from './optimizer.js';
import { assertOptions } from './options.js';
import { assertOptimizer } from './parts.js';
import { isPure, pure } from './pure.js';
import { type Grads, mapEntries, scalar } from './tensors.js';

/** One of the first three. */
export interface ClippingOptions {
  /** The largest |element|; Keras's clipvalue. */
  readonly value?: number;
  /** The largest norm of each gradient by itself; Keras's clipnorm. */
  readonly norm?: number;
  /** The largest norm of all gradients together; Keras's global_clipnorm. */
  readonly globalNorm?: number;
  /** Added to a norm; PyTorch's clip_grad_norm_ has 1e-6. Default: 0. */
  readonly epsilon?: number;
}

/**
 * An optimizer that is given smaller gradients where they are large:
 *
 * dW := min(max(dW, -c), c), for the value c
 * dW := dW min(1, c / (‖dW‖ + ε)), for the norm c, and the same for each db
 * dW := dW min(1, c / (‖dW1, db1, dW2, …‖ + ε)), for the globalNorm c, one factor for all
 *
 * State, learning rate and shapes are the optimizer's. Source: Pascanu, Mikolov, Bengio,
 * arXiv:1211.5063; Course 5, week 1.
 *
 * @throws ValueError unless exactly one of the three is given, above 0.
 */
export function clipped(optimizer: Optimizer, options: ClippingOptions): Optimizer {
  assertOptimizer('clipped: the optimizer', optimizer);
  assertOptions('clipped', options, { value: true, norm: true, globalNorm: true, epsilon: true });
  const { epsilon = 0, ...bounds } = options;
  const [given, ...more] = Object.entries(bounds).filter(([, bound]) => bound !== undefined);
  if (!given || more.length > 0) {
    throw new ValueError(
      `clipped: ${given ? `${given[0]} and ${more[0][0]} are both given` : 'nothing to clip by'}; give one of value, norm and globalNorm.`,
    );
  }
  const [by, bound] = given as [keyof typeof clips, number];
  assertAbove0('clipped', { [by]: bound });
  assertFrom0('clipped', { epsilon });
  if (by === 'value' && epsilon > 0) {
    throw new ValueError('clipped: epsilon is added to a norm, and value has none; leave it out.');
  }
  const { name, hyperparameters, update } = optimizer;
  const clip: Update = (params, grads, state) =>
    update(params, clips[by](grads, bound, epsilon), state);
  return {
    ...optimizer,
    name: `clipped ${name}`,
    hyperparameters: {
      ...{ ...hyperparameters, [told[by]]: bound },
      ...(epsilon > 0 && { clipEpsilon: epsilon }),
    },
    linear: false,
    start: (params) => optimizer.start(params),
    update: isPure(update) ? pure(clip) : clip,
  };
}

const told = { value: 'clipValue', norm: 'clipNorm', globalNorm: 'globalClipNorm' } as const;

type Clip = (grads: Grads, bound: number, epsilon: number) => Grads;

const clips: Record<keyof typeof told, Clip> = {
  value: (grads, c) => mapEntries(grads, (name, dP) => [name, tf.clipByValue(dP, -c, c)]),
  norm: (grads, c, epsilon) =>
    mapEntries(grads, (name, dP) => [name, tf.mul(dP, factor(squares(dP), c, epsilon))]),
  globalNorm: (grads, c, epsilon) => {
    const all = Object.values(grads).map(squares);
    if (all.length === 0) return grads;
    const shared = factor(tf.addN(all), c, epsilon); // ()
    return mapEntries(grads, (name, dP) => [name, tf.mul(dP, shared)]);
  },
};

const squares = (dP: Tensor): Tensor => tf.sum(tf.square(dP)); // ()

/** min(1, c / (‖…‖ + ε)) (), which is 1 of a gradient of zeros. */
const factor = (sum: Tensor, c: number, epsilon: number): Tensor =>
  tf.div(scalar(c), tf.maximum(tf.add(tf.sqrt(sum), scalar(epsilon)), scalar(c)));
