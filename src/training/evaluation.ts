import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { forward, headOf, type Network } from '../core/network.js';
import { accuracy, rSquared } from '../core/scores.js';
import type { Params } from '../core/tensors.js';
import type { Logs } from './history.js';
import { costOf } from './step.js';

/**
 * J and the metrics of samples, as the network predicts them: accuracy for classes, R² for numbers.
 * Frees its temporaries.
 */
export function evaluate(network: Network, params: Params, X: Tensor, Y: Tensor): Logs {
  const { activation, loss } = headOf(network);
  const J = costOf(network, params, X, Y);
  const [cost] = J.dataSync();
  J.dispose();
  const metrics = tf.tidy((): Logs => {
    const { AL } = forward(network, params, X);
    if (activation.gives === 'number') return { r2: rSquared(AL, Y) };
    return { accuracy: accuracy(AL, Y, activation.gives, loss.labels) };
  });
  return { cost, ...metrics };
}
