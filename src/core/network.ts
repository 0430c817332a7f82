import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { HandgradError, ShapeError, ValueError } from './errors.js';
import { assertOutput } from './labels.js';
import type { Cache, Layer } from './layers.js';
import type { Loss } from './losses.js';
import { assertOptions, inWords, type Names } from './options.js';
import { assertLoss } from './parts.js';
import type { RandomState } from './random.js';
import { l2 } from './regularizers.js';
import { assertMatrix } from './samples.js';
import type { Grads, Params } from './tensors.js';

/** A network's layers and cost. Parameters are kept separately, in { W1, b1, W2, b2, … }. */
export interface Network {
  readonly nX: number;
  readonly layers: readonly Layer[];
  readonly loss: Loss;
  /** λ of the L2 term. */
  readonly l2: number;
}

/** Limit per layer: 2 GiB in float32. */
const maxWeights = 2 ** 29;

export interface NetworkDefinition {
  /** n_x */
  readonly nX: number;
  readonly layers: readonly Layer[];
  readonly loss: Loss;
  /** λ of the L2 term. Default: 0. */
  readonly l2?: number;
}

const definitionNames: Names<NetworkDefinition> = { nX: true, layers: true, loss: true, l2: true };

/**
 * A network with layers l = 1 … L and n_x inputs.
 *
 * @throws ValueError if the sizes are invalid, if the loss does not accept the last layer's output,
 *   or if something is not a layer or a loss.
 */
export function network(definition: NetworkDefinition): Network {
  assertOptions('network', definition, definitionNames);
  const { nX, layers, loss, l2 = 0 } = definition;
  if (!Number.isInteger(nX) || nX < 1) {
    throw new ValueError(
      `network: n_x is ${nX}; give the number of inputs, a whole number from 1.`,
    );
  }
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new ValueError('network: no layers; give a list of one at least.');
  }
  assertLoss('network: the loss', loss);
  if (!(l2 >= 0 && l2 < Number.POSITIVE_INFINITY)) {
    throw new ValueError(`network: l2 is ${l2}; give a number from 0.`);
  }
  let nPrev = nX;
  for (const [i, layer] of layers.entries()) {
    const { units } = assertLayer(i + 1, layer);
    if (units * nPrev > maxWeights) {
      throw new ValueError(
        `network: layer ${i + 1} would have ${units} x ${nPrev} weights, more than ${maxWeights}; give it fewer units.`,
      );
    }
    nPrev = units;
  }
  const made = { nX, layers, loss, l2 };
  assertOutput(headOf(made));
  return made;
}

function assertLayer(l: number, layer: Layer): Layer {
  if (typeof layer?.forward === 'function' && layer.activation) return layer;
  throw new ValueError(
    `network: layer ${l} is ${inWords(layer)}; give a layer, such as dense(4, tanh).`,
  );
}

/**
 * W[1], b[1], W[2], b[2], … drawn in this order from a single random stream. The caller owns them.
 */
export function initialize(network: Network, random: RandomState): Params {
  const params: Record<string, Tensor2D> = {};
  let nPrev = network.nX;
  network.layers.forEach((layer, i) => {
    Object.assign(params, withLayer(i + 1, layer.initialize(nPrev, random)));
    nPrev = layer.units;
  });
  return params;
}

/** @throws ShapeError if a parameter is missing, unknown, or does not fit its layer. */
export function checkParameters(network: Network, params: Params): void {
  let nPrev = network.nX;
  const expected: string[] = [];
  network.layers.forEach((layer, i) => {
    const l = i + 1;
    const { W, b } = ofLayer(layer, l, params);
    expected.push(...layer.parameters.map((name) => `${name}${l}`));
    assertMatrix(`W${l}`, W);
    assertMatrix(`b${l}`, b);
    const fits = (P: Tensor2D, rows: number, columns: number) =>
      P.shape[0] === rows && P.shape[1] === columns;
    if (!fits(W, layer.units, nPrev) || !fits(b, layer.units, 1)) {
      throw new ShapeError(
        `Layer ${l} has W${l} (${W.shape.join(', ')}) and b${l} (${b.shape.join(', ')}), expected (${layer.units}, ${nPrev}) and (${layer.units}, 1).`,
      );
    }
    nPrev = layer.units;
  });
  const extra = Object.keys(params).find((name) => !expected.includes(name));
  if (extra === undefined) return;
  throw new ShapeError(
    `The parameters hold ${extra}, which no layer has: they are ${expected.join(', ')}.`,
  );
}

/** The output layer and the loss. */
export const headOf = ({ layers, loss }: Network) => ({ ...layers.at(-1)!, loss });

/**
 * A[0] = X
 * Z[l] = W[l] A[l-1] + b[l], A[l] = g(Z[l]), for l = 1 … L
 *
 * X (n_x, m) has samples in columns; AL = A[L] (n_y, m). Call this and the backward pass inside one
 * `tf.tidy`, because the caches must live until then. Pass Xᵀ (m, n_x) if you have it: it speeds up
 * dW[1].
 *
 * @throws ShapeError if X does not fit.
 */
