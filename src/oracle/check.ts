import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Cache } from '../core/network.js';
import { backward, cost, forward, type Network } from '../core/network.js';
import type { Params } from '../core/tensors.js';
import { type CheckOptions, checkGradients } from './checkGradients.js';
import type { GradientReport } from './report.js';
import type { Subject } from './subject.js';

/** What a network is checked on: parameters with X and Y, or the shapes to draw them from. */
export type CheckedOn = Pick<Subject, 'params' | 'X' | 'Y' | 'shapes' | 'labels'>;

/**
 * A network of our own as a subject of the oracle: its forward pass with its cost J, and its
 * hand-written backward pass.
 *
 * @param on { params, X (n_x, m), Y (n_y, m) }, or the shapes of them. The tensors stay the caller's.
 */
export function subjectOf(network: Network, on: CheckedOn): Subject {
  return {
    ...on,
    forward: (_, params, X, Y) => {
      const { caches } = forward(network, params as Params, X as Tensor2D);
      return { cost: cost(network, params as Params, caches, Y as Tensor2D), cache: caches };
    },
    backward: (_, params, _X, Y, caches) =>
      backward(network, params as Params, caches as Cache[], Y as Tensor2D),
  };
}

/**
 * Proves the hand-written backward pass of a network right at the given parameters and samples
 * X (n_x, m), Y (n_y, m), or says what is wrong: `checkGradients` on it, in double precision unless
 * the options name a backend. The tensors stay the caller's; everything made here is freed.
 *
 * @throws CheckError where the cost is not finite at these parameters.
 */
export function checkNetwork(
  network: Network,
  params: Params,
  X: Tensor2D,
  Y: Tensor2D,
  options: CheckOptions = {},
): Promise<GradientReport> {
  return checkGradients(subjectOf(network, { params, X, Y }), options);
}
