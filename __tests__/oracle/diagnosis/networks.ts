import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { RandomState } from '../../../src/core/random.js';

/*
 * The networks of the matrix, as a student writes them: forward, cost and backward in plain operations,
 * with nothing from src but the random numbers. Each line of the backward pass can be replaced by a
 * wrong one.
 */

export interface PlantedNetwork {
  readonly name: string;
  /** n_x, n_1, … n_y */
  readonly sizes: readonly number[];
  /** Of the hidden layers. */
  readonly hidden: readonly Hidden[];
  readonly output: 'sigmoid' | 'softmax';
}

export interface Hidden {
  g(Z: Tensor): Tensor;
  slope(Z: Tensor, A: Tensor): Tensor;
}

export const hidden = {
  tanh: { g: (Z) => tf.tanh(Z), slope: (_, A) => tf.sub(1, tf.square(A)) },
  relu: { g: (Z) => tf.relu(Z), slope: (Z) => tf.cast(tf.greater(Z, 0), 'float32') },
  leakyRelu: {
    g: (Z) => tf.maximum(Z, tf.mul(0.01, Z)),
    slope: (Z) => tf.where(tf.greater(Z, 0), tf.onesLike(Z), tf.mul(0.01, tf.onesLike(Z))),
  },
  sigmoid: { g: (Z) => tf.sigmoid(Z), slope: (_, A) => tf.mul(A, tf.sub(1, A)) },
} satisfies Record<string, Hidden>;

const { tanh, relu, leakyRelu } = hidden;

export const networks: readonly PlantedNetwork[] = [
  { name: 'logistic', sizes: [5, 1], hidden: [], output: 'sigmoid' },
  { name: 'shallow tanh', sizes: [5, 4, 1], hidden: [tanh], output: 'sigmoid' },
  // All of its layers but the last are square: there a lost transpose throws no error.
  { name: '3-layer relu', sizes: [4, 4, 4, 1], hidden: [relu, relu], output: 'sigmoid' },
  { name: 'softmax', sizes: [5, 4, 4, 3], hidden: [leakyRelu, tanh], output: 'softmax' },
];

export const m = 7;
export const keep = 0.8;
const lambda = 0.6;

export type Variant = 'l2' | 'dropout' | undefined;

/** What the lines of the backward pass see, by layer. */
export interface Pass {
  readonly L: number;
  readonly nY: number;
  readonly X: Tensor;
  readonly Y: Tensor;
  readonly network: PlantedNetwork;
  W(l: number): Tensor;
  b(l: number): Tensor;
  Z(l: number): Tensor;
  /** What layer l + 1 sees: A[0] = X, and A[l] with dropout. */
  A(l: number): Tensor;
  /** A[l] before dropout. */
  whole(l: number): Tensor;
  /** D[l], of 0 and 1; 1 where there is no dropout. */
  D(l: number): Tensor;
  keep: number;
  /** g'(Z[l]) */
  slope(l: number): Tensor;
  /** λ, 0 without L2. */
  lambda: number;
  /** What the lines above have given. */
  dA(l: number): Tensor;
  dZ(l: number): Tensor;
  dW(l: number): Tensor;
}

type Line = (pass: Pass, l: number) => Tensor;

/** The backward pass, line by line. */
export interface Lines {
  /** dZ[L] */
  readonly dZL: Line;
  /** dA[l], l < L */
  readonly dA: Line;
  /** dZ[l], l < L */
  readonly dZ: Line;
  readonly dW: Line;
  readonly db: Line;
}

export const right: Lines = {
  dZL: ({ A, L, Y }) => tf.sub(A(L), Y),
  dA: ({ W, dZ, D, keep }, l) =>
    tf.div(tf.mul(tf.matMul(W(l + 1), dZ(l + 1), true, false), D(l)), keep),
  dZ: ({ dA, slope }, l) => tf.mul(dA(l), slope(l)),
  dW: ({ dZ, A, W, lambda }, l) =>
    tf.add(tf.div(tf.matMul(dZ(l), A(l - 1), false, true), m), tf.mul(W(l), lambda / m)),
  db: ({ dZ }, l) => tf.div(tf.sum(dZ(l), 1, true), m),
};

type Gradients = Record<string, Tensor>;

/** What is wrong with a backward pass: lines of one layer, or of all, or what it returns. */
export interface Deviation {
  readonly lines?: Partial<Lines>;
  readonly layer: number | 'all';
  readonly returns?: (grads: Gradients, pass: Pass) => Gradients;
}

