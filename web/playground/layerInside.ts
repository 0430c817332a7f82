import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { forward, type Network } from '../../src/core/network.js';
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
 * The way of `backward` with every step of it laid open, for l = L … 1:
 *
 * dZ[L] = AL - Y, dZ[l] = dA[l] ∘ g'(Z[l])
 * dW[l] = 1/m dZ[l] A[l-1]ᵀ, db[l] = 1/m Σ dZ[l], dA[l-1] = W[l]ᵀ dZ[l]
 *
 * Call it in a `tf.tidy`. dA of the data is not computed.
 */
export function laidOpen(network: Network, params: Params, X: Tensor2D, Y: Tensor2D) {
  const { caches } = forward(network, params, X);
  const { layers, loss } = network;
  const last = layers.length - 1;
  const steps: Record<string, Tensor2D | undefined>[] = [];
  let dA: Tensor2D | undefined; // (n_l, m)
  for (let i = last; i >= 0; i--) {
    const layer = layers[i];
    const cache = caches[i];
    const W = params[`W${i + 1}`];
    const b = params[`b${i + 1}`];
    const isFused = i === last && loss.fused?.activation === layer.activation;
    if (i === last && !isFused) dA = loss.backward(cache.A, Y); // (n_y, m)
    const dZ = isFused
      ? loss.fused!.backward(cache.A, Y) // (n_y, m)
      : layer.activation.backward(dA!, cache); // (n_l, m)
    const slope = isFused ? undefined : layer.activation.backward(tf.onesLike(cache.Z), cache); // (n_l, m)
    const { grads, dAPrev } = layer.backward(dZ, { W, b }, cache);
    const dABefore = i > 0 ? dAPrev() : undefined; // (n_{l-1}, m)
    const step = { ...cache, W, b, dA, slope, dZ, dW: grads.dW, db: grads.db, dAPrev: dABefore };
    steps.unshift(i === last ? { ...step, Y } : step);
    dA = dABefore;
  }
  return steps;
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
