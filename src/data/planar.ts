import { ValueError } from '../core/errors.js';
import { assertOptions, type Names } from '../core/options.js';
import { RandomState } from '../core/random.js';
import { oneHot } from '../core/samples.js';
import { matrix } from '../core/tensors.js';
import type { Matrices } from './pictureSet.js';

/** m labelled points of the plane. */
export interface PlanarSet {
  readonly name: string;
  /** X (2, m), row by row: every x, then every y. */
  readonly X: Float64Array;
  /** m classes, from 0 to classes - 1. */
  readonly labels: readonly number[];
  readonly m: number;
  readonly classes: number;
}

/** How many points, and of which stream of numpy's. */
export interface PlanarOptions {
  readonly m?: number;
  readonly seed?: number;
}

const names: Names<PlanarOptions> = { m: true, seed: true };

export interface CircleOptions extends PlanarOptions {
  readonly factor?: number;
  readonly noise?: number;
}
export interface MoonOptions extends PlanarOptions {
  readonly noise?: number;
}
export interface BlobOptions extends PlanarOptions {
  readonly centers?: number;
  readonly deviation?: number;
}
export interface QuantileOptions extends PlanarOptions {
  readonly variance?: number;
  readonly classes?: number;
}

/**
 * X (2, m), and Y (1, m) of 0 and 1 for two classes, one-hot Y (classes, m) for more; with every
 * digit that the backend holds. The caller owns both.
 */
export function planarMatrices({ X, labels, m, classes }: PlanarSet): Matrices {
  const Y = classes === 2 ? matrix(labels, [1, m]) : oneHot(labels, classes);
  return { X: matrix(X, [2, m]), Y };
}

/** The labels as the course takes those of the six blobs: Y mod 2, two classes. */
export function twoClasses(set: PlanarSet): PlanarSet {
  return { ...set, labels: set.labels.map((label) => label % 2), classes: 2 };
}

/**
 * Two classes of m/2 points, each on two of the four petals of r = 4 sin 4t, with noise of 0.2 on t
 * and on r. The m = 400, seed = 1 of the course's load_planar_dataset (course 1, week 3).
 *
 * @throws ValueError unless m is even and positive, and the seed a seed of RandomState.
 */
export function flower(options: PlanarOptions = {}): PlanarSet {
  assertOptions<PlanarOptions>('flower', options, names);
  const { m = 400, seed = 1 } = options;
  count('flower', 'm', m, 2);
  if (m % 2 !== 0) throw new ValueError(`flower: m is ${m}; give an even number: half a class.`);
  const random = new RandomState(seed);
  const points: Point[] = [];
  for (const label of [0, 1]) {
    const middle = linspace(label * 3.12, (label + 1) * 3.12, m / 2);
    const t = random.randn(m / 2).map((noise, i) => middle[i] + 0.2 * noise);
    const r = random.randn(m / 2).map((noise, i) => 4 * Math.sin(4 * t[i]) + 0.2 * noise);
    r.forEach((radius, i) => {
      points.push({ x: radius * Math.sin(t[i]), y: radius * Math.cos(t[i]), label });
    });
  }
  return planarSet('flower', points, 2);
}

/**
 * The unit circle, class 0, about a circle of radius `factor`, class 1, with noise of the standard
 * deviation `noise`: scikit-learn's make_circles, as load_extra_datasets calls it (course 1, week 3).
 *
 * @throws ValueError for an m below 2, a factor outside [0, 1), or a negative noise.
 */
export function noisyCircles(options: CircleOptions = {}): PlanarSet {
  assertOptions<CircleOptions>('noisyCircles', options, { ...names, factor: true, noise: true });
  const { m = 200, seed = 1, factor = 0.5, noise = 0.3 } = options;
  count('noisyCircles', 'm', m, 2);
  if (!(factor >= 0 && factor < 1)) {
    throw new ValueError(`noisyCircles: factor is ${factor}; give a radius from 0 to below 1.`);
  }
  spread('noisyCircles', 'noise', noise);
  const circle = (n: number, radius: number, label: number): Point[] =>
    Array.from({ length: n }, (_, i) => {
      const angle = i * ((2 * Math.PI) / n);
      return { x: radius * Math.cos(angle), y: radius * Math.sin(angle), label };
    });
  const outer = Math.floor(m / 2);
  const random = new RandomState(seed);
  const points = shuffled([...circle(outer, 1, 0), ...circle(m - outer, factor, 1)], random);
  return planarSet('noisyCircles', blurred(points, noise, random), 2);
}

/**
 * Two half circles that reach into each other, with noise of the standard deviation `noise`:
 * scikit-learn's make_moons, as load_extra_datasets calls it (course 1, week 3).
 *
 * @throws ValueError for an m below 2, or a negative noise.
 */
export function noisyMoons(options: MoonOptions = {}): PlanarSet {
  assertOptions<MoonOptions>('noisyMoons', options, { ...names, noise: true });
  const { m = 200, seed = 1, noise = 0.2 } = options;
  count('noisyMoons', 'm', m, 2);
  spread('noisyMoons', 'noise', noise);
  const upper = linspace(0, Math.PI, Math.floor(m / 2));
  const lower = linspace(0, Math.PI, Math.ceil(m / 2));
  const random = new RandomState(seed);
  const points = shuffled(
    [
      ...upper.map((t) => ({ x: Math.cos(t), y: Math.sin(t), label: 0 })),
      ...lower.map((t) => ({ x: 1 - Math.cos(t), y: 1 - Math.sin(t) - 0.5, label: 1 })),
    ],
    random,
  );
  return planarSet('noisyMoons', blurred(points, noise, random), 2);
}