/** Numbers to check a network on, as nested arrays; the dropout masks D with them. */
export function drawPoint({ sizes, output }: PlantedNetwork, seed: number) {
  const random = new RandomState(1000 + seed);
  const rows = (n: number, k: number, draw: () => number) =>
    Array.from({ length: n }, () => Array.from({ length: k }, draw));
  const params: Record<string, number[][]> = {};
  for (let l = 1; l < sizes.length; l++) {
    const scale = 1.4 / Math.sqrt(sizes[l - 1]);
    params[`W${l}`] = rows(sizes[l], sizes[l - 1], () => scale * random.gauss());
    params[`b${l}`] = rows(sizes[l], 1, () => 0.3 * random.gauss());
  }
  const nY = sizes.at(-1) as number;
  const X = rows(sizes[0], m, () => random.gauss());
  const classes = Array.from({ length: m }, (_, j) => (j < nY ? j : random.randint(0, nY, 1)[0]));
  const oneHot = rows(nY, 0, () => 0).map((_, i) => classes.map((c) => Number(c === i)));
  const binary = rows(1, m, () => Number(random.uniform() < 0.5));
  // A mask that drops everything, or nothing, would hide what is wrong with it.
  const D = sizes
    .slice(1, -1)
    .map((n, l) =>
      rows(n, m, () => 1).map((row, i) => row.map((_, j) => Number((i + 2 * j + l) % 5 > 0))),
    );
  return { params, X, Y: output === 'softmax' ? oneHot : binary, D };
}

/** The network with its backward pass, right or with a deviation, as a subject of the check. */
export function plant(
  network: PlantedNetwork,
  seed: number,
  variant: Variant,
  deviation?: Deviation,
) {
  const { D: masks, ...point } = drawPoint(network, seed);
  const { sizes, output } = network;
  const L = sizes.length - 1;
  const λ = variant === 'l2' ? lambda : 0;
  const hasDropout = variant === 'dropout';

  const forward = (_: typeof tf, params: Readonly<Gradients>, X: Tensor, Y: Tensor) => {
    const Z: Tensor[] = [X];
    const whole: Tensor[] = [X];
    const A: Tensor[] = [X];
    for (let l = 1; l <= L; l++) {
      Z[l] = tf.add(tf.matMul(params[`W${l}`] as Tensor2D, A[l - 1] as Tensor2D), params[`b${l}`]);
      if (l < L) whole[l] = network.hidden[l - 1].g(Z[l]);
      else if (output === 'sigmoid') whole[l] = tf.sigmoid(Z[l]);
      else whole[l] = tf.div(tf.exp(Z[l]), tf.sum(tf.exp(Z[l]), 0, true));
      A[l] = l < L && hasDropout ? tf.div(tf.mul(whole[l], masks[l - 1]), keep) : whole[l];
    }
    const logs =
      output === 'softmax'
        ? tf.mul(Y, tf.log(A[L]))
        : tf.add(tf.mul(Y, tf.log(A[L])), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, A[L]))));
    let cost: Tensor = tf.neg(tf.div(tf.sum(logs), m));
    for (let l = 1; l <= L && λ > 0; l++) {
      cost = tf.add(cost, tf.mul(λ / (2 * m), tf.sum(tf.square(params[`W${l}`]))));
    }
    return { cost, cache: { Z, whole, A } };
  };

  const backward = (
    _: typeof tf,
    params: Readonly<Gradients>,
    X: Tensor,
    Y: Tensor,
    cache: unknown,
  ) => {
    const { Z, whole, A } = cache as { Z: Tensor[]; whole: Tensor[]; A: Tensor[] };
    const dA: Tensor[] = [];
    const dZ: Tensor[] = [];
    const grads: Gradients = {};
    const pass: Pass = {
      L,
      nY: sizes[L],
      X,
      Y,
      network,
      W: (l) => params[`W${l}`],
      b: (l) => params[`b${l}`],
      Z: (l) => Z[l],
      A: (l) => A[l],
      whole: (l) => whole[l],
      D: (l) => (hasDropout ? tf.tensor(masks[l - 1]) : tf.onesLike(Z[l])),
      keep: hasDropout ? keep : 1,
      slope: (l) => network.hidden[l - 1].slope(Z[l], whole[l]),
      lambda: λ,
      dA: (l) => dA[l],
      dZ: (l) => dZ[l],
      dW: (l) => grads[`dW${l}`],
    };
    const line = (name: keyof Lines, l: number) => {
      const isHere = deviation?.layer === l || deviation?.layer === 'all';
      const wrong = isHere ? deviation?.lines?.[name] : undefined;
      return (wrong ?? right[name])(pass, l);
    };
    for (let l = L; l >= 1; l--) {
      if (l < L) dA[l] = line('dA', l);
      dZ[l] = l < L ? line('dZ', l) : line('dZL', l);
      grads[`dW${l}`] = line('dW', l);
      grads[`db${l}`] = line('db', l);
    }
    return deviation?.returns ? deviation.returns(grads, pass) : grads;
  };

  return { ...point, forward, backward };
}
