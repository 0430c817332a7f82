import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { RandomState } from '../core/random.js';
import { tensor64 } from '../float64/tensor64.js';
import { dimensions, primes, type Shapes, sizeOfSide } from './dimensions.js';
import { type SampleAxis, sampleAxis, samplesOf } from './samples.js';
import type { Point, Subject } from './subject.js';

/** Parameters and data drawn for the shapes that a subject names. The caller owns them. */
export function drawPoint(
  shapes: Shapes,
  labels: Subject['labels'],
  seed: number,
  shift = 0,
  said?: SampleAxis,
): Point {
  const sizes = dimensions(shapes, shift);
  const random = new RandomState(seed);
  const shapeOf = (name: string) => shapes[name].map((side) => sizeOfSide(side, sizes));
  const params: Record<string, Tensor> = {};
  for (const name of Object.keys(shapes)) {
    if (name !== 'X' && name !== 'Y') params[name] = awayFromZero(random, shapeOf(name));
  }
  const X = awayFromZero(random, shapeOf('X'), 1);
  const samples = sampleAxis(shapes.X, shapes.Y, said);
  return { params, X, Y: drawLabels(random, shapeOf('Y'), labels, samples), samples };
}

/**
 * The same shapes and the same kind of labels as `point`, with other numbers, of X in another order where
 * it is kept. The caller owns them.
 */
export function redraw(point: Point, seed: number, { keepsX = false } = {}): Point {
  const random = new RandomState(seed);
  const params = Object.fromEntries(
    Object.entries(point.params).map(([name, P]) => [name, awayFromZero(random, P.shape)]),
  );
  // Tokens and indices change places, for others may not exist.
  const X = keepsX
    ? tensor64(shuffled(point.X.dataSync(), random), point.X.shape)
    : awayFromZero(random, point.X.shape, 1);
  return { ...point, params, X, Y: shuffledSamples(point, random) };
}

/** Whether a tensor of several numbers holds whole ones alone. */
export const isWhole = (X: Tensor) => X.size > 1 && X.dataSync().every((x) => Number.isInteger(x));

/**
 * Parameters of the same shapes and other numbers, on another number of samples: of a size that no
 * dimension of the point has. The caller owns them. Undefined where the samples are no rows or columns.
 */
export function withOtherM(point: Point, seed: number): Point | undefined {
  const samples = samplesOf(point);
  if (samples === undefined) return undefined;
  const { axis, count } = samples;
  const taken = new Set(
    Object.values({ ...point.params, X: point.X, Y: point.Y }).flatMap((t) => t.shape),
  );
  const m = primes.find((prime) => !taken.has(prime)) as number;
  const random = new RandomState(seed);
  const redrawn = redraw(point, seed);
  const places = [...random.permutation(m)].map((j) => j % count);
  const Y = tf.gather(redrawn.Y, places, axis);
  tf.dispose([redrawn.X, redrawn.Y]);
  const shape = point.X.shape.map((side, i) => (i === axis ? m : side));
  return { ...point, params: redrawn.params, X: awayFromZero(random, shape, 1), Y };
}

/** The point with each of its samples twice. The caller owns X and Y; the parameters are the point's. */
export function twice(point: Point): Point {
  const { X, Y } = point;
  const axis = samplesOf(point)?.axis ?? 1;
  return { ...point, X: tf.concat([X, X], axis), Y: tf.concat([Y, Y], axis) };
}

/** Normal draws of a size that keeps activations from saturating, none of them near zero. */
function awayFromZero(random: RandomState, shape: readonly number[], scale?: number): Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  const s = scale ?? 1 / Math.sqrt(Math.max(shape.at(-1) ?? 1, 2));
  const draw = () => {
    const value = random.gauss();
    return s * (value + Math.sign(value) * 0.1);
  };
  return tensor64(Float64Array.from({ length: size }, draw), shape as number[]);
}

function drawLabels(
  random: RandomState,
  shape: number[],
  labels: Subject['labels'] = 'binary',
  samples: SampleAxis = 'columns',
) {
  const size = shape.reduce((product, side) => product * side, 1);
  const Y = new Float64Array(size);
  if (labels === 'real') return tensor64(random.randn(size), shape);
  if (labels === 'binary') {
    for (let i = 0; i < size; i++) Y[i] = random.uniform() < 0.5 ? 0 : 1;
    // Both labels, whatever the draw.
    Y[0] = 0;
    Y[size - 1] = 1;
  } else {
    // The classes lie along the other axis than the samples.
    const n = (samples === 'rows' ? shape.at(-1) : shape[0]) ?? 1;
    const m = size / n;
    for (let j = 0; j < m; j++) {
      const label = j < n ? j : random.randint(0, n, 1)[0];
      Y[samples === 'rows' ? j * n + label : label * m + j] = 1;
    }
  }
  return tensor64(Y, shape);
}

/** The labels in another order of the samples. */
function shuffledSamples(point: Point, random: RandomState): Tensor {
  const { Y } = point;
  const axis = samplesOf(point)?.axis ?? 1;
  if (Y.rank !== 2) return tensor64(Float64Array.from(Y.dataSync()), Y.shape);
  return tf.gather(Y, [...random.permutation(Y.shape[axis] as number)], axis);
}

function shuffled(values: ArrayLike<number>, random: RandomState): Float64Array {
  return Float64Array.from(random.permutation(values.length), (i) => values[i]);
}
