import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from './definition.js';
import { ValueError } from './errors.js';
import { assertAbove0, type Optimizer, type Update } from './optimizer.js';
import { assertOptions, inWords } from './options.js';
import { parametersOf } from './parameters.js';
import { assertOptimizer } from './parts.js';
import { isPure, pure } from './pure.js';
import { mapEntries, type Params, scalar } from './tensors.js';

export interface MaxNormOptions {
  /** c, the largest norm of a unit's incoming weights. */
  readonly maxNorm: number;
  /** The network that is trained: its layers say which weights come into a unit. */
  readonly network: Network;
}

/**
 * An optimizer that keeps each unit's weights short. After its update, for w, the weights that come
 * into one unit:
 *
 * w := w min(1, c / ‖w‖)
 *
 * w is a row of a dense W (n, n_prev), a column of one over sequences and of a recurrent layer's Wx
 * and Wh, a filter of a convolution. Biases, norms and embeddings are left as they are, and so are
 * the weights of a layer of your own that declares no `incoming`. Source: Srivastava et al., JMLR 15
 * (2014), section 5.1; Keras's MaxNorm.
 *
 * @throws ValueError if c is not above 0, or if no layer has such weights.
 */
export function maxNorm(optimizer: Optimizer, options: MaxNormOptions): Optimizer {
  assertOptimizer('maxNorm: the optimizer', optimizer);
  assertOptions('maxNorm', options, { maxNorm: true, network: true });
  const { maxNorm: c, network } = options;
  assertAbove0('maxNorm', { maxNorm: c });
  if (!Array.isArray(Object(network).layers)) {
    throw new ValueError(
      `maxNorm: the network is ${inWords(network)}; give the one that is trained, such as model.network.`,
    );
  }
  const axes = incomingOf(network);
  if (axes.size === 0) {
    throw new ValueError('maxNorm: no layer of the network has weights that come into a unit.');
  }
  const { name, hyperparameters, update } = optimizer;
  const limited: Update = (params, grads, state) => {
    const next = update(params, grads, state);
    return { ...next, params: within(next.params, axes, c) };
  };
  return {
    ...optimizer,
    name: `maxNorm ${name}`,
    hyperparameters: { ...hyperparameters, maxNorm: c },
    linear: false,
    start: (params) => optimizer.start(params),
    update: isPure(update) ? pure(limited) : limited,
  };
}

/** The axes of a unit's weights, by the names of the parameters that are trained. */
function incomingOf(network: Network): ReadonlyMap<string, readonly number[]> {
  const all = Object.entries(parametersOf(network));
  return new Map(
    all.flatMap(([name, { incoming, trained }]) =>
      incoming && trained !== false ? [[name, incoming] as const] : [],
    ),
  );
}

function within(params: Params, axes: ReturnType<typeof incomingOf>, c: number): Params {
  const short = (P: Tensor, along: readonly number[]): Tensor => {
    const norms = tf.sqrt(tf.sum(tf.square(P), [...along], true)); // 1 along those axes
    return tf.mul(P, tf.div(scalar(c), tf.maximum(norms, scalar(c)))); // the shape of P
  };
  return mapEntries(params, (name, P) => {
    const along = axes.get(name);
    return [name, along ? short(P, along) : P];
  });
}
