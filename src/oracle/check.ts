import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Cache } from '../core/chain.js';
import { ValueError } from '../core/errors.js';
import { countOf, readsIds } from '../core/inputs.js';
import { backwardToX, cost, forward, type Network } from '../core/network.js';
import { drawNoise, noiseOf } from '../core/noise.js';
import { assertOptions } from '../core/options.js';
import { parametersOf } from '../core/parameters.js';
import { RandomState } from '../core/random.js';
import { type Params, tensor } from '../core/tensors.js';
import { type CheckOptions, checkGradients, checkOptionNames } from './checkGradients.js';
import type { GradientReport } from './report.js';
import type { Subject, Tensors } from './subject.js';

/** What a network is checked on: parameters with X and Y, or the shapes to draw them from. */
export type CheckedOn = Pick<Subject, 'params' | 'X' | 'Y' | 'shapes' | 'labels'>;

export interface CheckNetworkOptions extends CheckOptions {
  /** Check dX too, the gradient of the data, under the name dA0. Default: no. */
  readonly dX?: boolean;
  /** Check the step that trains, or the one that predicts. Default: the one that trains. */
  readonly training?: boolean;
}

/**
 * A network of our own as a subject of the oracle: its forward pass with its cost J, and its
 * hand-written backward pass. It trains, with the same noise in each pass; running statistics are
 * no parameters, because the step that trains does not read them.
 *
 * @param on { params, X, Y }, or the shapes of them. The tensors stay the caller's.
 */
export function subjectOf(
  network: Network,
  on: CheckedOn,
  { dX = false, training = true }: Pick<CheckNetworkOptions, 'dX' | 'training'> = {},
): Subject {
  const statistics = statisticsOf(network, on.params);
  const ids = readsIds(network) && on.X instanceof tf.Tensor ? valuesOf(on.X) : undefined;
  const shapes = noiseOf(network);
  const params =
    on.params &&
    Object.fromEntries(Object.entries(on.params).filter(([name]) => !(name in statistics)));
  const whole = (own: Tensors): Params => ({
    ...own,
    ...Object.fromEntries(Object.entries(statistics).map(([name, P]) => [name, tensorOf(P)])),
  });
  return {
    ...on,
    params: params && (dX && on.X !== undefined ? { ...params, A0: on.X } : params),
    forward: (_, { A0, ...own }, X, Y) => {
      const samples = A0 ?? (ids ? tf.cast(tensorOf(ids), 'int32') : X);
      const noise = training
        ? drawNoise(shapes, countOf(network, samples), new RandomState(1))
        : undefined;
      const { caches } = forward(network, whole(own), samples, { training, noise });
      return { cost: cost(network, own, caches, Y), cache: caches };
    },
    backward: (_, { A0, ...own }, _X, Y, caches) => {
      const hand = backwardToX(network, own, caches as Cache[], Y);
      if (!A0) return hand.grads;
      return { ...hand.grads, dA0: tf.div(hand.dX(), countOf(network, A0)) }; // per sample to mean
    },
  };
}

interface Values {
  readonly values: Float64Array;
  readonly shape: readonly number[];
}

const valuesOf = (P: Tensor): Values => ({
  values: Float64Array.from(P.dataSync()),
  shape: P.shape,
});
const tensorOf = ({ values, shape }: Values): Tensor => tensor(values, shape);

/** The running statistics, as given or as they start. */
function statisticsOf(network: Network, params: CheckedOn['params']): Record<string, Values> {
  const untrained = Object.entries(parametersOf(network)).filter(([, P]) => P.trained === false);
  return Object.fromEntries(
    untrained.map(([name, parameter]) => {
      const P = params?.[name];
      if (P instanceof tf.Tensor) return [name, valuesOf(P)];
      const start = parameter.initialize(new RandomState(1));
      const values = valuesOf(start);
      start.dispose();
      return [name, values];
    }),
  );
}

/**
 * Proves the hand-written backward pass of a network right at the given parameters and samples X
 * and Y, or says what is wrong: `checkGradients` on it, in double precision unless the options name
 * a backend. The tensors stay the caller's; everything made here is freed.
 *
 * @throws CheckError where the cost is not finite at these parameters; ValueError where dX is asked
 *   for and X holds ids.
 */
export function checkNetwork(
  network: Network,
  params: Params,
  X: Tensor,
  Y: Tensor,
  options: CheckNetworkOptions = {},
): Promise<GradientReport> {
  assertOptions('checkNetwork', options, { ...checkOptionNames, dX: true, training: true });
  const { dX, training, ...others } = options;
  if (dX && readsIds(network)) {
    throw new ValueError(
      'checkNetwork: dX is the gradient of numbers, and this network reads ids. Leave dX out.',
    );
  }
  return checkGradients(subjectOf(network, { params, X, Y }, { dX, training }), others);
}
