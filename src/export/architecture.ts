import { inShape } from '../core/layer.js';
import type { Network } from '../core/network.js';
import { placesOf } from '../core/places.js';
import { activationIn } from './layers/activation.js';

/*
 * A network in a few words, for cards and the command line.
 */

/** n_x, and the units or filters of each layer with parameters: 12288, 20, 7, 5, 1. */
export const sizesOf = ({ nX, layers, input }: Network): number[] => [
  nX,
  ...placesOf(layers, input).flatMap(({ l, output }) => (l > 0 ? [output.at(-1)!] : [])),
];

/** The activation behind each of these. */
export function activationsOf({ layers, input }: Network): string[] {
  const places = placesOf(layers, input);
  return places.flatMap(({ l }, i) => {
    if (l === 0) return [];
    const next = places[i + 1];
    return [(next && activationIn(next.layer)?.name) ?? 'linear'];
  });
}

/** 5-4-3 for dense layers on columns; else each layer with the shape that it gives. */
export function shapeInWords(network: Network): string {
  const { layers, input } = network;
  const isDense = input.length === 1 && layers.every(({ kind }) => kind === 'dense');
  if (isDense) return sizesOf(network).join('-');
  const shown = placesOf(layers, input).filter(({ layer }) => !activationIn(layer));
  const words = shown.map(({ layer, output }) => `${layer.kind} ${inShape(output)}`);
  return [inShape(input), ...words].join(' → ');
}
