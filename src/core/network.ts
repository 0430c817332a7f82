import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Activated } from './activation.js';
import { headOf, type Network, type Place, placesOf } from './definition.js';
import { HandgradError, ShapeError } from './errors.js';
import { assertFits } from './inputs.js';
import { assertLabelShape } from './labels.js';
import { type Given, samplesIn } from './layer.js';
import { fuses } from './loss.js';
import { labelled, unlabelled } from './naming.js';
import { namesOf, ownParameters } from './parameters.js';
import { l2 } from './regularizers.js';
import type { Grads, Params } from './tensors.js';

export { headOf, type Network, type NetworkDefinition, network } from './definition.js';
export { checkParameters, initialize } from './parameters.js';

/** What a step is given beside the parameters and X; each is optional. */
export interface StepInputs {
  /** Whether the layers train or predict. Default: they predict. */
  readonly training?: boolean;
  /** Uniform draws, { U3, … }, if training and a layer needs them: `noiseOf`. */
  readonly noise?: Params;
  /** The states that recurrent layers start from, { h1, … }. Default: zeros. */
  readonly state?: Params;
  /** Xᵀ (m, n_x), if you have it: it speeds up dW[1] of a dense layer. */
  readonly XT?: Tensor;
}

/** What the forward step of a layer keeps for its backward step. */
export interface Cache {
  readonly given: Given;
  readonly Y: Tensor;
  /** The layer's own. */
  readonly cache: unknown;
}

/**
 * A[0] = X
 * A[l] = the layer's output for A[l-1], such as g(W[l] A[l-1] + b[l]), for l = 1 … L
 *
 * X (n_x, m) has samples in columns, X (m, …) of any longer shape has them first; AL = A[L]. Call
 * this and the backward pass inside one `tf.tidy`, because the caches must live until then.
 * `updated` holds the new running statistics, `state` the states that recurrent layers end in.
 *
 * @throws ShapeError if X does not fit.
 */
export function forward(network: Network, params: Params, X: Tensor, inputs: StepInputs = {}) {
  const { training = false, noise = {}, state = {}, XT } = inputs;
  const caches: Cache[] = [];
  const updated: Record<string, Tensor> = {};
  const states: Record<string, Tensor> = {};
  assertFits(network, X);
  let A = X;
  for (const place of placesOf(network)) {
    const { layer, l, position, input } = place;
    const own = (all: Params, shapes: object = {}, label: number) =>
      unlabelled(all, Object.keys(shapes), `${label}`);
    const given = {
      ...{ params: ownParameters(place, params), training },
      noise: own(noise, layer.noise?.(input), position),
      state: own(state, layer.state?.(input), l),
      ...(position === 1 && XT && { XT }),
    };
    const step = at(place, 'forward', () => layer.forward(A, given));
    caches.push({ given, Y: step.Y, cache: step.cache });
    Object.assign(updated, labelled(step.updated ?? {}, `${l}`));
    Object.assign(states, labelled(step.state ?? {}, `${l}`));
    A = step.Y;
  }
  return { AL: A, caches, updated: updated as Params, state: states as Params };
}

/** J from the caches of `forward`, including the L2 term, if any. The caller owns it. */
export function cost(
  network: Network,
  params: Params,
  caches: readonly Cache[],
  Y: Tensor,
): Scalar {
  const { Y: AL, cache } = caches.at(-1)!;
  assertLabelShape(network.loss, AL, Y);
  const { loss } = network;
  const J = isFused(network) ? loss.fused!.forward((cache as Activated).Z, Y) : loss.forward(AL, Y);
  if (network.l2 === 0) return J;
  const weights = namesOf(network, ({ decays }) => decays === true).map((name) => params[name]);
  return weights.length === 0 ? J : tf.add(J, l2.forward(weights, network.l2, samplesIn(AL)));
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

/** The same, and dX (…), the gradient of the data, m dJ/dX: computed when it is asked for. */
export function backwardToX(
  network: Network,
  params: Params,
  caches: readonly Cache[],
  Y: Tensor,
  onStage?: (l: number, stage: BackwardStage) => void,
): { grads: Grads; dX: () => Tensor } {
  const AL = caches.at(-1)!.Y;
  assertLabelShape(network.loss, AL, Y);
  const { loss } = network;
  const grads: Record<string, Tensor> = {};
  let dY = () => loss.backward(AL, Y);
  let dA: Tensor | undefined;
  const places = [...placesOf(network)];
  if (isFused(network)) {
    places.pop();
    dY = () => loss.fused!.backward(AL, Y);
  }
  for (const place of places.reverse()) {
    const { layer, l, position } = place;
    const { given, cache } = caches[position - 1];
    const dZ = dY();
    if (l > 0) onStage?.(l, { dA, dZ });
    const step = at(place, 'backward', () => layer.backward(dZ, given, cache));
    Object.assign(grads, labelled(step.grads, `${l}`));
    dA = l > 0 ? undefined : dZ;
    dY = () => at(place, 'backward', step.dX);
  }
  if (network.l2 > 0) addL2(network, params, grads, samplesIn(AL));
  return { grads, dX: dY };
}

/** dW[l] += λ/m W[l], for the parameters that decay. */
function addL2(network: Network, params: Params, grads: Record<string, Tensor>, m: number): void {
  for (const name of namesOf(network, ({ decays }) => decays === true)) {
    grads[`d${name}`] = tf.add(grads[`d${name}`], l2.backward(params[name], network.l2, m));
  }
}

/** Adds the layer to errors thrown inside it: tfjs only names its own operations. */
function at<T>({ l, name, parameters }: Place, pass: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof HandgradError) throw error;
    const { message } = error as Error;
    const grads = Object.keys(labelled(parameters, `${l}`)).map((P) => `d${P}`);
    const place = l > 0 ? `layer ${l} (${grads.join(', ')})` : name;
    throw new ShapeError(`${pass}, ${place}: ${message}`, { cause: error });
  }
}

/** Whether the loss is fused with the output layer's activation. */
const isFused = (network: Network) => fuses(network.loss, headOf(network));
