import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { RandomState } from '../core/random.js';
import { withBranches } from '../float64/branches.js';
import { tensor64 } from '../float64/tensor64.js';
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
}

export interface Differences {
  readonly taken: readonly Difference[];
  /** How many were left out, since a kink lies within reach. */
  readonly skipped: number;
}

export interface DifferenceOptions {
  /** The step h. */
  readonly h: number;
  /** Elements of each parameter. */
  readonly samples: number;
  readonly seed: number;
}

/**
 * dJ/dθ ≈ (8 (J(θ + h) - J(θ - h)) - (J(θ + 2h) - J(θ - 2h))) / 12h
 *
 * Four points: the error falls with h⁴. Where the branches of the forward pass (which side of 0 a
 * relu's input lies on) are not the same at all four, the cost has a kink between them and the formula
 * means nothing: a step of h/4 is tried, and then the coordinate is skipped, and counted.
 *
 * For a parameter of more than `samples` elements these are drawn by the seed, and one random
 * direction over all of its elements is taken besides: an error anywhere shows there.
 */
export function centralDifferences(
  costOf: CostOf,
  params: Tensors,
  { h, samples, seed }: DifferenceOptions,
): Differences {
  const random = new RandomState(seed);
  const taken: Difference[] = [];
  let skipped = 0;
  const take = (parameter: string, element: number | undefined, direction?: Float64Array) => {
    const along = direction ?? element!;
    const derivative =
      derivativeAlong(costOf, params, parameter, along, h) ??
      derivativeAlong(costOf, params, parameter, along, h / 4);
    if (derivative === undefined) skipped++;
    else taken.push({ parameter, element, direction, derivative });
  };
  for (const [parameter, { size }] of Object.entries(params)) {
    for (const element of drawElements(size, samples, random)) take(parameter, element);
    if (size > samples) take(parameter, undefined, unitDirection(size, random));
  }
  return { taken, skipped };
}

/** The same derivative from a gradient: an element of it, or its product with the direction. */
export function derivativeFrom(gradient: ArrayLike<number>, { element, direction }: Difference) {
  if (element !== undefined) return gradient[element];
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += gradient[i] * direction![i];
  return sum;
}

function derivativeAlong(
  costOf: CostOf,
  params: Tensors,
  parameter: string,
  along: number | Float64Array,
  h: number,
): number | undefined {
  const P = params[parameter];
  const values = Float64Array.from(P.dataSync());
  const at = (t: number) => withBranches(() => costOf({ ...params, [parameter]: moved(t) }));
  const moved = (t: number): Tensor => {
    const shifted = Float64Array.from(values);
    if (typeof along === 'number') shifted[along] += t;
    else for (let i = 0; i < shifted.length; i++) shifted[i] += t * along[i];
    return tensor64(shifted, P.shape);
  };
  const [far, near, nearBack, farBack] = [2 * h, h, -h, -2 * h].map((t) => tf.tidy(() => at(t)));
  const oneBranch = [near, nearBack, farBack].every(({ branches }) => branches === far.branches);
  if (!oneBranch) return undefined;
  return (8 * (near.result - nearBack.result) - (far.result - farBack.result)) / (12 * h);
}

function drawElements(size: number, samples: number, random: RandomState): number[] {
  if (size <= samples) return Array.from({ length: size }, (_, i) => i);
  const drawn = new Set<number>();
  while (drawn.size < samples) drawn.add(random.randint(0, size, 1)[0]);
  return [...drawn];
}

/** A normal direction of length 1. */
function unitDirection(size: number, random: RandomState): Float64Array {
  const direction = random.randn(size);
  const length = Math.sqrt(direction.reduce((sum, x) => sum + x * x, 0));
  return direction.map((x) => x / length);
}
