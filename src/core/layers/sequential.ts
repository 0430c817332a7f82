import type { Activation } from '../activation.js';
import { backwardThrough, type Cache, forwardThrough } from '../chain.js';
import { isPureLayer, type Layer, pureLayer, type Shape, sampleShape } from '../layer.js';
import { assertOptions } from '../options.js';
import { parametersIn } from '../parameters.js';
import { asLayer, type Place, placesOf } from '../places.js';

/**
 * Y = layer k ( … layer 1 (X))
 * dX = the layers' backward steps, the last first
 *
 * Layers behind each other as one layer. Inside, they are numbered as in a network: the W of the
 * first is W.1, and around it W3.1, where the block is layer 3. Source: Keras's Sequential.
 */
export function sequential(
  layers: readonly (Layer | Activation)[] | { readonly layers: readonly (Layer | Activation)[] },
): Layer {
  if (!Array.isArray(layers)) assertOptions('sequential', layers, { layers: true });
  return chainOf('sequential', 'layers' in layers ? layers.layers : layers, '.');
}

/** What a chain keeps for its backward step. */
export interface ChainCache {
  readonly places: readonly Place[];
  readonly caches: readonly Cache[];
}

/** Layers behind each other whose labels begin with a prefix. */
export function chainOf(
  kind: string,
  parts: readonly (Layer | Activation)[],
  prefix: string,
): Layer<ChainCache> {
  const layers = parts.map((part, i) => asLayer(`${kind}: layer ${i + 1}`, part));
  const reads = layers[0]?.reads;
  const places = (input: Shape) => placesOf(layers, input, prefix);
  /** The shapes of what each layer needs, under the names around it. */
  const shapes = (of: 'noise' | 'state') => (input: Shape) =>
    Object.fromEntries(
      places(input).flatMap(({ layer, names, input }) =>
        names[of].map(([own, around]) => [around, layer[of]!(input)[own]]),
      ),
    );
  const chain: Layer<ChainCache> = {
    kind,
    config: { layers: configsOf(layers) },
    reads,
    output: (input) => places(input).at(-1)?.output ?? input,
    parameters: (input) => parametersIn(places(input)),
    noise: shapes('noise'),
    state: shapes('state'),
    forward: (X, given) => {
      const inside = places(sampleShape(X, reads));
      const { caches, ...step } = forwardThrough(inside, X, given);
      return { ...step, cache: { places: inside, caches } };
    },
    backward: (dY, _, { places, caches }, dState) =>
      backwardThrough(places, () => dY, caches, { dState }),
  };
  return layers.every(isPureLayer) ? pureLayer(chain) : chain;
}

/** Layers as JSON: { kind, config } of each. */
export const configsOf = (layers: readonly Layer[]) =>
  layers.map(({ kind, config }) => ({ kind, config }));
