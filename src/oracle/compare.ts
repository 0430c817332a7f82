import type { Tensor } from '@tensorflow/tfjs-core';
import type { ParameterReport } from './report.js';
import type { Tensors } from './subject.js';

/** What counts as right: |hand - oracle| / max(|oracle|, floor, share · max |oracle|) ≤ relative */
export interface Tolerance {
  readonly relative: number;
  /** Elements below it are measured by it. */
  readonly floor: number;
  /** The same as a share of the parameter's largest gradient. */
  readonly share: number;
}

/**
 * Rounding in float32 stays some ten times below this. It is as large in a small element as in the
 * largest one of its matrix: so small elements are measured by a share of that.
 */
export const float32Tolerance: Tolerance = { relative: 1e-4, floor: 0, share: 0.1 };

/** In double precision every gradient counts for itself, however small it is. */
export const float64Tolerance: Tolerance = { relative: 1e-7, floor: 0, share: 1e-3 };

/** Compares gradients parameter by parameter. Reads them back; they stay the caller's. */
export function compareGradients(
  params: Tensors,
  hand: Tensors,
  oracle: Tensors,
  tolerance: Tolerance,
): ParameterReport[] {
  return Object.entries(params).map(([parameter, { shape }]) => {
    const name = `d${parameter}`;
    const own = hand[name];
    const problem = findProblem(parameter, shape, own, oracle[name]);
    if (problem) return unmeasured(name, shape, problem);
    return measureGradient(name, own, oracle[name], tolerance);
  });
}

function findProblem(
  parameter: string,
  shape: readonly number[],
  hand?: Tensor,
  oracle?: Tensor,
): string | undefined {
  if (!oracle) return `the cost does not depend on ${parameter}`;
  if (!hand) return 'the backward pass does not return it';
  if (String(hand.shape) !== String(shape)) {
    return `it is (${hand.shape.join(', ')}), but ${parameter} is (${shape.join(', ')})`;
  }
  return undefined;
}

const unmeasured = (name: string, shape: readonly number[], problem: string): ParameterReport => ({
  name,
  shape,
  passed: false,
  problem,
  maxAbsoluteError: Number.NaN,
  maxRelativeError: Number.NaN,
  wrong: shape.reduce((product, side) => product * side, 1),
  comparisons: {},
});

/** Compares one gradient with what it should be, of the same shape. */
export function measureGradient(
  name: string,
  handTensor: Tensor,
  oracleTensor: Tensor,
  tolerance: Tolerance,
): ParameterReport {
  const { shape } = handTensor;
  const hand = handTensor.dataSync();
  const oracle = oracleTensor.dataSync();
  const errors = relativeErrors(hand, oracle, tolerance);
  const { worst, wrong, maxAbsoluteError } = worstOf(hand, oracle, errors, tolerance);
  const maxRelativeError = errors[worst];
  const passed = wrong === 0;
  const nan = Number.isFinite(maxAbsoluteError) ? -1 : hand.findIndex((v) => !Number.isFinite(v));
  return {
    name,
    shape,
    passed,
    ...(nan >= 0 && { problem: `it holds ${hand[nan]} at [${indexOf(nan, shape).join(', ')}]` }),
    maxAbsoluteError,
    maxRelativeError,
    worst: {
      index: indexOf(worst, shape),
      hand: hand[worst],
      oracle: oracle[worst],
      ratio: hand[worst] / oracle[worst],
    },
    wrong,
    ...(!passed && { pattern: patternOf(errors, shape, tolerance.relative, wrong) }),
    comparisons: { handToAutodiff: maxRelativeError },
    errors,
  };
}

function worstOf(
  hand: ArrayLike<number>,
  oracle: ArrayLike<number>,
  errors: Float64Array,
  tolerance: Tolerance,
) {
  let worst = 0;
  let wrong = 0;
  let maxAbsoluteError = 0;
  for (let i = 0; i < errors.length; i++) {
    if (isWorse(errors[i], errors[worst])) worst = i;
    if (!(errors[i] <= tolerance.relative)) wrong++;
    const difference = Math.abs(hand[i] - oracle[i]);
    if (isWorse(difference, maxAbsoluteError)) maxAbsoluteError = difference;
  }
  return { worst, wrong, maxAbsoluteError };
}

/** |hand - oracle| / max(|oracle|, floor, share · max |oracle|), element by element; 0 for equal numbers. */
export function relativeErrors(
  hand: ArrayLike<number>,
  oracle: ArrayLike<number>,
  { floor, share }: Pick<Tolerance, 'floor' | 'share'>,
): Float64Array {
  let largest = 0;
  for (let i = 0; i < oracle.length; i++) largest = Math.max(largest, Math.abs(oracle[i]));
  const lowest = Math.max(floor, share * largest);
  const errors = new Float64Array(oracle.length);
  for (let i = 0; i < oracle.length; i++) {
    const difference = Math.abs(hand[i] - oracle[i]);
    // 0 against 0 is right, though the quotient is not a number.
    errors[i] = difference === 0 ? 0 : difference / Math.max(Math.abs(oracle[i]), lowest);
  }
  return errors;
}

/** NaN is worse than any number. */
const isWorse = (a: number, b: number) => a > b || (Number.isNaN(a) && !Number.isNaN(b));

/** Where the wrong elements of a matrix lie: everywhere, in one row or column, or here and there. */
function patternOf(
  errors: Float64Array,
  shape: readonly number[],
  bound: number,
  wrong: number,
): string {
  if (wrong === errors.length) return 'every element';
  if (shape.length !== 2 || shape[1] === 1) return `${wrong} of ${errors.length} elements`;
  const columns = shape[1];
  const inRows = new Set<number>();
  const inColumns = new Set<number>();
  for (let i = 0; i < errors.length; i++) {
    if (errors[i] <= bound) continue;
    inRows.add(Math.floor(i / columns));
    inColumns.add(i % columns);
  }
  if (inRows.size === 1 && wrong > 1) return `row ${[...inRows][0]}`;
  if (inColumns.size === 1 && wrong > 1) return `column ${[...inColumns][0]}`;
  const whole = wrong === inRows.size * columns;
  return whole ? `rows ${[...inRows].join(', ')}` : `${wrong} of ${errors.length} elements`;
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (let d = shape.length - 1; d >= 0; d--) {
    index.unshift(rest % shape[d]);
    rest = Math.floor(rest / shape[d]);
  }
  return index;
}

/** The largest of the absolute values. */
export function largest(gradient: Tensor | undefined): number {
  let max = 0;
  for (const value of gradient?.dataSync() ?? []) max = Math.max(max, Math.abs(value));
  return max;
}
