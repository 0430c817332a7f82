import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { DataError } from '../core/errors.js';
import { batchShape, type Shape, sizeOf } from '../core/layer.js';
import { assertOptions, type Names } from '../core/options.js';
import { oneHot } from '../core/samples.js';
import { tensor } from '../core/tensors.js';
import type { SampleSet } from './sampleSet.js';
import type { Scaling } from './scaling.js';

/** How samples become tensors. */
export interface TensorOptions {
  /** As `fitScaling` finds it. Default: numbers as they are. */
  readonly scaling?: Scaling;
  /** Whether pictures become columns (n_x, m). Default: no. */
  readonly flat?: boolean;
  /** What targets that are numbers are shifted and divided by; default: as they are. */
  readonly targetScaling?: TargetScaling;
}

export const tensorOptionNames: Names<TensorOptions> = {
  scaling: true,
  flat: true,
  targetScaling: true,
};

/** Of each number of the targets, in the training samples. */
export interface TargetScaling {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** The shape of a sample as the network takes it. */
export const inputShape = ({ shape }: SampleSet, flat = false): Shape =>
  flat ? [sizeOf(shape)] : shape;

/**
 * X and Y of some samples, or of all: X (n, m) for rows of a table and flat pictures, else (m, …); Y
 * (1, m) of 0 and 1 for two classes, one-hot (k, m) for more, (n_y, m) for numbers. The caller owns
 * both.
 */
export function toTensors(
  set: SampleSet,
  options: TensorOptions = {},
  indices: ArrayLike<number> = everyIndex(set),
): { X: Tensor; Y: Tensor } {
  assertOptions('toTensors', options, tensorOptionNames);
  return { X: inputsOf(set, options, indices), Y: targetsOf(set, options, indices) };
}

/** 0 … m - 1 */
export const everyIndex = ({ m }: SampleSet): Int32Array =>
  Int32Array.from({ length: m }, (_, i) => i);

/** X alone. The caller owns it. */
export function inputsOf(
  set: SampleSet,
  { scaling = { scale: 'none', divisor: 1 }, flat = false }: TensorOptions,
  indices: ArrayLike<number> = everyIndex(set),
): Tensor {
  const m = indices.length;
  const { shape } = set;
  const values = set.take(indices);
  const inColumns = flat || shape.length === 1;
  const { divisor, layer } = scaling;
  // Channels share their statistics, so that pictures are scaled before they are columns.
  const first = layer && shape.length > 1 ? shape : inputShape(set, flat);
  const isTurned = first.length === 1;
  const numbers = divided(values, divisor, isTurned ? [m, sizeOf(shape)] : undefined);
  return tf.tidy(() => {
    const X = tensor(numbers, batchShape(first, m)); // (n, m) or (m, …)
    const scaled = layer ? layer.forward(X, { params: {}, training: false }).Y : X;
    if (isTurned || !inColumns) return scaled;
    return tf.transpose(tf.reshape(scaled, [m, sizeOf(shape)])); // (n, m)
  });
}

/** Divided in double precision; samples in columns if their rows and columns are given. */
function divided(
  values: Uint8Array | Float32Array,
  divisor: number,
  turned?: readonly [rows: number, columns: number],
): Float32Array {
  const numbers = new Float32Array(values.length);
  if (!turned) {
    for (let i = 0; i < values.length; i++) numbers[i] = values[i] / divisor;
    return numbers;
  }
  const [m, n] = turned;
  // In squares, so that neither the rows nor the columns leave the processor's cache between two numbers.
  for (let top = 0; top < m; top += square) {
    const bottom = Math.min(m, top + square);
    for (let left = 0; left < n; left += square) {
      const right = Math.min(n, left + square);
      for (let j = left; j < right; j++) {
        for (let i = top; i < bottom; i++) numbers[j * m + i] = values[i * n + j] / divisor;
      }
    }
  }
  return numbers;
}

const square = 32;

/** Y alone. The caller owns it. */
export function targetsOf(
  { targets }: SampleSet,
  { targetScaling }: TensorOptions,
  indices: ArrayLike<number>,
): Tensor {
  const m = indices.length;
  if (targets.kind === 'classes') {
    const labels = Int32Array.from(indices, (i) => targets.labels[i]);
    const { length } = targets.classes;
    return length === 2 ? tensor(labels, [1, m]) : oneHot(labels, length);
  }
  const { values, names } = targets;
  const n = names.length;
  const Y = new Float64Array(n * m); // (n, m), row by row
  for (let k = 0; k < n; k++) {
    const [mean, deviation] = [targetScaling?.mean[k] ?? 0, targetScaling?.deviation[k] ?? 1];
    for (let j = 0; j < m; j++) Y[k * m + j] = (values[indices[j] * n + k] - mean) / deviation;
  }
  return tensor(Y, [n, m]);
}

/** Mean and deviation of targets that are numbers; undefined for classes. */
export function fitTargets({ targets, m }: SampleSet): TargetScaling | undefined {
  if (targets.kind === 'classes') return undefined;
  const { values, names } = targets;
  const n = names.length;
  const column = (k: number) => Float64Array.from({ length: m }, (_, i) => values[i * n + k]);
  const columns = names.map((_, k) => column(k));
  const mean = columns.map((list) => list.reduce((sum, y) => sum + y, 0) / m);
  const deviation = columns.map((list, k) =>
    Math.sqrt(list.reduce((sum, y) => sum + (y - mean[k]) ** 2, 0) / m),
  );
  const constant = deviation.findIndex((one) => !(one > 0));
  if (constant >= 0) {
    throw new DataError(
      `The target ${names[constant]} is ${mean[constant]} in every training sample: there is nothing to learn. Choose another target.`,
    );
  }
  return { mean, deviation };
}
