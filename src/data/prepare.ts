import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { DataError } from '../core/errors.js';
import { batchShape, type Shape } from '../core/layer.js';
import { RandomState } from '../core/random.js';
import { oneHot } from '../core/samples.js';
import { tensor } from '../core/tensors.js';
import type { SampleSet } from './sampleSet.js';
import { sizeOf } from './sampleSet.js';
import type { Scaling } from './scaling.js';

/** How samples become tensors. */
export interface TensorOptions {
  readonly scaling: Scaling;
  /** Whether pictures become columns (n_x, m). Default: no. */
  readonly flat?: boolean;
  /** What targets that are numbers are shifted and divided by; default: as they are. */
  readonly targetScaling?: TargetScaling;
}

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
  options: TensorOptions,
  indices: ArrayLike<number> = everyIndex(set),
): { X: Tensor; Y: Tensor } {
  return { X: inputsOf(set, options, indices), Y: targetsOf(set, options, indices) };
}

/** 0 … m - 1 */
export const everyIndex = ({ m }: SampleSet): Int32Array =>
  Int32Array.from({ length: m }, (_, i) => i);

/** X alone. The caller owns it. */
export function inputsOf(
  set: SampleSet,
  { scaling, flat = false }: TensorOptions,
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
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) numbers[j * m + i] = values[i * n + j] / divisor;
  }
  return numbers;
}

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

export interface StreamOptions extends TensorOptions {
  /** Samples at once: as many batches as fit. */
  readonly windowSize: number;
  /** Shuffles each epoch in an order of its own; without it the order stays. */
  readonly seed?: number;
  /** Changes pictures before they are scaled, such as mirroring them. */
  readonly change?: (
    values: Uint8Array | Float32Array,
    shape: Shape,
    random: RandomState,
  ) => Uint8Array | Float32Array;
}

/**
 * Samples piece by piece, for `fit`: what does not fit in memory, or changes from epoch to epoch. The
 * same epoch gives the same samples each time.
 */
export function streamOf(
  set: SampleSet,
  options: StreamOptions,
): (epoch?: number) => AsyncGenerator<{ X: Tensor; Y: Tensor }, void> {
  const { windowSize, seed, change } = options;
  return async function* (epoch = 0) {
    const random = new RandomState((Math.imul(seed ?? 0, 0x9e3779b1) + epoch) >>> 0);
    const order = seed === undefined ? everyIndex(set) : Int32Array.from(random.permutation(set.m));
    for (let from = 0; from < set.m; from += windowSize) {
      const indices = order.subarray(from, from + windowSize);
      const seen = change ? changed(set, (values) => change(values, set.shape, random)) : set;
      yield toTensors(seen, options, indices);
    }
  };
}

const changed = (
  set: SampleSet,
  change: (values: Uint8Array | Float32Array) => Uint8Array | Float32Array,
): SampleSet => ({ ...set, take: (indices) => change(set.take(indices)) });
