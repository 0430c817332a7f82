import { ModelError } from '../core/errors.js';
import { type Shape, sizeOf } from '../core/layer.js';
import type { Network } from '../core/network.js';
import { parametersOf } from '../core/parameters.js';
import { type Params, tensor } from '../core/tensors.js';
import { assertRunnable } from './bounded.js';
import type { RawLayer } from './kerasGraph.js';
import type { KerasWeight, Leaf, Values } from './layers/words.js';
import { leavesOf, treeOf } from './tree.js';

/** A weight by the layer that it is of, with its place among those of its part of the layer. */
export type Take = (
  layer: Pick<RawLayer, 'name' | 'path'>,
  weight: KerasWeight,
  index: number,
) => Float32Array;

/**
 * The parameters of a network from the weights of a Keras model.
 *
 * @param layers those that have weights, in the network's order
 * @param isListed which of the network's layers these are; default: those with parameters
 */
export function assembled(
  network: Network,
  layers: readonly Pick<RawLayer, 'name' | 'path'>[],
  take: Take,
  isListed: (leaf: Leaf) => boolean = ({ names }) => names.length > 0,
): Values {
  const leaves = leavesOf(treeOf(network)).filter(isListed);
  const all: Record<string, Float32Array> = {};
  leaves.forEach(({ place, words, names }, i) => {
    const counts: Record<string, number> = {};
    for (const weight of words?.kerasWeights?.(place) ?? []) {
      const part = weight.part ?? '';
      const index = counts[part] ?? 0;
      counts[part] = index + 1;
      const own = weight.read(take(layers[i], weight, index));
      for (const [name, around] of names) if (own[name]) all[around] = own[name];
    }
  });
  return all;
}

/**
 * The parameters as tensors: made when all is read and checked, so that no error leaves one behind.
 * The caller owns them.
 */
export function tensorsOf(network: Network, values: Values): Params {
  const shapes: [string, Shape][] = Object.entries(parametersOf(network)).map(([name, P]) => [
    name,
    P.shape,
  ]);
  const missing = shapes.find(([name]) => !values[name]);
  if (missing) throw new ModelError(`The model holds no ${missing[0]}. Save it again.`);
  const odd = shapes.find(([name, shape]) => values[name].length !== sizeOf(shape));
  if (odd) {
    const [name, shape] = odd;
    throw new ModelError(
      `The model holds ${values[name].length} numbers for ${name}, which is (${shape.join(', ')}). Its layers do not fit each other.`,
    );
  }
  for (const [name] of shapes) assertFinite(name, values[name]);
  assertRunnable(network);
  return Object.fromEntries(shapes.map(([name, shape]) => [name, tensor(values[name], shape)]));
}

/** @throws ModelError where a weight is no number: each answer of such a network is NaN. */
export function assertFinite(name: string, values: ArrayLike<number>, of = 'The model'): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new ModelError(
      `${of} holds ${values[i]} in ${name}, which is no number to compute with. Train it again, with a smaller learning rate.`,
    );
  }
}
