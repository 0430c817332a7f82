import * as tf from '@tensorflow/tfjs-core';
import { Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../core/errors.js';
import { matrix } from '../../core/tensors.js';
import { FLOAT64 } from '../../float64/index.js';
import { scratch } from '../scratch.js';
import type { TensorLike } from '../subject.js';
import type { Track } from './replay.js';
import type { Hyperparameters } from './rules.js';

/**
 * Anyone's optimizer step. It gets { W1, b1, … }, their gradients { dW1, db1, … }, the state that it
 * returned in the step before, and the number of the step with the hyperparameters. It returns the
 * new parameters and the new state.
 */
export type Update<Matrix, State> = (
  params: Readonly<Record<string, Matrix>>,
  grads: Readonly<Record<string, Matrix>>,
  state: State,
  step: UpdateStep,
) => UpdateResult<State>;

export interface UpdateResult<State> {
  readonly params: Readonly<Record<string, TensorLike>>;
  readonly state?: State;
}

export interface UpdateStep extends Hyperparameters {
  /** 1 in the first step. */
  readonly t: number;
}

/** A matrix as the update wants it. */
export type Make<Matrix> = (values: Float64Array, shape: [number, number]) => Matrix;

/** For each parameter, where the update takes it in each step from the reference's path. */
export function run<Matrix, State>(
  update: Update<Matrix, State>,
  start: ((params: Readonly<Record<string, Matrix>>) => State) | undefined,
  hyperparameters: Hyperparameters,
  tracks: readonly Track[],
  make: Make<Matrix>,
): Float64Array[][] {
  const matrices = (prefix: string, values: (track: Track) => Float64Array) =>
    Object.fromEntries(
      tracks.map((track) => [prefix + track.name, make(values(track), [...track.shape])]),
    );
  const paramsBefore = (i: number) => matrices('', ({ before }) => before[i]);

  let state = start ? start(paramsBefore(0)) : ({} as State);
  const after: Float64Array[][] = tracks.map(() => []);
  const steps = tracks[0].gradients.length;
  for (let i = 0; i < steps; i++) {
    const t = i + 1;
    const grads = matrices('d', ({ gradients }) => gradients[i]);
    const result = update(paramsBefore(i), grads, state, { ...hyperparameters, t });
    assertResult(result, t);
    for (const [k, track] of tracks.entries()) after[k].push(read(result.params, track, t));
    state = result.state ?? ({} as State);
  }
  return after;
}

/**
 * Does the work in double precision, frees all tensors that it leaves behind, and goes back to the
 * backend that was active.
 */
export function inDoubles<T>(work: () => T): T {
  tf.backend(); // tfjs settles for one where none is active yet
  const before = tf.getBackend();
  // Both backends are there already, so the change is done when the call returns.
  void tf.setBackend(FLOAT64);
  try {
    return scratch(work);
  } finally {
    void tf.setBackend(before);
  }
}

export const toTensor: Make<Tensor2D> = (values, shape) => matrix(values, shape);

export const toRows: Make<number[][]> = (values, [rows, columns]) =>
  Array.from({ length: rows }, (_, i) =>
    Array.from(values.subarray(i * columns, (i + 1) * columns)),
  );

function assertResult(result: unknown, t: number): asserts result is UpdateResult<unknown> {
  if (result instanceof Promise) {
    throw new ValueError(
      'checkUpdate: the update returns a promise. Make it a plain function, without async.',
    );
  }
  const params = (result as Partial<UpdateResult<unknown>> | undefined)?.params;
  if (typeof params !== 'object' || params === null) {
    throw new ValueError(
      `checkUpdate: the update returns no params in step ${t}. Return { params, state }.`,
    );
  }
}

/** The numbers of a parameter, copied, so that a later change in place does not reach them. */
function read(params: UpdateResult<unknown>['params'], { name, shape }: Track, t: number) {
  const value = params[name];
  if (value === undefined) {
    throw new ValueError(
      `checkUpdate: the params that the update returns in step ${t} have no ${name}. Return each parameter that came in.`,
    );
  }
  const isTensor = value instanceof Tensor;
  const found = isTensor ? value.shape : shapeOf(value);
  if (String(found) !== String(shape)) {
    throw new ShapeError(
      `checkUpdate: ${name} came in as (${shape.join(', ')}), but the update returns it as (${found.join(', ')}) in step ${t}. Return it in the shape it had.`,
    );
  }
  return isTensor
    ? Float64Array.from(value.dataSync())
    : Float64Array.from((value as number[][]).flat());
}

function shapeOf(value: TensorLike): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}
