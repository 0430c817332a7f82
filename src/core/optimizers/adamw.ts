import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../errors.js';
import { assertFrom0, type Optimizer } from '../optimizer.js';
import { assertOptions, inWords } from '../options.js';
import { mapEntries, scalar } from '../tensors.js';
import { type AdamOptions, adamRule } from './adam.js';

export interface AdamwOptions extends AdamOptions {
  /** λ. Default: 0.01. */
  readonly weightDecay?: number;
  /**
   * Which parameters decay: all, as in PyTorch and Keras; 'weights', those whose name begins with W;
   * or those of whose names a function of yours says so, the same each time. Default: 'all'.
   */
  readonly decays?: 'all' | 'weights' | ((name: string) => boolean);
}

/**
 * W := W - α λ W
 *
 * and then a step of `adam`, with the gradient at the old W: the decay goes past the moments, which an
 * L2 term goes through. α is the learning rate, a number or a schedule. Options and defaults are
 * those of adam. Source: Loshchilov, Hutter, arXiv:1711.05101.
 *
 * @throws ValueError if λ is below 0, or as adam does.
 */
export function adamw(options: AdamwOptions = {}): Optimizer {
  assertOptions<AdamwOptions>('adamw', options, {
    ...{ learningRate: true, beta1: true, beta2: true, epsilon: true, epsilonPlace: true },
    ...{ weightDecay: true, decays: true },
  });
  const { weightDecay = 0.01, decays = 'all', ...rest } = options;
  assertFrom0('adamw', { weightDecay });
  const isDecaying = decaying(decays);
  const rule = adamRule('adamw', rest, (params, alpha) => {
    const share = tf.mul(alpha, scalar(weightDecay)); // ()
    return mapEntries(params, (name, P) => [
      name,
      isDecaying(name) ? tf.sub(P, tf.mul(share, P)) : P,
    ]);
  });
  const told: Optimizer['hyperparameters'] =
    decays === 'all' ? {} : { decays: decays === 'weights' ? decays : 'some' };
  return { ...rule, hyperparameters: { ...rule.hyperparameters, weightDecay, ...told } };
}

function decaying(decays: AdamwOptions['decays']): (name: string) => boolean {
  if (decays === 'all') return () => true;
  if (decays === 'weights') return (name) => name.startsWith('W');
  if (typeof decays === 'function') return decays;
  throw new ValueError(
    `adamw: decays is ${inWords(decays)}; give 'all', 'weights', or a function of the name.`,
  );
}
