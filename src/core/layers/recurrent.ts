import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../errors.js';
import { course, type Initializer } from '../initializers.js';
import { type Config, inShape, type Layer, type Parameter, pureLayer } from '../layer.js';
import { inWords, type Names } from '../options.js';
import { assertInitializer } from '../parts.js';
import { project, projectBackward } from '../projection.js';
import type { RandomState } from '../random.js';
import { type Params, present, zerosOf } from '../tensors.js';

/*
 * What simpleRnn, gru and lstm share: all that is outside of their loop over time. Inside of it
 * everything is a list with a matrix (m, …) for each step, or all of them below each other, (T, m, …).
 */

export interface RecurrentOptions {
  readonly units: number;
  /** Whether it outputs its state h at each step, and not only the last. Default: no. */
  readonly returnSequences?: boolean;
  readonly useBias?: boolean;
  /** Of Wx and Wh. Default: randn / √d and randn / √u. */
  readonly initializer?: Initializer;
}

/** The names of those options, for `assertOptions`. */
export const recurrentOptions: Names<RecurrentOptions> = {
  ...({ units: true, returnSequences: true, useBias: true, initializer: true } as const),
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
  /** The bias that b starts from, (g u). Default: zero. */
  readonly initialBias?: (units: number) => Tensor;
  /** @param Zx x Wx + b of each step (T, m, g u) */
  forward(Zx: Tensor, start: Params, params: Params): { h: Tensor[]; last: Params; cache: C };
  /**
   * @param dY of each step's h, (m, u), where it is an output; of the last one in any case
   * @param dLast of the last state, where it is known
   * @returns dZx (T, m, g u), the gradient of the first state, and sums of gradients
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
export function recurrent<C>(
  cell: Cell<C>,
  { units, returnSequences = false, useBias = true, initializer = course }: RecurrentOptions,
): Layer {
  const { kind, gates } = cell;
  if (!Number.isInteger(units) || units < 1) {
    throw new ValueError(
      `${kind}: a state of ${inWords(units)} units; give a whole number from 1.`,
    );
  }
  assertSwitches(kind, { returnSequences, useBias });
  assertInitializer(`${kind}: the initializer`, initializer);
  const columns = gates * units;
  const weights = (rows: number) => ({
    shape: [rows, columns],
    initialize: (random: RandomState) =>
      initializer.initialize(units, rows, random, [rows, columns]),
    decays: true,
  });
  const bias = (initialize = () => zerosOf([columns])) => ({ shape: [columns], initialize });
  const layer: Layer<{ XInTime: Tensor; ofCell: C }> = {
    kind,
    config: { units, returnSequences, useBias, ...cell.config },
    output: (input) => {
      if (input.length === 2) return returnSequences ? [input[0], units] : [units];
      throw new ShapeError(
        `a sequence of T steps with d features, [T, d], is needed, and not ${inShape(input)}. ` +
          'Put a reshape or an embedding before it.',
      );
    },
    parameters: (input) => {
      const { initialBias } = cell;
      const more = (cell.biases ?? []).map((name) => [name, bias()] as const);
      return present<Parameter>({
        Wx: weights(input.at(-1)!),
        Wh: weights(units),
        b: useBias && bias(initialBias && (() => initialBias(units))),
        ...(useBias && Object.fromEntries(more)),
      });
    },
    state: () => Object.fromEntries(cell.state.map((name) => [name, [units]])),
    forward: (X, { params, state = {} }) => {
      const start = Object.fromEntries(
        cell.state.map((name) => [name, state[name] ?? zerosOf([X.shape[0], units])]), // (m, u)
      );
      const XInTime = tf.transpose(X, [1, 0, 2]); // (T, m, d)
      const Zx = project(XInTime, params.Wx, params.b); // (T, m, g u)
      const { h, last, cache } = cell.forward(Zx, start, params);
      const Y = returnSequences ? tf.stack(h, 1) : tf.transpose(last.h); // (m, T, u) or (u, m)
      return { Y, cache: { XInTime, ofCell: cache }, state: last };
    },
    backward: (dY, { params }, { XInTime, ofCell }, dState = {}) => {
      const [T, m] = XInTime.shape;
      const none = new Array<undefined>(T - 1);
      const dYs = returnSequences ? tf.unstack(dY, 1) : [...none, tf.transpose(dY)]; // T of (m, u)
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

/** @throws ValueError if one of them is not true or false. */
export function assertSwitches(kind: string, switches: Readonly<Record<string, boolean>>): void {
  for (const [name, value] of Object.entries(switches)) {
    if (typeof value !== 'boolean') {
      throw new ValueError(`${kind}: ${name} is ${inWords(value)}; give true or false.`);
    }
  }
}

/** One of the things that each step keeps, for all steps: (T, m, …). */
export const overTime = <Name extends string>(steps: readonly Record<Name, Tensor>[], name: Name) =>
  tf.stack(steps.map((step) => step[name]));

/** The derivative of S = σ(Z), and that of A = tanh(Z). */
export const ofSigmoid = (S: Tensor) => tf.mul(S, tf.sub(1, S));
export const ofTanh = (A: Tensor) => tf.sub(1, tf.square(A));

/** A + B, where one may be missing. */
export const sum = (A: Tensor | undefined, B: Tensor | undefined): Tensor =>
  A && B ? tf.add(A, B) : (A ?? B)!;
