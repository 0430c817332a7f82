import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Activated, activationLayer } from './activation.js';
import { backwardThrough, type Cache, forwardThrough } from './chain.js';
import type { Network } from './definition.js';
import { assertFits } from './inputs.js';
import { assertLabelShape } from './labels.js';
import { samplesIn } from './layer.js';
import { namesOf } from './parameters.js';
import { placesOf } from './places.js';
import { l1, l2 } from './regularizers.js';
import type { Grads, Params } from './tensors.js';

export type { Cache } from './chain.js';
export { headOf, type Network, type NetworkDefinition, network } from './definition.js';
export { checkParameters, initialize } from './parameters.js';

/** What a step is given beside the parameters and X; each is optional. */
export interface StepInputs {
  /** Whether the layers train or predict. Default: they predict. */
  readonly training?: boolean;
  /** Uniform draws, { U3, … }, if training and a layer needs them: `drawNoise`. */
  readonly noise?: Params;
  /** The states that recurrent layers start from, { h1, … }. Default: zeros. */
  readonly state?: Params;
  /** Xᵀ (m, n_x), if you have it: it speeds up dW[1] of a dense layer. */
  readonly XT?: Tensor;
}

/**
 * A[0] = X
 * A[l] = the output of layer l for A[l-1], such as g(W[l] A[l-1] + b[l]), for l = 1 … L
 *
 * X (n_x, m) has samples in columns, X (m, …) of any longer shape has them first; AL = A[L]. Call
 * this and the backward pass inside one `tf.tidy`, because the caches must live until then.
 * `updated` holds the new running statistics, `state` the states that recurrent layers end in.
 *
 * @throws ShapeError if X does not fit.
 */
export function forward(network: Network, params: Params, X: Tensor, inputs: StepInputs = {}) {
  assertFits(network, X);
  const places = placesOf(network.layers, network.input);
  const { Y: AL, ...rest } = forwardThrough(places, X, { params, training: false, ...inputs });
  return { AL, ...rest };
}

/** J from the caches of `forward`, including the L1 and L2 terms, if any. The caller owns it. */
export function cost(
  network: Network,
  params: Params,
  caches: readonly Cache[],
  Y: Tensor,
): Scalar {
  const { Y: AL, cache } = caches.at(-1)!;
  const { loss } = network;
  assertLabelShape(loss, AL, Y);
  const J = isFused(network) ? loss.fused!.forward((cache as Activated).Z, Y) : loss.forward(AL, Y);
  return costWithTerms(network, params, J, samplesIn(AL));
}

/** J with its L1 and L2 terms, for m samples. Call inside a `tf.tidy`. */
export function costWithTerms(network: Network, params: Params, J: Scalar, m: number): Scalar {
  const weights = decaying(network).map((name) => params[name]);
  return termsOf(network)
    .filter(() => weights.length > 0)
    .reduce((sum, [term, lambda]) => tf.add(sum, term.forward(weights, lambda, m)), J);
}

/** The gradients that reach layer l: no dA if the loss computes dZ directly. */
export interface BackwardStage {
  readonly dA?: Tensor; // (n_l, m)
  readonly dZ: Tensor; // (n_l, m)
}

/**
 * dZ[L] = AL - Y if the loss is fused, else dA[L] from the loss and dZ[L] = dA[L] ∘ g'(Z[L])
 * dW[l] = 1/m dZ[l] A[l-1]ᵀ, db[l] = 1/m Σ dZ[l], and so on for the parameters of any layer
 * dA[l-1] = W[l]ᵀ dZ[l], dZ[l-1] = dA[l-1] ∘ g'(Z[l-1]), for l = L … 1
 *
 * Returns { dW1, db1, dW2, db2, … } in the shapes of the parameters, for all that are trained; the
 * caller owns them. `onStage` receives each layer's dA and dZ, l = L … 1, which live as long as the
 * enclosing `tf.tidy`.
 */
export function backward(
  network: Network,
  params: Params,
  caches: readonly Cache[],
  Y: Tensor,
  onStage?: (l: number, stage: BackwardStage) => void,
): Grads {
  return backwardToX(network, params, caches, Y, onStage).grads;
}

/** The same, and dX, the gradient of the data, m dJ/dX: computed if you call it. */
export function backwardToX(
  network: Network,
  params: Params,
  caches: readonly Cache[],
  Y: Tensor,
  onStage?: (l: number, stage: BackwardStage) => void,
): { grads: Grads; dX: () => Tensor } {
  const { layers, input, loss } = network;
  const AL = caches.at(-1)!.Y;
  assertLabelShape(loss, AL, Y);
  const places = placesOf(layers, input);
  const fused = isFused(network);
  const dY = () => (fused ? loss.fused! : loss).backward(AL, Y);
  let dA: Tensor | undefined;
  const { grads, dX } = backwardThrough(fused ? places.slice(0, -1) : places, dY, caches, {
    onStep: ({ l }, dZ) => {
      if (l > 0) onStage?.(l, { dA, dZ });
      dA = l > 0 ? undefined : dZ;
    },
  });
  return { grads: withTerms(network, params, grads, samplesIn(AL)), dX };
}

/**
 * dW[l] += λ/m W[l] for L2, λ/m sign(W[l]) for L1, for the parameters that decay. Call inside a `tf.tidy`.
 */
export function withTerms(network: Network, params: Params, grads: Grads, m: number): Grads {
  const terms = termsOf(network);
  if (terms.length === 0) return grads;
  const decayed = decaying(network).map((name) => [
    `d${name}`,
    terms.reduce(
      (dW, [term, lambda]) => tf.add(dW, term.backward(params[name], lambda, m)),
      grads[`d${name}`],
    ),
  ]);
  return { ...grads, ...Object.fromEntries(decayed) };
}

/** The terms of the cost beside the loss, with their λ. */
const termsOf = (network: Network) =>
  [[l2, network.l2] as const, [l1, network.l1] as const].filter(([, lambda]) => lambda > 0);

const decaying = (network: Network) =>
  namesOf(network, ({ decays, trained }) => decays === true && trained !== false);

/** Whether the loss is computed as one with the last layer, its activation. */
function isFused({ layers, input, loss }: Network): boolean {
  const last = placesOf(layers, input).at(-1)!.layer;
  return loss.fused !== undefined && last === activationLayer(loss.fused.activation);
}
