import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** TensorFlow.js as the functions under check get it. */
export type TensorFlow = typeof tfjs;

export type Tensors = Readonly<Record<string, Tensor>>;

export type NestedNumbers = number | readonly NestedNumbers[];
export type TensorLike = Tensor | NestedNumbers;

/** Parameters in groups and lists: { layer1: { W, b } }, [{ W, b }, { W, b }]. */
export type ParameterTree =
  | TensorLike
  | { readonly [name: string]: ParameterTree }
  | readonly ParameterTree[];

export type ShapeTree =
  | readonly (string | number)[]
  | { readonly [name: string]: ShapeTree }
  | readonly ShapeTree[];

/** What a forward pass returns: a scalar, and whatever the backward pass wants to see again. */
export interface ForwardResult {
  readonly cost: Tensor;
  readonly cache?: unknown;
}

/**
 * Anyone's network: a forward pass with its cost, and the backward pass under check, which returns
 * { dW1, db1, … } for the parameters { W1, b1, … }.
 *
 * Either the numbers are given (params, X and Y), or the shapes of them, from which the check draws
 * its own: `shapes = { X: ['n_x', 'm'], Y: ['n_y', 'm'], W1: ['n_h', 'n_x'], b1: ['n_h', 1] }`. A side is a
 * name, a number, or an expression of both, such as '4*H'.
 */
export interface Subject {
  /** By their names, alone or in groups and lists: { W, b }, { layer1: { W, b } }, { W: [W1, W2] }. */
  readonly params?: Readonly<Record<string, ParameterTree>>;
  readonly X?: TensorLike;
  readonly Y?: TensorLike;
  readonly shapes?: Readonly<Record<string, ShapeTree>>;
  /** What Y holds where it is drawn: 0 and 1, a single 1 for each sample, or any number. */
  readonly labels?: 'binary' | 'one-hot' | 'real';
  /** Whether each sample is a row or a column of X and Y. Default: the side that both have in common. */
  readonly samples?: 'rows' | 'columns';
  /**
   * Draws a point itself, where shapes do not say all of it: one to check on, one of fresh numbers in the
   * same shapes, one of other dimensions. Undefined where there is none. The caller owns it.
   */
  draw?(seed: number, kind: 'check' | 'fresh' | 'resized'): Point | undefined;
  /** What the functions call X, where it is no X: dout. */
  readonly nameOfX?: string;
  forward(tf: TensorFlow, params: Tensors, X: Tensor, Y: Tensor): ForwardResult;
  backward(
    tf: TensorFlow,
    params: Tensors,
    X: Tensor,
    Y: Tensor,
    cache: unknown,
  ): Readonly<Record<string, Tensor>>;
}

/** The numbers that a subject is checked on. */
export interface Point {
  readonly params: Tensors;
  readonly X: Tensor;
  readonly Y: Tensor;
  /** How the samples lie, where it is known. */
  readonly samples?: Subject['samples'];
}
