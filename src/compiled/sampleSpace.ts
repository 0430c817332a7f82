import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Layer, pureLayer } from '../core/layer.js';
import { partsOf } from '../core/layers/activated.js';
import type { Network } from '../core/network.js';
import { timesTransposed, transposedTimes } from '../core/products.js';
import { mapEntries, type Params, present } from '../core/tensors.js';

/**
 * The first layer in sample space: far fewer numbers than W1 if m is much smaller than n_x.
 *
 * Every gradient dW1 = 1/m dZ1 Xᵀ is a linear combination of the samples. So with an optimizer that
 * is linear in the gradient, W1 always has the form
 *
 * W1 = S Xᵀ + C W1(0), plus D V1(0) if the optimizer keeps a V1
 *
 * and a step only needs T = [S | C | D] (n_1, m + 2 n_1), starting from [0 | I | 0]:
 *
 * U = [XᵀX; W1(0) X; V1(0) X] (m + 2 n_1, m), once
 * Z1 = T U + b1 (n_1, m)
 * dT = [1/m dZ1 | 0 | 0] (n_1, m + 2 n_1), where dW1 = dT [Xᵀ; W1(0); V1(0)]
 *
 * A batch selects columns E of the identity: Z1 = T (U E) + b1 and dT = [1/m dZ1 Eᵀ | 0 | 0].
 */
export interface SampleSpace {
  /** [XᵀX; W1(0) X; …] (m + k n_1, m) */
  readonly U: Tensor2D;
  /** Stands in for the samples, one column each: U, or the identity (m, m) for batches. */
  readonly X: Tensor2D;
  /** The network that takes this X, and T in place of W1. U may be any of the same shape. */
  around(U: Tensor2D): Network;
  /** Converts parameters or optimizer state: W1 becomes T. The caller owns the result. */
  enter(values: Params): Params;
  /** Converts back: W1 = S Xᵀ + C W1(0) + … (n_1, n_x). The caller owns the result. */
  leave(values: Params): Params;
  /** T U = W1 X (n_1, m) for each W1 that `leave` returns, by its name. The caller owns them. */
  images(values: Params): Params;
  dispose(): void;
}

/** Products of X, shared by successive sample spaces. */
export interface Samples {
  readonly XT: Tensor2D; // (m, n_x)
  /** XᵀX */
  readonly K: Tensor2D; // (m, m)
  /** The identity matrix, if training in batches. */
  readonly I?: Tensor2D; // (m, m)
}

/**
 * The sample space of X (n_x, m) around `values`: the parameters, plus optimizer state whose names
 * end in theirs, such as vW1. The values must outlive it. Pass `images`, their W1 X, if known from
 * the previous sample space: it saves the product.
 *
 * For dense layers and optimizers that are `linear`.
 */
export function sampleSpace(
  network: Network,
  values: Params,
  X: Tensor2D,
  { XT, K, I }: Samples,
  images?: Params,
): SampleSpace {
  const [first, ...rest] = network.layers;
  const [linear, ...activation] = partsOf(first);
  const m = X.shape[1];
  const [n1] = first.output(network.input);
  const bases = Object.entries(values).filter(([name]) => name.endsWith('W1'));
  const width = m + bases.length * n1;

  const U = tf.tidy(() => {
    const rows = bases.map(([name, B]) => images?.[name] ?? tf.matMul(B, X));
    return tf.concat([K, ...(rows as Tensor2D[])], 0); // (m + k n_1, m)
  });
  const unit = (base: number) => {
    const before = m + base * n1;
    return pad(tf.eye(n1), before, width - before - n1); // (n_1, m + k n_1)
  };
  const columns = (T: Tensor, from: number, count: number) =>
    tf.slice(T as Tensor2D, [0, from], [n1, count]);
  const combine = (T: Tensor) =>
    bases.reduce<Tensor2D>(
      (W, [, B], i) => tf.add(W, tf.matMul(columns(T, m + i * n1, n1), B as Tensor2D)),
      tf.matMul(columns(T, 0, m), XT),
    ); // (n_1, n_x)
  const convert = (values: Params, change: (P: Tensor, base: number) => Tensor): Params =>
    mapEntries(values, (name, P) => {
      const base = bases.findIndex(([known]) => known === name);
      return [name, base < 0 ? tf.clone(P) : tf.tidy(() => change(P, base))];
    });

  const layerAround = (U: Tensor2D) =>
    I ? onBatches(linear, width - m, U) : onAll(linear, width - m);
  return {
    U,
    X: I ?? U,
    around: (U) => {
      const nX = I ? m : width;
      const layers = [layerAround(U), ...activation, ...rest];
      return { ...network, input: [nX], nX, layers };
    },
    enter: (values) => convert(values, (_, base) => unit(base)),
    leave: (values) => convert(values, combine),
    images: (values) => {
      const known = bases.filter(([name]) => name in values);
      return Object.fromEntries(
        known.map(([name]) => [name, tf.matMul(values[name] as Tensor2D, U)]),
      );
    },
    dispose: () => U.dispose(),
  };
}

/** Whether T is enough smaller than W1 for its steps to repay the conversion there and back. */
export const paysInSampleSpace = (nX: number, n1: number, m: number): boolean => 2 * (m + n1) <= nX;

/** dT = [1/m dZ1 | 0] */
const onAll = (linear: Layer, zeros: number): Layer =>
  pureLayer({
    ...linear,
    backward: (dZ, { params: { W: T, b } }) => {
      const dZPerM = tf.div(dZ, dZ.shape[1]!) as Tensor2D; // (n_1, m)
      const db = b && tf.sum(dZPerM, 1, true); // (n_1, 1)
      return {
        grads: present<Tensor>({ dW: pad(dZPerM, 0, zeros), db }),
        dX: () => transposedTimes(T, dZ),
      };
    },
  });

/** dT = [1/m dZ1 Eᵀ | 0], with E in place of the samples. */
const onBatches = (linear: Layer, zeros: number, U: Tensor2D): Layer =>
  pureLayer({
    ...linear,
    forward: (E, given) => {
      const { Y } = linear.forward(tf.matMul(U, E as Tensor2D), given); // (n_1, m of the batch)
      return { Y, cache: E };
    },
    backward: (dZ, { params: { W: T, b } }, E) => {
      const dZPerM = tf.div(dZ, dZ.shape[1]!) as Tensor2D; // (n_1, m of the batch)
      const dS = timesTransposed(dZPerM, E as Tensor); // (n_1, m)
      const db = b && tf.sum(dZPerM, 1, true); // (n_1, 1)
      return {
        grads: present<Tensor>({ dW: pad(dS, 0, zeros), db }),
        dX: () => transposedTimes(T, dZ),
      };
    },
  });

/** M with columns of zeros added before and after it. */
const pad = (M: Tensor2D, before: number, behind: number): Tensor2D =>
  tf.pad2d(M, [
    [0, 0],
    [before, behind],
  ]);
