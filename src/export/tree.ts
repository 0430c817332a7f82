import { ModelError } from '../core/errors.js';
import { layerFrom } from '../core/kinds.js';
import type { Config, Layer } from '../core/layer.js';
import type { Network } from '../core/network.js';
import { type Place, placesOf } from '../core/places.js';
import { wordsOf } from './layers/index.js';
import type { Leaf, Values } from './layers/words.js';

/*
 * A network as the writers walk it: layer by layer, with its blocks opened.
 */

/** Layers behind each other. */
export type Chain = readonly (Leaf | Sum)[];
/** What its chains give, added up. */
export interface Sum {
  readonly branches: readonly Chain[];
}

export const treeOf = ({ layers, input }: Network): Chain =>
  chainOf(placesOf(layers, input), (name) => name, '');

function chainOf(places: readonly Place[], around: (own: string) => string, prefix: string) {
  const chain: (Leaf | Sum)[] = [];
  for (const place of places) chain.push(...opened(place, around, prefix, chain.at(-1)));
  return chain;
}

/** In the order in which they stand in a file. */
export const leavesOf = (chain: Chain): Leaf[] =>
  chain.flatMap((one) => ('branches' in one ? one.branches.flatMap(leavesOf) : [one]));

function opened(
  place: Place,
  around: (own: string) => string,
  prefix: string,
  before?: Leaf | Sum,
): Chain {
  const words = wordsOf(place.layer);
  const known = new Map(place.names.parameters.map(([own, out]) => [own, around(out)]));
  const name = `${prefix}${place.name.replaceAll(' ', '_')}`;
  if (!words?.branches) {
    const names = [...known];
    const own = names.map(([own, around]) => around.slice(own.length))[0];
    const follows = before && 'place' in before && before.place.l > 0 ? before.label : undefined;
    const label = own ?? follows ?? `_${name}`;
    return [{ place, words, name, prefix, label, names }];
  }
  const branches = words.branches(place.layer.config).map(({ layers, prefix: inside }) => {
    const made = madeOf(layers, place.name);
    const names = `${name}${inside.replace('.', '_')}${inside === '.' ? '' : '_'}`;
    return chainOf(placesOf(made, place.input, inside), (own) => known.get(own)!, names);
  });
  return branches.length === 1 ? branches[0] : [{ branches }];
}

/** The layers of a block. @throws ModelError if one is not handgrad's */
function madeOf(layers: Config[string], block: string): readonly Layer[] {
  try {
    return (layers as never[]).map((layer) => layerFrom(layer));
  } catch (error) {
    throw new ModelError(`${block} holds a layer of your own: ${(error as Error).message}`);
  }
}

/** The numbers of a leaf by its own names. */
export const ownValues = ({ names }: Leaf, all: Values): Values =>
  Object.fromEntries(names.map(([own, around]) => [own, all[around]]));
