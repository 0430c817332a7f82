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

/** W = randn / √n_prev, as `course`. Source: LeCun et al., Efficient BackProp, 1998. */
export const lecun: Initializer = scaledNormal('lecun', (_, nPrev) => 1 / Math.sqrt(nPrev));

/** W uniform from -limit to limit; 0.05 is what Keras takes for embeddings. */
export const uniform = (limit = 0.05): Initializer => scaledUniform('uniform', () => limit);

/** W uniform within ±√(6 / n_prev): he's variance. */
export const heUniform: Initializer = scaledUniform('heUniform', (_, nPrev) =>
  Math.sqrt(6 / nPrev),
);

/** W uniform within ±√(6 / (n_prev + n_l)): xavier's variance. What Keras takes unless told. */
export const glorotUniform: Initializer = scaledUniform('glorotUniform', (n, nPrev) =>
  Math.sqrt(6 / (n + nPrev)),
);

/** W uniform within ±√(3 / n_prev): lecun's variance. */
export const lecunUniform: Initializer = scaledUniform('lecunUniform', (_, nPrev) =>
  Math.sqrt(3 / nPrev),
);

/**
 * W = gain · Q with orthonormal columns, QᵀQ = I, or rows where it is wider than long: states of a
 * recurrent layer keep their length. Weights of more axes are taken as the matrix with the last
 * axis as columns. Q R is the factorization of a normal draw with R's diagonal positive, so every
 * Q is as likely.
 *
 * Source: Saxe, McClelland, Ganguli, arXiv:1312.6120; Mezzadri, Notices of the AMS 54 (2007).
 */
export const orthogonal = (gain = 1): Initializer => ({
  name: 'orthogonal',
  initialize: (n, nPrev, random, shape = [n, nPrev]) => {
    const columns = shape.at(-1)!;
    const rows = sizeOf(shape) / columns;
    const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
    const Q = orthonormal(Array.from({ length: count }, () => random.randn(length)));
    const at = (i: number, j: number) => (rows < columns ? Q[i][j] : Q[j][i]);
    const values = Array.from(
      { length: rows * columns },
      (_, k) => gain * at(Math.floor(k / columns), k % columns),
    );
    return tensor(values, shape);
  },
});

/**
 * Gram and Schmidt's: each vector less its parts along those before it, then of length 1. Twice,
 * because the first time leaves rounding errors of what it takes away.
 */
function orthonormal(vectors: Float64Array[]): Float64Array[] {
  const dot = (v: Float64Array, w: Float64Array) => v.reduce((sum, x, i) => sum + x * w[i], 0);
  vectors.forEach((v, k) => {
    for (const before of [...vectors.slice(0, k), ...vectors.slice(0, k)]) {
      const part = dot(v, before);
      for (let i = 0; i < v.length; i++) v[i] -= part * before[i];
    }
    const length = Math.sqrt(dot(v, v));
    for (let i = 0; i < v.length; i++) v[i] /= length;
  });
  return vectors;
}

type Scale = (n: number, nPrev: number) => number;

function scaledNormal(name: string, scale: Scale): Initializer {
  return scaled(name, scale, (random, size) => random.randn(size));
}

function scaledUniform(name: string, limit: Scale): Initializer {
  return scaled(name, limit, (random, size) => random.rand(size).map((draw) => 2 * draw - 1));
}

type Draws = (random: RandomState, size: number) => Float64Array;

function scaled(name: string, scale: Scale, draws: Draws): Initializer {
  return {
    name,
    initialize: (n, nPrev, random, shape = [n, nPrev]) => {
      const s = scale(n, nPrev);
      return tensor(
        draws(random, sizeOf(shape)).map((draw) => draw * s),
        shape,
      );
    },
  };
}
