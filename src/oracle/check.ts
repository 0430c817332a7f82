import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { backward, cost, forward, type Network } from '../core/network.js';
import { disposeReplaced, type Params } from '../core/tensors.js';
import { autodiff } from './autodiff.js';
import { compareGradients, float32Tolerance, type Tolerance } from './compare.js';
import type { GradientReport, ParameterReport } from './report.js';

/**
 * Compares the hand-written backward pass of a network with `tf.variableGrads` through its own
 * forward pass, on the samples X (n_x, m) and Y (n_y, m), on the backend in use. Frees all that it
 * makes.
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
      return summarize(compareGradients(params, hand, oracle, tolerance));
    } finally {
      disposeReplaced(oracle, {});
    }
  } finally {
    disposeReplaced(hand, {});
  }
}

/** The report of parameters that were compared with autodiff, and with nothing else. */
export function summarize(parameters: readonly ParameterReport[]): GradientReport {
  return {
    passed: parameters.every(({ passed }) => passed),
    precision: (tf.backend().floatPrecision() as number) === 64 ? 'float64' : 'float32',
    backend: tf.getBackend(),
    parameters,
    maxRelativeError: parameters.reduce((most, p) => larger(most, p.maxRelativeError), 0),
    stages: [],
    causes: [],
    checked: {
      autodiff: parameters.reduce((sum, { errors }) => sum + (errors?.length ?? 0), 0),
      differences: 0,
      directions: 0,
    },
    skipped: 0,
    notes: [],
  };
}

/** The larger of the two, and NaN where one is NaN. */
const larger = (a: number, b: number) => (a >= b ? a : b > a ? b : Number.NaN);
