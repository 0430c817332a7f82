import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { glorotUniform, type Initializer, orthogonal } from '../initializers.js';
import { type Config, type Layer, pureLayer } from '../layer.js';
import type { Names } from '../options.js';
import { assertCount, assertSwitches } from '../options.js';
import { assertInitializer } from '../parts.js';
import { project, projectBackward } from '../projection.js';
import type { RandomState } from '../random.js';
import { type Params, present, zerosOf } from '../tensors.js';
import { assertSequence } from './sequences.js';

/*
 * What simpleRnn, gru and lstm share: all that is outside of their loop over time. Inside of it
 * everything is a list with a matrix (m, …) for each step, or all of them below each other, (T, m, …).
 */

export interface RecurrentOptions {
  readonly units: number;
  /** Whether it outputs its state h at each step, and not only the last. Default: no. */
  readonly returnSequences?: boolean;
  readonly useBias?: boolean;
  /** Of Wx. Default: glorotUniform, as in Keras. */
  readonly initializer?: Initializer;
  /** Of Wh. Default: orthogonal(), as in Keras. */
  readonly recurrentInitializer?: Initializer;
}

/** The names of those options, for `assertOptions`. */
export const recurrentOptions: Names<RecurrentOptions> = {
  ...({ units: true, returnSequences: true, useBias: true } as const),
  ...({ initializer: true, recurrentInitializer: true } as const),
};

/** The loop over time, which makes the kinds different. */
export interface Cell<C> {
  readonly kind: string;
  /** Options of its own. */
  readonly config?: Config;
  /** How many blocks of u columns Wx and Wh have. */
  readonly gates: number;
  /** The tensors of the state, (m, u) each; h is the first. */
  readonly state: readonly ['h', ...string[]];
  /** Biases beside b. */
  readonly biases?: readonly string[];
  /** What a bias starts at, (g u). Default: zero. */
  readonly initialBias?: (units: number) => Tensor;
  /** @param Zx x Wx + b of each step (T, m, g u) */
  forward(Zx: Tensor, start: Params, params: Params): { h: Tensor[]; last: Params; cache: C };
  /**
   * @param dY of each step's h, (m, u), where it is an output; of the last one in any case
   * @param dLast of the last state, where it is known
   * @returns dZx (T, m, g u), and dWh (u, g u) and the other gradients as sums over the samples
   */
  backward(
    dY: readonly (Tensor | undefined)[],
    dLast: Params,
    cache: C,
    params: Params,
  ): { dZx: Tensor; dStart: Params; grads: Params };
}

/**
 * Zx_t = x_t Wx + b (m, g u), at all T steps in one product, then the loop; Y is each h_t, or h_T
 *
 * dWx = 1/m Σ_t x_tᵀ dZx_t (d, g u)
 * db = 1/m Σ_t Σ dZx_t (g u)
 * dx_t = dZx_t Wxᵀ (m, d)
 *
 * The state starts at `given.state`, or zero, and comes out as `state`: the next piece of a long
 * sequence starts there. Truncated back-propagation leaves out `dState`, which goes the other way.
 */
export function recurrent<C>(cell: Cell<C>, options: RecurrentOptions): Layer {
  const { kind, gates } = cell;
  const { units, returnSequences = false, useBias = true } = options;
  const { initializer = glorotUniform, recurrentInitializer = orthogonal() } = options;
  assertCount(`${kind}: units`, units);
  assertSwitches(kind, { returnSequences, useBias });
  assertInitializer(`${kind}: the initializer`, initializer);
  assertInitializer(`${kind}: the recurrentInitializer`, recurrentInitializer);
  const columns = gates * units;
  const weights = (rows: number, of: Initializer) => ({
    shape: [rows, columns],
    initialize: (random: RandomState) => of.initialize(columns, rows, random, [rows, columns]),
    decays: true,
    incoming: [0],
  });
  const start = () => cell.initialBias?.(units) ?? zerosOf([columns]); // (g u)
  const biases = useBias ? ['b', ...(cell.biases ?? [])] : [];
  const layer: Layer<{ XInTime: Tensor; ofCell: C }> = {
    kind,
    config: { units, returnSequences, useBias, ...cell.config },
    output: (input) => {
      assertSequence(input);
      return returnSequences ? [input[0], units] : [units];
    },
    parameters: (input) => ({
      Wx: weights(input.at(-1)!, initializer),
      Wh: weights(units, recurrentInitializer),
      ...Object.fromEntries(biases.map((b) => [b, { shape: [columns], initialize: start }])),
    }),
    state: () => Object.fromEntries(cell.state.map((name) => [name, [units]])),
    forward: (X, { params, state = {} }) => {
      const zero = () => zerosOf([X.shape[0], units]); // (m, u)
      const first = Object.fromEntries(cell.state.map((name) => [name, state[name] ?? zero()]));
      const XInTime = tf.transpose(X, [1, 0, 2]); // (T, m, d)
      const Zx = project(XInTime, params.Wx, params.b); // (T, m, g u)
      const { h, last, cache } = cell.forward(Zx, first, params);
      const Y = returnSequences ? tf.stack(h, 1) : tf.transpose(last.h); // (m, T, u) or (u, m)
      return { Y, cache: { XInTime, ofCell: cache }, state: last };
    },
    backward: (dY, { params }, { XInTime, ofCell }, dState = {}) => {
      const [T, m] = XInTime.shape;
      const atEnd = () => [...new Array<undefined>(T - 1), tf.transpose(dY)];
      const dYs = returnSequences ? tf.unstack(dY, 1) : atEnd(); // T of (m, u)
      const { dZx, dStart, grads } = cell.backward(dYs, dState, ofCell, params);
      const { dW, db, dX } = projectBackward(dZx, XInTime, params.Wx);
      const sums = present({ dWx: dW(), db: useBias && db(), ...grads }); // (d, g u), (g u), …
      const means = Object.entries(sums).map(([name, sum]) => [name, tf.div(sum, m)]);
      return {
        dX: () => tf.transpose(dX(), [1, 0, 2]), // (m, T, d)
        grads: Object.fromEntries(means),
        dState: dStart,
      };
    },
  };
  return pureLayer(layer) as Layer;
}

/** Some of what each step keeps, for all steps: (T, m, …) each. */
export const overTime = <K extends string>(steps: readonly Record<K, Tensor>[], ...names: K[]) =>
  names.map((name) => tf.stack(steps.map((step) => step[name])));

/** The derivative of S = σ(Z), and that of A = tanh(Z). */
export const ofSigmoid = (S: Tensor) => tf.mul(S, tf.sub(1, S));
export const ofTanh = (A: Tensor) => tf.sub(1, tf.square(A));

/** A + B, where one may be missing. */
export const sum = (A: Tensor | undefined, B: Tensor | undefined): Tensor =>
  A && B ? tf.add(A, B) : (A ?? B)!;
