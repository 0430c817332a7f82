import {
  type Activated,
  type Activation,
  type ActivationLayer,
  activationLayer,
} from '../activation.js';
import * as activations from '../activations.js';
import { isPureLayer, type Json, type Layer, pureLayer } from '../layer.js';
import { assertActivation } from '../parts.js';

/*
 * The `activation` option of a layer: `dense(20, relu)` is short for the linear step and a relu. A
 * network takes it apart again, so that a loss can fuse with the activation.
 */

/** Both layers of a pair, by its functions: a copy with another function is not that pair. */
const pairs = new WeakMap<object, readonly Layer[]>();

/** The layers that a layer is short for: itself, where it is not. */
export function partsOf(layer: Layer): readonly Layer[] {
  const parts = pairs.get(layer.forward);
  return parts && parts === pairs.get(layer.backward) ? parts : [layer];
}

/** A = g(Z) behind a layer that gives Z. */
export function activated<C extends object>(step: Layer<C>, g: Activation): Layer {
  const through = activationLayer(g);
  const layer: Layer<C & Activated> = {
    ...step,
    forward: (X, given) => {
      const { Y: Z, cache, ...rest } = step.forward(X, given);
      const { Y, cache: ofG } = through.forward(Z, given);
      return { ...rest, Y, cache: { ...cache, ...ofG } };
    },
    backward: (dA, given, cache, ...rest) => {
      const dZ = through.backward(dA, given, cache).dX();
      return step.backward(dZ, given, cache, ...rest);
    },
  };
  if (isPureLayer(step) && isPureLayer(through)) pureLayer(layer);
  const parts = [step, through] as readonly Layer[];
  for (const f of [layer.forward, layer.backward]) pairs.set(f, parts);
  return layer as Layer;
}

/** The function g of the option, the identity by default. @throws ValueError if it is none. */
export function elementwise(place: string, option?: Activation | ActivationLayer): Activation {
  const g = (option as Partial<ActivationLayer> | undefined)?.activation ?? (option as Activation);
  if (g !== undefined) assertActivation(place, g);
  return g ?? activations.linear;
}

/** An activation in a layer's config: its name, with its options where it has any. */
export const kindOf = ({ name, config }: Activation): Json =>
  config && Object.keys(config).length > 0 ? { kind: name, config } : name;