/**
 * `centers` clouds of the standard deviation `deviation`, a class each, about points drawn from
 * [-10, 10)²: scikit-learn's make_blobs, as load_extra_datasets calls it (course 1, week 3).
 *
 * @throws ValueError for fewer than 2 centers, fewer points than centers, or a negative deviation.
 */
export function blobs(options: BlobOptions = {}): PlanarSet {
  assertOptions<BlobOptions>('blobs', options, { ...names, centers: true, deviation: true });
  const { m = 200, seed = 5, centers = 6, deviation = 1 } = options;
  count('blobs', 'centers', centers, 2);
  count('blobs', 'm', m, centers);
  spread('blobs', 'deviation', deviation);
  const random = new RandomState(seed);
  const coordinates = random.rand(2 * centers).map((u) => -10 + 20 * u);
  const points: Point[] = [];
  for (let label = 0; label < centers; label++) {
    const [x, y] = coordinates.subarray(2 * label);
    const n = Math.floor(m / centers) + (label < m % centers ? 1 : 0);
    const cloud = Array.from({ length: n }, () => ({ x, y, label }));
    points.push(...blurred(cloud, deviation, random));
  }
  return planarSet('blobs', shuffled(points, random), centers);
}

/**
 * One normal cloud about the origin, cut into `classes` rings of m/classes points by the distance
 * from it: scikit-learn's make_gaussian_quantiles, as load_extra_datasets calls it (course 1, week 3).
 *
 * @throws ValueError for fewer than 2 classes, fewer points than classes, or a negative variance.
 */
export function gaussianQuantiles(options: QuantileOptions = {}): PlanarSet {
  assertOptions<QuantileOptions>('gaussianQuantiles', options, {
    ...names,
    variance: true,
    classes: true,
  });
  const { m = 200, seed = 1, variance = 0.5, classes = 2 } = options;
  count('gaussianQuantiles', 'classes', classes, 2);
  count('gaussianQuantiles', 'm', m, classes);
  spread('gaussianQuantiles', 'variance', variance);
  const random = new RandomState(seed);
  const origin = Array.from({ length: m }, () => ({ x: 0, y: 0, label: 0 }));
  const rings = blurred(origin, Math.sqrt(variance), random)
    .sort((p, q) => p.x ** 2 + p.y ** 2 - (q.x ** 2 + q.y ** 2))
    .map(({ x, y }, i) => {
      // What does not divide by the classes belongs to the outermost ring.
      const label = Math.min(Math.floor(i / Math.floor(m / classes)), classes - 1);
      return { x, y, label };
    });
  return planarSet('gaussianQuantiles', shuffled(rings, random), classes);
}

/**
 * Exclusive or: points of [-1, 1)², class 1 where exactly one of x and y is negative. No straight
 * line parts the classes.
 *
 * @throws ValueError unless m is a positive integer.
 */
export function xor(options: PlanarOptions = {}): PlanarSet {
  assertOptions<PlanarOptions>('xor', options, names);
  const { m = 200, seed = 1 } = options;
  count('xor', 'm', m, 1);
  const random = new RandomState(seed);
  const points = Array.from({ length: m }, () => {
    const x = -1 + 2 * random.uniform();
    const y = -1 + 2 * random.uniform();
    return { x, y, label: x < 0 !== y < 0 ? 1 : 0 };
  });
  return planarSet('xor', points, 2);
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

function planarSet(name: string, points: readonly Point[], classes: number): PlanarSet {
  const X = Float64Array.from([...points.map(({ x }) => x), ...points.map(({ y }) => y)]); // (2, m)
  return { name, X, labels: points.map(({ label }) => label), m: points.length, classes };
}

/** The points in the order that scikit-learn's shuffle gives them. */
const shuffled = (points: readonly Point[], random: RandomState): Point[] =>
  random.permutation(points.length).map((i) => points[i]);

/** Each point moved by normal noise: first its x, then its y. */
const blurred = (points: readonly Point[], deviation: number, random: RandomState): Point[] =>
  points.map(({ x, y, label }) => ({
    x: x + deviation * random.gauss(),
    y: y + deviation * random.gauss(),
    label,
  }));

/** n numbers from start to stop, both included, as numpy spaces them. */
const linspace = (start: number, stop: number, n: number): number[] =>
  Array.from({ length: n }, (_, i) =>
    i > 0 && i === n - 1 ? stop : i * (n > 1 ? (stop - start) / (n - 1) : 0) + start,
  );

function count(set: string, what: string, value: number, min: number): void {
  if (Number.isInteger(value) && value >= min) return;
  throw new ValueError(`${set}: ${what} is ${value}; give an integer of at least ${min}.`);
}

function spread(set: string, what: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new ValueError(`${set}: ${what} is ${value}; give a number of at least 0.`);
}
