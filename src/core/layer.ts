import type { Tensor } from '@tensorflow/tfjs-core';
import { isPure, pure } from './pure.js';
import type { RandomState } from './random.js';
import type { Grads, Params } from './tensors.js';

/**
 * The shape of one sample. m samples of shape [n] are a matrix (n, m), with samples in columns as in
 * Course 1; those of any longer shape come first: pictures [n_H, n_W, n_C] are (m, n_H, n_W, n_C) as
 * in Course 4, sequences [T, d] are (m, T, d).
 */
export type Shape = readonly number[];

/** What JSON holds. */
export type Json =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Json[]
  | { readonly [name: string]: Json };
export type Config = { readonly [name: string]: Json };

/** A parameter of a layer, for one input shape. */
export interface Parameter {
  /** The tensor's whole shape. */
  readonly shape: Shape;
  /** The caller owns it. */
  initialize(random: RandomState): Tensor;
  /** Whether L2 and weight decay apply. Default: no. */
  readonly decays?: boolean;
  /** The axes along which the weights that come into one unit lie, of weights: `maxNorm`. */
  readonly incoming?: readonly number[];
  /** False for running statistics, which the forward step updates, and what is frozen. Default: yes. */
  readonly trained?: boolean;
}

/** What a layer is given beside its input. */
export interface Given {
  /** By the layer's own names, such as { W, b }. */
  readonly params: Params;
  /** Whether the layer trains or predicts. */
  readonly training: boolean;
  /** Whether running statistics stay as they are, and are taken while training too. Default: no. */
  readonly frozen?: boolean;
  /** Uniform draws from [0, 1) with the shapes of `noise`, if training. */
  readonly noise?: Params;
  /** The state that a recurrent layer starts from, with the shapes of `state`. Default: zeros. */
  readonly state?: Params;
  /** Xᵀ, in the first layer, if available. */
  readonly XT?: Tensor;
}

export interface Forward<C> {
  readonly Y: Tensor;
  /** What the backward step needs. It lives as long as the enclosing `tf.tidy`. */
  readonly cache: C;
  /** New running statistics, if training. */
  readonly updated?: Params;
  /** The state that a recurrent layer ends in. */
  readonly state?: Params;
}

export interface Backward {
  /**
   * dX of the layer's input, per sample. A function, because the first layer's is the gradient of
   * the data, which costs as much as dW and is rarely asked for.
   */
  readonly dX: () => Tensor;
  /** { dW, db, … }, in the shapes of the parameters: means over the m samples, 1/m Σ. */
  readonly grads: Grads;
  /** The gradient of the state that a recurrent layer started from, per sample. */
  readonly dState?: Params;
}

/**
 * One layer, forward and backward. It declares what the rest of the house needs to know: whoever
 * trains, checks, records, saves or exports networks asks the layer, and never for its kind.
 *
 * `forward` and `backward` are pure: mode, noise, running statistics and states come in as inputs
 * and go out as outputs. Both are called inside a `tf.tidy`, and the caller owns the results.
 */
export interface Layer<C = unknown> {
  /** The name of the function that makes it. */
  readonly kind: string;
  /** Its options, by which that function makes it again. */
  readonly config: Config;
  /** If the input holds ids (m, T), such as tokens: whole numbers from 0 to below `ids`. */
  readonly reads?: { readonly ids: number };
  /** If it scales bytes of pictures itself: they are not to be divided by 255 before. */
  readonly takesBytes?: boolean;
  /**
   * The shape of a sample of the output.
   *
   * @throws ShapeError if the layer does not take such an input.
   */
  output(input: Shape): Shape;
  /** The parameters by their own names, in the order of initialization. */
  parameters(input: Shape): Readonly<Record<string, Parameter>>;
  /** The shapes, for one sample, of the uniform draws that a step needs. */
  noise?(input: Shape): Readonly<Record<string, Shape>>;
  /** The shapes, for one sample, of a recurrent layer's state (m, …). */
  state?(input: Shape): Readonly<Record<string, Shape>>;
  forward(X: Tensor, given: Given): Forward<C>;
  /**
   * @param dY per sample, m times dJ/dY
   * @param dState the gradient of the final state, per sample; default: zero
   */
  backward(dY: Tensor, given: Given, cache: C, dState?: Params): Backward;
}

interface TwoWay {
  readonly forward: (...args: never[]) => unknown;
  readonly backward: (...args: never[]) => unknown;
}

/** A layer whose functions are known to be pure, so steps through it can be recorded. */
export function pureLayer<L extends TwoWay>(layer: L): L {
  pure(layer.forward);
  pure(layer.backward);
  return layer;
}

export const isPureLayer = ({ forward, backward }: TwoWay) => isPure(forward) && isPure(backward);

/** m samples of a shape, as a tensor's shape: (n, m), or (m, …). */
export const batchShape = (sample: Shape, m: number): number[] =>
  sample.length === 1 ? [sample[0], m] : [m, ...sample];

/** The shape of one sample in X: ids (m, T) have their samples in rows. */
export const sampleShape = ({ shape }: Tensor, reads?: Layer['reads']): Shape =>
  shape.length === 2 && !reads ? [shape[0]] : shape.slice(1);

/** The number of samples in a layer's output or its gradient: columns of a matrix, else the first axis. */
export const samplesIn = ({ shape }: Tensor): number => (shape.length === 2 ? shape[1] : shape[0]);

export const sizeOf = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);

/** For messages: `28x28x1`. */
export const inShape = (shape: Shape): string => shape.join('x');
