import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from './errors.js';

/**
 * Named tensors. A network's parameters are { W1, b1, W2, b2, … } and their gradients
 * { dW1, db1, dW2, db2, … }, as in the course; a single layer's are { W, b } and { dW, db }.
 */
export type Params = Readonly<Record<string, Tensor>>;
export type Grads = Readonly<Record<string, Tensor>>;

/**
 * A matrix from its values, row by row, at the backend's full precision: float64 on a
 * double-precision backend, float32 elsewhere. (`tf.tensor2d` always rounds to float32.)
 * The caller owns it.
 *
 * @throws ShapeError if the number of values does not match the shape.
 */
export function matrix(values: ArrayLike<number>, shape: [number, number]): Tensor2D {
  if (values.length !== shape[0] * shape[1]) {
    throw new ShapeError(`matrix: ${values.length} values do not fill (${shape.join(', ')}).`);
  }
  return makeTensor(values, shape) as Tensor2D;
}

/** The same for any shape. @throws ShapeError if the number of values does not match. */
export function tensor(values: ArrayLike<number>, shape: readonly number[]): Tensor {
  if (values.length !== shape.reduce((size, side) => size * side, 1)) {
    throw new ShapeError(`tensor: ${values.length} values do not fill (${shape.join(', ')}).`);
  }
  return makeTensor(values, [...shape]);
}

/** Zeros at the backend's full precision. The caller owns them. */
export const zerosOf = (shape: readonly number[]): Tensor => tf.zeros([...shape]);

/** A constant at the backend's full precision. The caller owns it. */
export function scalar(value: number): Scalar {
  return makeTensor([value], []) as Scalar;
}

function makeTensor(values: ArrayLike<number>, shape: number[]): Tensor {
  // The type allows only 16 and 32; a double-precision backend returns 64.
  const inDoubles = (tf.backend().floatPrecision() as number) === 64;
  const typed = inDoubles ? Float64Array.from(values) : Float32Array.from(values);
  const dataId = tf.backend().write(typed as Float32Array, shape, 'float32');
  return tf.engine().makeTensorFromDataId(dataId, shape, 'float32');
}

/** Frees every tensor of `old` that is not also in `next`. */
export function disposeReplaced(old: Params, next: Params): void {
  const alive = new Set(Object.values(next));
  for (const P of Object.values(old)) if (!alive.has(P)) P.dispose();
}

/** Maps every name and tensor to a new name and tensor. */
export const mapEntries = (
  params: Params,
  f: (name: string, P: Tensor) => [string, Tensor],
): Params => Object.fromEntries(Object.entries(params).map(([name, P]) => f(name, P)));

/** Leaves out what is not there: { W, b } or { W }. */
export const present = <T extends object>(
  record: Readonly<Record<string, T | false | undefined>>,
): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter((entry): entry is [string, T] => !!entry[1]));
