import { sizeOf } from '../../core/layer.js';
import type { Network } from '../../core/network.js';
import { namesOf, parametersOf } from '../../core/parameters.js';
import { type Grads, type Params, tensor } from '../../core/tensors.js';

/*
 * Numbers of many tensors, one behind the other in the order of the parameters: to be added, and to be sent.
 */

export type Numbers = Float32Array | Float64Array;

/** What of the parameters an optimizer updates, in their order. */
const trainedNames = (network: Network) => namesOf(network, ({ trained }) => trained !== false);

/** Gradients as numbers on the host. */
export const flatGradients = (network: Network, grads: Grads): Numbers =>
  flat(trainedNames(network).map((name) => grads[`d${name}`].dataSync() as Numbers));

/** Parameters as numbers on the host, running statistics and frozen ones too. */
export const flatParameters = (network: Network, params: Params): Numbers =>
  flat(Object.keys(parametersOf(network)).map((name) => params[name].dataSync() as Numbers));

/** The tensors of `flatGradients`. The caller owns them. */
export const gradientsIn = (network: Network, numbers: Numbers): Grads =>
  tensorsIn(network, trainedNames(network), numbers, 'd');

/** The tensors of `flatParameters`. The caller owns them. */
export const parametersFrom = (network: Network, numbers: Numbers): Params =>
  tensorsIn(network, Object.keys(parametersOf(network)), numbers, '');

/** How many numbers each of the two has. */
export function countsOf(network: Network): { readonly all: number; readonly trained: number } {
  const parameters = parametersOf(network);
  const count = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + sizeOf(parameters[name].shape), 0);
  return { all: count(Object.keys(parameters)), trained: count(trainedNames(network)) };
}

function flat(lists: readonly Numbers[]): Numbers {
  const Values = lists[0] instanceof Float64Array ? Float64Array : Float32Array;
  const all = new Values(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

function tensorsIn(network: Network, names: readonly string[], numbers: Numbers, prefix: string) {
  const parameters = parametersOf(network);
  let at = 0;
  return Object.fromEntries(
    names.map((name) => {
      const { shape } = parameters[name];
      const own = numbers.subarray(at, at + sizeOf(shape));
      at += own.length;
      return [`${prefix}${name}`, tensor(own, shape)];
    }),
  );
}