export function forward(network: Network, params: Params, X: Tensor2D, XT?: Tensor2D) {
  const caches: Cache[] = [];
  let A = X; // (n_x, m)
  network.layers.forEach((layer, i) => {
    caches.push(layer.forward(A, ofLayer(layer, i + 1, params)));
    A = caches[i].A; // (n_l, m)
  });
  if (XT) caches[0] = { ...caches[0], APrevT: XT };
  return { AL: A, caches };
}

/** J from the caches of `forward`, including the L2 term, if any. The caller owns it. */
export function cost(
  network: Network,
  params: Params,
  caches: readonly Cache[],
  Y: Tensor2D,
): Scalar {
  const { Z: ZL, A: AL } = output(caches, Y);
  const { loss, layers } = network;
  const J = isFused(network) ? loss.fused!.forward(ZL, Y) : loss.forward(AL, Y);
  if (network.l2 === 0) return J;
  const weights = layers.map((_, i) => params[`W${i + 1}`]);
  return tf.add(J, l2.forward(weights, network.l2, Y.shape[1]));
}

/** What `backward` computes in layer l. No dA if the loss computes dZ directly. */
export interface BackwardStage {
  readonly dA?: Tensor2D; // (n_l, m)
  readonly dZ: Tensor2D; // (n_l, m)
}

/**
 * dZ[L] = AL - Y if the loss is fused, else dA[L] from the loss and dZ[L] = dA[L] ∘ g'(Z[L])
 * dW[l] = 1/m dZ[l] A[l-1]ᵀ, db[l] = 1/m Σ dZ[l]
 * dA[l-1] = W[l]ᵀ dZ[l], dZ[l-1] = dA[l-1] ∘ g'(Z[l-1]), for l = L … 1
 *
 * Returns { dW1, db1, dW2, db2, … } in the shapes of the parameters; the caller owns them.
 * `onStage` receives each layer's dA and dZ, l = L … 1, which live as long as the enclosing
 * `tf.tidy`.
 */
export function backward(
  network: Network,
  params: Params,
  caches: readonly Cache[],
  Y: Tensor2D,
  onStage?: (l: number, stage: BackwardStage) => void,
): Grads {
  const { A: AL } = output(caches, Y);
  const { layers, loss } = network;
  const grads: Record<string, Tensor2D> = {};

  let dA = () => loss.backward(AL, Y); // (n_y, m)
  for (let l = layers.length; l >= 1; l--) {
    const layer = layers[l - 1];
    const cache = caches[l - 1];
    const stage =
      l === layers.length && isFused(network)
        ? { dZ: loss.fused!.backward(AL, Y) } // (n_y, m)
        : throughActivation(layer, dA(), cache); // (n_l, m)
    onStage?.(l, stage);
    const { dZ } = stage;
    const step = atLayer(l, () => layer.backward(dZ, ofLayer(layer, l, params), cache));
    Object.assign(grads, withLayer(l, step.grads));
    dA = () => atLayer(l, step.dAPrev); // (n_{l-1}, m)
  }
  if (network.l2 > 0) addL2(network, params, grads, Y.shape[1]);
  return grads;
}

/** dZ = dA ∘ g'(Z) */
const throughActivation = ({ activation }: Layer, dA: Tensor2D, cache: Cache): BackwardStage => ({
  dA,
  dZ: activation.backward(dA, cache),
});

/** dW[l] += λ/m W[l] */
function addL2(network: Network, params: Params, grads: Record<string, Tensor2D>, m: number): void {
  network.layers.forEach((_, i) => {
    const W = params[`W${i + 1}`];
    grads[`dW${i + 1}`] = tf.add(grads[`dW${i + 1}`], l2.backward(W, network.l2, m));
  });
}

/** Adds the layer to errors thrown inside it: tfjs only names its own operations. */
function atLayer<T>(l: number, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof HandgradError) throw error;
    const { message } = error as Error;
    throw new ShapeError(`backward, layer ${l} (dW${l}, db${l}): ${message}`, { cause: error });
  }
}

/** Whether the loss is fused with the output layer's activation. */
const isFused = ({ loss, layers }: Network) => loss.fused?.activation === layers.at(-1)!.activation;

/** { W, b } as { W1, b1 }. */
const withLayer = (l: number, named: Params): Params =>
  Object.fromEntries(Object.entries(named).map(([name, P]) => [`${name}${l}`, P]));

/** { W1, b1, … } as the { W, b } of layer l. */
function ofLayer(layer: Layer, l: number, params: Params): Params {
  const own = layer.parameters.map((name) => [name, params[`${name}${l}`]] as const);
  const missing = own.find(([, P]) => P === undefined);
  if (missing) {
    throw new ShapeError(
      `The parameters hold no ${missing[0]}${l}: there are ${Object.keys(params).join(', ')}.`,
    );
  }
  return Object.fromEntries(own);
}

function output(caches: readonly Cache[], Y: Tensor2D): Cache {
  const last = caches.at(-1)!;
  const [nY, m] = last.A.shape;
  if (Y.shape[0] !== nY || Y.shape[1] !== m) {
    throw new ShapeError(
      `Y is (${Y.shape.join(', ')}) but the network gives (${nY}, ${m}): one column for each sample, one row for each output.`,
    );
  }
  return last;
}
