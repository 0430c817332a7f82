import * as tf from '@tensorflow/tfjs-core';
import { CheckError } from '../core/errors.js';
import { tensor64 } from '../float64/index.js';
import type { FlatSubject } from './nested.js';
import { drawPoint } from './probes.js';
import type { NestedNumbers, Point, TensorLike } from './subject.js';

export type Values = { values: NestedNumbers | Float64Array; shape?: number[] };

/** The numbers that a subject brings; undefined where it brings none. @throws CheckError */
export function readValues({
  params,
  X,
  Y,
}: FlatSubject): Readonly<Record<string, Values>> | undefined {
  if (!params || X === undefined || Y === undefined) return undefined;
  const read = (value: TensorLike): Values =>
    value instanceof tf.Tensor
      ? { values: new Float64Array(value.dataSync()), shape: value.shape }
      : { values: value as NestedNumbers };
  if (Object.keys(params).length === 0) {
    throw new CheckError('params holds no parameter. Name them: { W1: …, b1: … }.');
  }
  const all: Record<string, TensorLike | undefined> = { ...params, X, Y };
  const data = ['X', 'Y'].find((name) => name in params);
  if (data) {
    throw new CheckError(
      `params holds ${data}, which is the name of the data. Call the parameter something else.`,
    );
  }
  const empty = Object.keys(all).find((name) => all[name] === undefined);
  if (empty) throw new CheckError(`${empty} is undefined. Give its numbers.`);
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name, read(value as TensorLike)]),
  );
}

/** The numbers to check on: those that were read, or drawn ones. @throws CheckError */
export function pointOf(
  subject: FlatSubject,
  values: Readonly<Record<string, Values>> | undefined,
  seed = 1,
): Point {
  const { shapes, labels, samples } = subject;
  if (values) {
    const tensors = Object.fromEntries(
      Object.entries(values).map(([name, { values, shape }]) => [name, tensor64(values, shape)]),
    );
    const { X, Y, ...params } = tensors;
    return { params, X, Y, samples };
  }
  const drawn = subject.draw?.(seed, 'check');
  if (drawn) return drawn;
  if (shapes) return drawPoint(shapes, labels, seed, 0, samples);
  throw new CheckError(
    "There is nothing to check on: give params, X and Y, or shapes such as { X: ['n_x', 'm'], Y: [1, 'm'], W1: ['n_h', 'n_x'], … }.",
  );
}
