import type { Tensor } from '@tensorflow/tfjs-core';
import { type Shape, sizeOf } from './layer.js';
import type { RandomState } from './random.js';
import { tensor, zerosOf } from './tensors.js';

/**
 * Initial weights of a layer, W (n_l, n_prev); biases always start at zero. Values are drawn row by
 * row from the network's single random stream, like numpy's `randn(n_l, n_prev)`. For weights of
 * another `shape`, n and n_prev are the numbers of units that each input reaches, and that reach
 * each output. The caller owns W.
 *
 * Every value exported from this file is an initializer or returns one.
 */
export interface Initializer {
  readonly name: string;
  initialize(n: number, nPrev: number, random: RandomState, shape?: Shape): Tensor;
}

/** W = 0. Works for logistic regression; in a hidden layer all units would stay identical. */
export const zeros: Initializer = {
  name: 'zeros',
  initialize: (n, nPrev, _, shape = [n, nPrev]) => zerosOf(shape),
};

/** W = scale · randn. Source: Course 1, week 3. */
export const normal = (scale = 0.01): Initializer => scaledNormal('normal', () => scale);

/** W = randn / √n_prev. Source: the deep network of Course 1, week 4. */
export const course: Initializer = scaledNormal('course', (_, nPrev) => 1 / Math.sqrt(nPrev));

/** W = randn · √(2 / n_prev), for relu. Source: He et al., arXiv:1502.01852. */
export const he: Initializer = scaledNormal('he', (_, nPrev) => Math.sqrt(2 / nPrev));

/** W = randn · √(2 / (n_prev + n_l)), for tanh and sigmoid. Source: Glorot, Bengio, AISTATS 2010. */
export const xavier: Initializer = scaledNormal('xavier', (n, nPrev) => Math.sqrt(2 / (n + nPrev)));

function scaledNormal(name: string, scale: (n: number, nPrev: number) => number): Initializer {
  return {
    name,
    initialize: (n, nPrev, random, shape = [n, nPrev]) => {
      const s = scale(n, nPrev);
      return tensor(
        random.randn(sizeOf(shape)).map((draw) => draw * s),
        shape,
      );
    },
  };
}
