import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Activated } from '../../src/core/activation.js';
import { denseLayersOf, type Linear } from '../../src/core/layers/dense.js';
import { type BackwardStage, backward, forward, type Network } from '../../src/core/network.js';
import { gradientDescent } from '../../src/core/optimizers.js';
import type { Params } from '../../src/core/tensors.js';
import { type Experiment, type Numbers, read } from './experiment.js';

/** What a layer holds in one step, by the course's names; `slope` is g'(Z). */
export type Inside = Readonly<Partial<Record<Quantity, Numbers>>>;

export type Quantity =
  | 'APrev'
  | 'W'
  | 'b'
  | 'Z'
  | 'A'
  | 'Y'
  | 'dA'
  | 'slope'
  | 'dZ'
  | 'dW'
  | 'db'
  | 'dAPrev'
  | 'WNext'
  | 'bNext';

/**
 * What `forward` and `backward` work out in each layer, by the course's names; g'(Z) beside it. Call it
 * in a `tf.tidy`.
 */
export function laidOpen(network: Network, params: Params, X: Tensor2D, Y: Tensor2D) {
  const { caches } = forward(network, params, X);
  const stages: BackwardStage[] = [];
  const grads = backward(network, params, caches, Y, (_, stage) => stages.unshift(stage));
  return denseLayersOf(network.layers).map(({ activation }, i) => {
    const l = i + 1;
    const { dA, dZ } = stages[i];
    // A dense layer is two: the linear step, and the activation.
    const { APrev } = caches[2 * i].cache as Linear;
    const { Z, A } = caches[2 * i + 1].cache as Activated;
    const inside: Partial<Record<Quantity, Tensor>> = {
      ...{ APrev, Z, A, dA, dZ },
      ...{ W: params[`W${l}`], b: params[`b${l}`], dW: grads[`dW${l}`], db: grads[`db${l}`] },
      slope: dA && activation.backward(tf.onesLike(Z), { Z, A }), // (n_l, m)
      dAPrev: stages[i - 1]?.dA, // (n_{l-1}, m)
      Y: l === network.layers.length ? Y : undefined,
    };
    return inside as Partial<Record<Quantity, Tensor2D>>;
  });
}

/** What layer l = 1 … L holds now, and what the next step makes of it. */
export async function insideOf(
  { network, params, X, Y, rate }: Experiment,
  l: number,
): Promise<Inside> {
  const tensors = tf.tidy(() => {
    const { W, b, dW, db, ...others } = laidOpen(network, params, X, Y)[l - 1];
    const grads = { dW: dW!, db: db! };
    const after = gradientDescent({ learningRate: rate }).update(
      { W: W!, b: b! },
      grads,
      {},
    ).params;
    const all = { W, b, ...grads, ...others, WNext: after.W, bNext: after.b };
    const there = Object.entries(all).filter(([, tensor]) => tensor !== undefined);
    // What lives on, such as W, is read as a copy: the reading frees it.
    return Object.fromEntries(there.map(([name, tensor]) => [name, tf.clone(tensor!)]));
  });
  const names = Object.keys(tensors);
  const shapes = names.map((name) => tensors[name].shape);
  const values = await read(Object.values(tensors));
  return Object.fromEntries(
    names.map((name, i) => [name, { values: values[i], shape: shapes[i] }]),
  );
}
