import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../core/layers.js';
import type { Network } from '../core/network.js';
import { timesTransposed, transposedTimes } from '../core/products.js';
import { mapEntries, type Params } from '../core/tensors.js';

/**
 * The first layer in sample space: far fewer numbers than W1 holds, where m is much smaller than n_x.
 *
 * Every gradient dW1 = 1/m dZ1 Xᵀ is a combination of the samples. So a rule that is linear in the
 * gradient never leaves
 *
 * W1 = S Xᵀ + c W1(0), and + d V1(0) where the rule remembers a V1
 *
 * and a step needs T = [S | c I | d I] (n_1, m + 2 n_1) only:
 *
 * U = [XᵀX; W1(0) X; V1(0) X] (m + 2 n_1, m), once
 * Z1 = T U + b1 (n_1, m)
 * dT = [1/m dZ1 | 0 | 0] (n_1, m + 2 n_1), of which dW1 = dT [Xᵀ; W1(0); V1(0)]
 *
 * A batch is some columns of U, and dT = [1/m dZ1 Eᵀ | 0 | 0], E the same columns of the unit matrix.
 *
 * `network` is the same network with X in place of X and T in place of W1: it trains as any other.
 */
export interface SampleSpace {
  readonly network: Network;
  /** What stands for the samples, a column each: U, and for batches the unit matrix under it. It is the sample space's own. */
  readonly X: Tensor2D;
  /** Parameters, or what the optimizer remembers, with W1 as T. The caller owns them. */
  enter(values: Params): Params;
  /** The way back, W1 = T [Xᵀ; W1(0); …] (n_1, n_x). The caller owns them. */
  leave(values: Params): Params;
  dispose(): void;
}

/**
 * The sample space of X (n_x, m) around `values`: the parameters, and what the optimizer remembers
 * under names that end in theirs, such as vW1. They have to live as long as it does, and so have Xᵀ
 * (m, n_x) and K = XᵀX (m, m), which belong to X and serve one sample space after the other.
 *
 * For dense layers and optimizers that are `linear`.
 */
export function sampleSpace(
  network: Network,
  values: Params,
  X: Tensor2D,
  { XT, K, batches = false }: { XT: Tensor2D; K: Tensor2D; batches?: boolean },
): SampleSpace {
  const [first, ...rest] = network.layers;
  const m = X.shape[1];
  const n1 = first.units;
  const bases = Object.entries(values).filter(([name]) => name.endsWith('W1'));
  const width = m + bases.length * n1;

  const rowsOfU = tf.range(0, width, 1, 'int32');
  const rowsOfE = tf.range(width, width + m, 1, 'int32');
  const samples = tf.tidy(() => {
    const U = [K, ...bases.map(([, B]) => tf.matMul(B, X))]; // (m + k n_1, m)
    return tf.concat(batches ? [...U, tf.eye(m)] : U, 0) as Tensor2D;
  });
  const unit = (base: number) => {
    const before = m + base * n1;
    return pad(tf.eye(n1), before, width - before - n1); // (n_1, m + k n_1)
  };
  const combine = (T: Tensor2D) =>
    tf.matMul(T, tf.concat([XT, ...bases.map(([, B]) => B)], 0)) as Tensor2D; // (n_1, n_x)
  const convert = (values: Params, change: (P: Tensor2D, base: number) => Tensor2D): Params =>
    mapEntries(values, (name, P) => {
      const base = bases.findIndex(([known]) => known === name);
      return [name, base < 0 ? tf.clone(P) : tf.tidy(() => change(P, base))];
    });

  const layer = batches ? onBatches(first, width - m, rowsOfU, rowsOfE) : onAll(first, width - m);
  return {
    network: { ...network, nX: width, layers: [layer, ...rest] },
    X: samples,
    enter: (values) => convert(values, (_, base) => unit(base)),
    leave: (values) => convert(values, combine),
    dispose: () => tf.dispose([samples, rowsOfU, rowsOfE]),
  };
}

/** dT = [1/m dZ1 | 0] */
const onAll = (layer: Layer, zeros: number): Layer => ({
  ...layer,
  backward: (dZ, { W: T }) => {
    const dZPerM = tf.div(dZ, dZ.shape[1]) as Tensor2D; // (n_1, m)
    return {
      grads: { dW: pad(dZPerM, 0, zeros), db: tf.sum(dZPerM, 1, true) as Tensor2D },
      dAPrev: () => transposedTimes(T, dZ),
    };
  },
});

/**
 * dT = [1/m dZ1 Eᵀ | 0], where the samples are U above E. Both are taken out by gather, a kernel on
 * every backend, where slice is a loop in JavaScript on some.
 */
const onBatches = (layer: Layer, zeros: number, rowsOfU: Tensor1D, rowsOfE: Tensor1D): Layer => ({
  ...layer,
  forward: (UE, params) => {
    const U = tf.gather(UE, rowsOfU) as Tensor2D; // (m + k n_1, m of the batch)
    const { Z, A } = layer.forward(U, params);
    return { APrev: UE, Z, A };
  },
  backward: (dZ, { W: T }, { APrev: UE }) => {
    const E = tf.gather(UE, rowsOfE) as Tensor2D; // (m, m of the batch)
    const dZPerM = tf.div(dZ, dZ.shape[1]) as Tensor2D; // (n_1, m of the batch)
    const dS = timesTransposed(dZPerM, E); // (n_1, m)
    return {
      grads: { dW: pad(dS, 0, zeros), db: tf.sum(dZPerM, 1, true) as Tensor2D },
      dAPrev: () => transposedTimes(T, dZ),
    };
  },
});

/** M with zeros in so many columns before it and behind it. */
const pad = (M: Tensor2D, before: number, behind: number): Tensor2D =>
  tf.pad2d(M, [
    [0, 0],
    [before, behind],
  ]);
