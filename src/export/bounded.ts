import { ModelError } from '../core/errors.js';
import { type Shape, sizeOf } from '../core/layer.js';
import type { Network } from '../core/network.js';
import { type Place, placesOf } from '../core/places.js';
import { allowedFor, assertFew, limits, variable } from '../files/bounds.js';
import { inBytes } from '../files/size.js';
import { leavesOf, treeOf } from './tree.js';

/*
 * What a model from a file may ask of the machine that runs it: it is measured by its weights, which lie
 * in the file.
 */

/** @throws ModelError if a description has too many layers, those in blocks among them. */
export function assertFewLayers(layers: unknown, file: string): void {
  let count = 0;
  const open: unknown[] = [layers];
  while (open.length > 0 && count <= limits.layers) {
    const one = open.pop();
    if (typeof one !== 'object' || one === null) continue;
    if (typeof (one as { kind?: unknown }).kind === 'string') count++;
    for (const value of Object.values(one)) open.push(value);
  }
  if (count > limits.layers) assertFew(file, count, 'layers', 'layers or more', ModelError);
}

/** For each byte that the weights may unpack to: multiplications for one sample, and bytes of its numbers. */
const [workPerByte, keptPerByte] = [10, 3];

/**
 * Estimates what one sample takes on its way through a network, before anything runs: numbers kept, and
 * multiplications, in each layer its weights times the places where they are used.
 *
 * @throws ModelError if it is out of proportion to the weights.
 */
export function assertRunnable(network: Network, name = 'The model'): void {
  const places = allPlaces(network);
  const weights = places.reduce((sum, place) => sum + weightsIn(place), 0);
  const allowed = allowedFor(4 * weights);
  const kept = 4 * places.reduce((sum, { output }) => sum + sizeOf(output), sizeOf(network.input));
  const work = places.reduce((sum, place) => sum + workOf(place), 0);
  const how = `out of proportion to its ${weights} weights. It is damaged or was made to do harm; if you trust it, set`;
  if (!(kept <= keptPerByte * allowed)) {
    throw new ModelError(
      `${name} needs ${inBytes(kept)} for one sample, ${how} ${variable}=${Math.ceil(kept / keptPerByte / 1e6)}MB.`,
    );
  }
  if (!(work <= workPerByte * allowed)) {
    throw new ModelError(
      `${name} needs ${work.toPrecision(2)} multiplications for one sample, ${how} ${variable}=${Math.ceil(work / workPerByte / 1e6)}MB.`,
    );
  }
}

/** Each layer, those in blocks for themselves; layers of one's own as they stand. */
function allPlaces(network: Network): readonly Place[] {
  try {
    return leavesOf(treeOf(network)).map(({ place }) => place);
  } catch {
    return placesOf(network.layers, network.input);
  }
}

const weightsIn = ({ parameters }: Place): number =>
  Object.values(parameters).reduce((sum, { shape }) => sum + sizeOf(shape), 0);

const positions = (shape: Shape): number => sizeOf(shape) / shape.at(-1)!;

function workOf(place: Place): number {
  const { layer, input, output } = place;
  const moved = sizeOf(input) + sizeOf(output);
  if (layer.reads) return moved; // rows are looked up
  const used = Math.max(positions(input), positions(output));
  // Every position may look at every other one.
  const pairs = input.length === 2 && output.length === 2 ? input[0] ** 2 : 0;
  return moved + used * weightsIn(place) + pairs;
}
