import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { backward, cost, forward, type Network } from '../core/network.js';
import { disposeReplaced, type Params } from '../core/tensors.js';
import { autodiff } from './autodiff.js';
import {
  compareGradients,
  float32Tolerance,
  type ParameterReport,
  type Tolerance,
} from './compare.js';

export interface GradientReport {
  readonly passed: boolean;
  readonly maxRelativeError: number;
  readonly parameters: readonly ParameterReport[];
}

/**
 * Compares the hand-written backward pass of a network with `tf.variableGrads` through its own
 * forward pass, on the samples X (n_x, m) and Y (n_y, m). Frees all that it makes.
 */
export function checkNetwork(
  network: Network,
  params: Params,
  X: Tensor2D,
  Y: Tensor2D,
  tolerance: Tolerance = float32Tolerance,
): GradientReport {
  const hand = tf.tidy(() => {
    const { caches } = forward(network, params, X);
    return backward(network, params, caches, Y);
  });
  try {
    const costOf = (params: Params) => cost(network, params, forward(network, params, X).caches, Y);
    const oracle = autodiff(costOf, params);
    try {
      return report(compareGradients(params, hand, oracle, tolerance));
    } finally {
      disposeReplaced(oracle, {});
    }
  } finally {
    disposeReplaced(hand, {});
  }
}

const report = (parameters: ParameterReport[]): GradientReport => ({
  passed: parameters.every(({ passed }) => passed),
  maxRelativeError: parameters.reduce((most, p) => larger(most, p.maxRelativeError), 0),
  parameters,
});

/** The larger of the two, and NaN where one is NaN. */
const larger = (a: number, b: number) => (a >= b ? a : b > a ? b : Number.NaN);
