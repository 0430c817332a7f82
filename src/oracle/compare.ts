import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Grads, Params } from '../core/tensors.js';

/** How the hand-written gradient of one parameter compares with the oracle's. */
export interface ParameterReport {
  /** Of the gradient, such as dW1. */
  readonly name: string;
  readonly passed: boolean;
  /** max |hand - oracle| */
  readonly maxAbsoluteError: number;
  /** max |hand - oracle| / max(|oracle|, floor), where the floor is a share of the largest |oracle|. */
  readonly maxRelativeError: number;
  /** Why it cannot be compared at all, in a few words. */
  readonly problem?: string;
}

export interface Tolerance {
  /** The largest relative error that passes. */
  readonly relative: number;
  /** The floor of the denominator, as a share of the parameter's largest gradient. */
  readonly floor: number;
}

/** Rounding in float32 stays some ten times below this. */
export const float32Tolerance: Tolerance = { relative: 1e-4, floor: 0.1 };

/** Compares gradients parameter by parameter. Reads them back; they stay the caller's. */
export function compareGradients(
  params: Params,
  hand: Grads,
  oracle: Grads,
  tolerance: Tolerance,
): ParameterReport[] {
  return Object.keys(params).map((parameter) => {
    const name = `d${parameter}`;
    const problem = findProblem(params[parameter], hand[name], oracle[name]);
    if (problem) {
      return { name, passed: false, maxAbsoluteError: NaN, maxRelativeError: NaN, problem };
    }
    const { absolute, relative } = errors(
      hand[name].dataSync(),
      oracle[name].dataSync(),
      tolerance.floor,
    );
    return {
      name,
      passed: relative <= tolerance.relative, // NaN does not pass
      maxAbsoluteError: absolute,
      maxRelativeError: relative,
    };
  });
}

function findProblem(P: Tensor2D, hand?: Tensor2D, oracle?: Tensor2D): string | undefined {
  if (!oracle) return 'the cost does not depend on it';
  if (!hand) return 'the backward pass does not return it';
  if (String(hand.shape) !== String(P.shape)) {
    return `it is (${hand.shape.join(', ')}), but its parameter is (${P.shape.join(', ')})`;
  }
  return undefined;
}

function errors(hand: ArrayLike<number>, oracle: ArrayLike<number>, floorShare: number) {
  let largest = 0;
  for (let i = 0; i < oracle.length; i++) largest = Math.max(largest, Math.abs(oracle[i]));
  const floor = floorShare * largest;
  let absolute = 0;
  let relative = 0;
  for (let i = 0; i < oracle.length; i++) {
    const difference = Math.abs(hand[i] - oracle[i]);
    if (difference === 0) continue; // also 0 against 0, where the quotient is not a number
    absolute = Math.max(absolute, difference);
    relative = Math.max(relative, difference / Math.max(Math.abs(oracle[i]), floor));
  }
  return { absolute, relative };
}
