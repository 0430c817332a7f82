import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../core/errors.js';
import { RandomState } from '../core/random.js';
import { tensor64 } from '../float64/tensor64.js';
import type { Point, Subject } from './subject.js';

/** Each dimension gets a prime of its own, so that a factor of 7 in a gradient can only be one of them. */
const primes = [7, 5, 3, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59];

type Shapes = NonNullable<Subject['shapes']>;

/**
 * The named dimensions of a subject's shapes: { n_x: 7, m: 5, … }; with a shift each has another size.
 *
 * @throws ValueError
 */
export function dimensions(shapes: Shapes, shift = 0): Readonly<Record<string, number>> {
  for (const name of ['X', 'Y']) {
    if (!shapes[name]) {
      throw new ValueError(
        `shapes: ${name} is missing. Name its dimensions, such as ${name}: ['n_${name.toLowerCase()}', 'm'].`,
      );
    }
  }
  for (const [name, shape] of Object.entries(shapes)) {
    const isShape =
      Array.isArray(shape) &&
      shape.every((side) => typeof side === 'string' || (Number.isInteger(side) && side > 0));
    if (!isShape) {
      throw new ValueError(
        `shapes: ${name} is ${JSON.stringify(shape)}; list its sides, names or whole numbers from 1, such as ['n_h', 1].`,
      );
    }
  }
  const names = new Set(
    Object.values(shapes)
      .flat()
      .filter((side) => typeof side === 'string'),
  );
  const taken = new Set(Object.values(shapes).flat());
  const free = primes.filter((prime) => !taken.has(prime));
  if (names.size > free.length) {
    throw new ValueError(
      `shapes: ${names.size} named dimensions; ${free.length} at most are drawn.`,
    );
  }
  return Object.fromEntries([...names].map((name, i) => [name, free[(i + shift) % free.length]]));
}

/** Parameters and data drawn for the shapes that a subject names. The caller owns them. */
export function drawPoint(
  shapes: Shapes,
  labels: Subject['labels'],
  seed: number,
  shift = 0,
): Point {
  const sizes = dimensions(shapes, shift);
  const random = new RandomState(seed);
  const shapeOf = (name: string) =>
    shapes[name].map((side) => (typeof side === 'number' ? side : sizes[side]));
  const params: Record<string, Tensor> = {};
  for (const name of Object.keys(shapes)) {
    if (name !== 'X' && name !== 'Y') params[name] = awayFromZero(random, shapeOf(name));
  }
  const X = awayFromZero(random, shapeOf('X'), 1);
  return { params, X, Y: drawLabels(random, shapeOf('Y'), labels) };
}

/** The same shapes and the same kind of labels as `point`, with other numbers. The caller owns them. */
export function redraw(point: Point, seed: number): Point {
  const random = new RandomState(seed);
  const params = Object.fromEntries(
    Object.entries(point.params).map(([name, P]) => [name, awayFromZero(random, P.shape)]),
  );
  const X = awayFromZero(random, point.X.shape, 1);
  return { params, X, Y: shuffledColumns(point.Y, random) };
}

/** How many samples X (n_x, m) and Y (n_y, m) hold; undefined where they are no such matrices. */
export function samplesOf({ X, Y }: Pick<Point, 'X' | 'Y'>): number | undefined {
  return X.rank === 2 && Y.rank === 2 && X.shape[1] === Y.shape[1] ? X.shape[1] : undefined;
}

/**
 * Parameters of the same shapes and other numbers, on another number of samples: of a size that no
 * dimension of the point has. The caller owns them. Undefined where the samples are no columns.
 */
export function withOtherM(point: Point, seed: number): Point | undefined {
  if (samplesOf(point) === undefined) return undefined;
  const taken = new Set(
    Object.values({ ...point.params, X: point.X, Y: point.Y }).flatMap((t) => t.shape),
  );
  const m = primes.find((prime) => !taken.has(prime)) as number;
  const random = new RandomState(seed);
  const redrawn = redraw(point, seed);
  const columns = [...random.permutation(m)].map((j) => j % (point.Y.shape[1] as number));
  const Y = tf.gather(redrawn.Y, columns, 1);
  tf.dispose([redrawn.X, redrawn.Y]);
  return { params: redrawn.params, X: awayFromZero(random, [point.X.shape[0], m], 1), Y };
}

/** The point with each of its samples twice. The caller owns X and Y; the parameters are the point's. */
export const twice = ({ params, X, Y }: Point): Point => ({
  params,
  X: tf.concat([X, X], 1),
  Y: tf.concat([Y, Y], 1),
});

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

function drawLabels(random: RandomState, shape: number[], labels: Subject['labels'] = 'binary') {
  const [n, m] = [shape[0], shape.at(-1)!];
  const size = shape.reduce((product, side) => product * side, 1);
  const Y = new Float64Array(size);
  if (labels === 'real') return tensor64(random.randn(size), shape);
  if (labels === 'binary') {
    for (let i = 0; i < size; i++) Y[i] = random.uniform() < 0.5 ? 0 : 1;
    // Both labels, whatever the draw.
    Y[0] = 0;
    Y[size - 1] = 1;
  } else {
    for (let j = 0; j < m; j++) Y[(j < n ? j : random.randint(0, n, 1)[0]) * m + j] = 1;
  }
  return tensor64(Y, shape);
}

function shuffledColumns(Y: Tensor, random: RandomState): Tensor {
  if (Y.rank !== 2) return tensor64(Float64Array.from(Y.dataSync()), Y.shape);
  const [n, m] = Y.shape;
  const order = random.permutation(m);
  const from = Y.dataSync();
  const to = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) to[i * m + j] = from[i * m + order[j]];
  return tensor64(to, Y.shape);
}
