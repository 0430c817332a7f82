import { RandomState } from '../core/random.js';
import { withBranches } from '../float64/branches.js';
import { nudging } from '../float64/nudge.js';
import { scratch } from './scratch.js';
import type { Tensors } from './subject.js';

/** J as a number, of given parameters. */
export type CostOf = (params: Tensors) => number;

/** dJ along one direction of one parameter, by differences of the cost and by autodiff. */
export interface Difference {
  readonly parameter: string;
  /** The element, or undefined for a random direction over all of them. */
  readonly element: number | undefined;
  readonly direction: Float64Array | undefined;
  readonly derivative: number;
  /**
   * The same with a step of h/8 or h/64, for a cost that bends a lot within h: there the error of
   * the formula, not the gradient, is what is seen. Undefined across a kink.
   */
  readonly finer: () => number | undefined;
}

export interface Differences {
  readonly taken: readonly Difference[];
  /** How many were left out, since a kink lies within reach. */
  readonly skipped: number;
  /** Whether the time was over before all elements were taken. */
  readonly stopped: boolean;
}

export interface DifferenceOptions {
  /** The step h. */
  readonly h: number;
  /** Elements of each parameter. */
  readonly samples: number;
  readonly seed: number;
  /** That all elements together may take. Default: no limit. */
  readonly seconds?: number;
  /** Random directions over a parameter of which not every element is taken. Default: 1. */
  readonly directions?: number;
}

/**
 * dJ/dθ ≈ (8 (J(θ + h) - J(θ - h)) - (J(θ + 2h) - J(θ - 2h))) / 12h
 *
 * Four points: the error falls with h⁴. Where the branches of the forward pass (which side of 0 a
 * relu's input lies on) are not the same at all four, the cost has a kink between them and the formula
 * means nothing: a step of h/4 is tried, and then the coordinate is skipped, and counted.
 *
 * For a parameter of more than `samples` elements these are drawn by the seed, and a random direction
 * over all of its elements is taken before them: an error anywhere shows there. The elements of all
 * parameters take turns; where their time is over, those that are left are represented by a direction.
 */
export function centralDifferences(
  costOf: CostOf,
  params: Tensors,
  { h, samples, seed, seconds = Number.POSITIVE_INFINITY, directions = 1 }: DifferenceOptions,
): Differences {
  const random = new RandomState(seed);
  const taken: Difference[] = [];
  let skipped = 0;
  const take = (parameter: string, element: number | undefined, direction?: Float64Array) => {
    const P = params[parameter];
    const along = direction ?? unitVector(P.size, element!);
    const move = nudging(P);
    const costAt = (t: number) => costOf({ ...params, [parameter]: move(along, t) });
    const derivative = derivativeAlong(costAt, h) ?? derivativeAlong(costAt, h / 4);
    if (derivative === undefined) skipped++;
    else {
      const finer = once(() =>
        settled(
          derivative,
          [h / 8, h / 64].map((step) => derivativeAlong(costAt, step)),
        ),
      );
      taken.push({ parameter, element, direction, derivative, finer });
    }
  };
  const takeDirections = (parameter: string, size: number) => {
    for (let i = 0; i < directions; i++) take(parameter, undefined, unitDirection(size, random));
  };
  const start = performance.now();
  const turns = Object.entries(params).map(([parameter, { size }]) => {
    const elements = drawElements(size, samples, random);
    if (size > samples) takeDirections(parameter, size);
    return { parameter, size, elements };
  });
  let stopped = false;
  const longest = Math.max(0, ...turns.map(({ elements }) => elements.length));
  for (let i = 0; i < longest && !stopped; i++) {
    for (const { parameter, elements } of turns) {
      if (i < elements.length) take(parameter, elements[i]);
    }
    stopped = i + 1 < longest && performance.now() - start > 1000 * seconds;
    if (!stopped) continue;
    const cut = turns.filter(({ size, elements }) => elements.length > i + 1 && size <= samples);
    for (const { parameter, size } of cut) takeDirections(parameter, size);
  }
  const order = Object.keys(params);
  const place = ({ parameter, direction }: Difference) =>
    2 * order.indexOf(parameter) + Number(direction !== undefined);
  return { taken: taken.sort((a, b) => place(a) - place(b)), skipped, stopped };
}

/** The same derivative from a gradient: an element of it, or its product with the direction. */
export function derivativeFrom(gradient: ArrayLike<number>, { element, direction }: Difference) {
  if (element !== undefined) return gradient[element];
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += gradient[i] * direction![i];
  return sum;
}

function derivativeAlong(costAt: (t: number) => number, h: number): number | undefined {
  const points: { result: number; branches: number }[] = [];
  // The far ones first: where a kink lies between, these two tell it.
  for (const t of [2 * h, -2 * h, h, -h]) {
    points.push(scratch(() => withBranches(() => costAt(t))));
    const oneBranch = points.at(-1)!.branches === points[0].branches;
    if (!oneBranch) return undefined;
  }
  const [far, farBack, near, nearBack] = points;
  return (8 * (near.result - nearBack.result) - (far.result - farBack.result)) / (12 * h);
}

/**
 * Of finer and finer steps the one that is closest to the step before it: the error of the formula
 * falls with h⁴, and that of rounding grows with 1/h.
 */
function settled(coarse: number, finer: readonly (number | undefined)[]): number | undefined {
  let [best, before, least] = [undefined as number | undefined, coarse, Number.POSITIVE_INFINITY];
  for (const derivative of finer) {
    if (derivative === undefined) continue;
    const change = Math.abs(derivative - before);
    if (change < least) [best, least] = [derivative, change];
    before = derivative;
  }
  return best;
}

/** Computed when it is asked for, and once. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function drawElements(size: number, samples: number, random: RandomState): number[] {
  if (size <= samples) return Array.from({ length: size }, (_, i) => i);
  const drawn = new Set<number>();
  while (drawn.size < samples) drawn.add(random.randint(0, size, 1)[0]);
  return [...drawn];
}

/** A direction of length 1, its elements drawn evenly from both sides of 0. */
function unitDirection(size: number, random: RandomState): Float64Array {
  const direction = new Float64Array(size);
  const length = Math.sqrt(fillEvenly(direction, random.randint(1, 2 ** 31, 1)[0]));
  for (let i = 0; i < size; i++) direction[i] /= length;
  return direction;
}

/**
 * Fills with draws from -1 to 1, and gives the sum of their squares: G. Marsaglia's xorshift, for the
 * Mersenne twister would take longer than a forward pass. Source: Journal of Statistical Software 8 (2003).
 */
function fillEvenly(direction: Float64Array, seed: number): number {
  let word = seed;
  let squares = 0;
  for (let i = 0; i < direction.length; i++) {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    const draw = word / 2 ** 31;
    direction[i] = draw;
    squares += draw * draw;
  }
  return squares;
}

/** 1 at one element, 0 at all others. */
function unitVector(size: number, element: number): Float64Array {
  const vector = new Float64Array(size);
  vector[element] = 1;
  return vector;
}
