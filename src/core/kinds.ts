import { type ActivationLayer, activationLayer } from './activation.js';
import * as activations from './activations.js';
import { type Network, network } from './definition.js';
import { ValueError } from './errors.js';
import type { Config, Json, Layer, Shape } from './layer.js';
import * as makers from './layers.js';
import type { Loss } from './loss.js';
import * as losses from './losses.js';
import { inWords } from './options.js';
import { weighted } from './weighted.js';

/*
 * Networks as JSON, and back: each layer by its kind, the function that makes it, and its config.
 */

/** A layer or a loss as JSON. */
export interface Described {
  readonly kind: string;
  readonly config?: Config;
}

/** A network without its parameters, as JSON. */
export interface NetworkDescription {
  readonly input: Shape;
  readonly layers: readonly Described[];
  readonly loss: Described;
  readonly l2: number;
  /** Where there is one. */
  readonly l1?: number;
}

/** Functions that make layers, or losses, which handgrad does not have, by their kinds. */
export type Own = Readonly<Record<string, ((options: never) => Layer) | Loss>>;

export const describeNetwork = ({ input, layers, loss, l2, l1 }: Network): NetworkDescription => ({
  input,
  layers: layers.map(({ kind, config }) => ({ kind, config })),
  loss: { kind: loss.name, ...(loss.config && { config: loss.config }) },
  l2,
  ...(l1 > 0 && { l1 }),
});

/**
 * The network of a description.
 *
 * @param own makers of layers and losses of your own, by their kinds
 * @throws ValueError naming what handgrad does not have, or an option that does not fit.
 */
export const networkFrom = ({ input, layers, loss, l2, l1 }: NetworkDescription, own: Own = {}) =>
  network({
    input,
    layers: layers.map((one) => layerFrom(one, own)),
    loss: lossFrom(loss, own),
    l2,
    l1,
  });

/** The layer of a kind and its config. @throws ValueError */
export function layerFrom({ kind, config = {} }: Described, own: Own = {}): Layer {
  const all = { ...known, ...own };
  const make = Object.hasOwn(all, kind) ? all[kind] : undefined;
  if (typeof make !== 'function')
    throw unknown('layer', kind, [...Object.keys(known), ...Object.keys(own)]);
  return (make as (options: unknown) => Layer)(revived(config, own));
}

/** The loss of a name and its options. @throws ValueError */
export function lossFrom({ kind, config }: Described, own: Own = {}): Loss {
  const all: Readonly<Record<string, unknown>> = { ...losses, weighted: weightedFrom(own), ...own };
  const loss = all[kind] as (Loss & ((options: Config) => Loss)) | undefined;
  if (loss?.takes === undefined) throw unknown('loss', kind, Object.keys(losses));
  return config && Object.keys(config).length > 0 ? loss(config) : loss;
}

/** Of the config of a weighted loss. It takes what its loss takes, and is a maker alone. */
const weightedFrom = (own: Own) =>
  Object.assign((config: Config) => weighted(lossFrom(Object(config).loss, own)), {
    takes: 'number' as const,
  });

const known: Readonly<Record<string, unknown>> = { ...layersOf(), ...makers };

/** Each activation as a layer: of the same options, where it takes any. */
function layersOf() {
  return Object.fromEntries(
    Object.entries(activations).map(([name, g]) => [
      name,
      (options: Config) => {
        const make = g as (options?: Config) => ActivationLayer;
        return Object.keys(options).length > 0 ? make(options) : activationLayer(g);
      },
    ]),
  );
}

/** Options of a layer: what is described inside them is made. */
function revived(config: Config, own: Own): Record<string, unknown> {
  const of = (value: Json, name: string): unknown => {
    if (name === 'activation' && typeof value === 'string') return layerFrom({ kind: value }, own);
    if (Array.isArray(value)) return value.map((one) => of(one, ''));
    const held = Object(value) as Described;
    return typeof held.kind === 'string' ? layerFrom(held, own) : value;
  };
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, of(value, name)]));
}

const unknown = (what: string, kind: unknown, names: readonly string[]) =>
  new ValueError(
    `handgrad has no ${what} of the kind ${typeof kind === 'string' ? kind : inWords(kind)}; it has ${names.join(', ')}. Give your own as { ${typeof kind === 'string' ? kind : 'kind'}: … }.`,
  );
