import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { RandomState } from './random.js';
import { matrix } from './tensors.js';

/**
 * Initial weights of a layer, W (n_l, n_prev); biases always start at zero. Values are drawn row by
 * row from the network's single random stream, like numpy's `randn(n_l, n_prev)`. The caller owns
 * W.
 *
 * Every value exported from this file is an initializer or returns one.
 */
export interface Initializer {
  readonly name: string;
  initialize(n: number, nPrev: number, random: RandomState): Tensor2D;
}

/** W = 0. Works for logistic regression; in a hidden layer all units would stay identical. */
export const zeros: Initializer = {
  name: 'zeros',
  initialize: (n, nPrev) => matrix(new Float64Array(n * nPrev), [n, nPrev]),
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
    initialize: (n, nPrev, random) => {
      const s = scale(n, nPrev);
      return matrix(
        random.randn(n * nPrev).map((draw) => draw * s),
        [n, nPrev],
      );
    },
  };
}
