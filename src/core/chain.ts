import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from './errors.js';
import type { Given } from './layer.js';
import { labelled } from './naming.js';
import { ownParameters } from './parameters.js';
import { ownOf, type Place } from './places.js';
import type { Grads, Params } from './tensors.js';

/*
 * The chain rule over layers behind each other: a network's, or those of a block inside one. A
 * block's labels begin with a prefix: its first layer's W is W.1.
 */

/** What the forward step of a layer keeps for its backward step. */
export interface Cache {
  readonly given: Given;
  readonly Y: Tensor;
  /** The layer's own. */
  readonly cache: unknown;
}

/** A[0] = X, A[i] = the output of layer i for A[i-1]. */
export function forwardThrough(places: readonly Place[], X: Tensor, around: Given) {
  const { params, training, frozen, noise, state, XT } = around;
  const caches: Cache[] = [];
  const updated: Record<string, Tensor> = {};
  const states: Record<string, Tensor> = {};
  let Y = X;
  for (const place of places) {
    const { layer, label, names } = place;
    const given: Given = {
      params: ownParameters(place, params),
      training,
      frozen,
      noise: noise && ownOf(names.noise, noise),
      state: state && ownOf(names.state, state),
      XT: place === places[0] ? XT : undefined,
    };
    const step = at(place, 'forward', () => layer.forward(Y, given));
    caches.push({ given, Y: step.Y, cache: step.cache });
    if (step.updated) Object.assign(updated, labelled(step.updated, label));
    if (step.state) Object.assign(states, labelled(step.state, label));
    Y = step.Y;
  }
  return { Y, caches, updated: updated as Params, state: states as Params };
}

export interface BackwardOptions {
  /** The gradients of the final states, by name. */
  readonly dState?: Params;
  /** Called with what reaches each layer, the last first. */
  readonly onStep?: (place: Place, dY: Tensor) => void;
}

/** dX of layer i is dY of layer i - 1, from the last to the first, whose dX is left to be asked for. */
export function backwardThrough(
  places: readonly Place[],
  dY: () => Tensor,
  caches: readonly Cache[],
  { dState, onStep }: BackwardOptions = {},
) {
  const grads: Record<string, Tensor> = {};
  const ofStates: Record<string, Tensor> = {};
  let dX = dY;
  for (let i = places.length - 1; i >= 0; i--) {
    const { layer, label, names } = places[i];
    const { given, cache } = caches[i];
    const dOut = dX();
    onStep?.(places[i], dOut);
    const intoState = dState && ownOf(names.state, dState);
    const step = at(places[i], 'backward', () => layer.backward(dOut, given, cache, intoState));
    Object.assign(grads, labelled(step.grads, label));
    if (step.dState) Object.assign(ofStates, labelled(step.dState, label));
    // Released layer by layer: all that pooling and convolution hold inside is many times their dX.
    dX = () => at(places[i], 'backward', () => tf.tidy(step.dX));
  }
  return { grads: grads as Grads, dX, dState: ofStates as Params };
}

/** Adds the layer to errors thrown inside it: tfjs only names its own operations. */
function at<T>({ l, name, names }: Place, pass: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    // Only what tfjs throws: a refusal of a recording, for one, is not for the reader of a shape.
    if (Object(error).constructor !== Error) throw error;
    const { message } = error as Error;
    const grads = names.parameters.map(([, P]) => `d${P}`);
    const place = l > 0 ? `layer ${l} (${grads.join(', ')})` : name;
    throw new ShapeError(`${pass}, ${place}: ${message}`, { cause: error });
  }
}
