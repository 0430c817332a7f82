import { sizeOf } from '../../core/layer.js';
import type { Network } from '../../core/network.js';
import type { Optimizer } from '../../core/optimizers.js';
import { namesOf, parametersOf, trainedOf } from '../../core/parameters.js';
import { disposeReplaced, type Grads, type Params, tensor } from '../../core/tensors.js';
import type { TrainingState } from '../step.js';

/*
 * Numbers of many tensors, one behind the other in an order that both ends know: to be added, and to be sent.
 */

export type Numbers = Float32Array | Float64Array;

/** Names of tensors in their order, and their shapes. */
type Layout = readonly (readonly [name: string, shape: readonly number[]])[];

/** All parameters, running statistics and frozen ones too, in the order of the layers. */
const parameterLayout = (network: Network): Layout =>
  Object.entries(parametersOf(network)).map(([name, { shape }]) => [name, shape]);

/** The gradients of those that an optimizer updates. */
function gradientLayout(network: Network): Layout {
  const names = namesOf(network, ({ trained }) => trained !== false);
  const parameters = parametersOf(network);
  return names.map((name) => [`d${name}`, parameters[name].shape]);
}

/** What an optimizer keeps, by name. */
const stateLayout = (optimizerState: Params): Layout =>
  Object.entries(optimizerState)
    .map(([name, { shape }]) => [name, shape] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));

const count = (layout: Layout) => layout.reduce((sum, [, shape]) => sum + sizeOf(shape), 0);

export const countsOf = (network: Network) => ({
  parameters: count(parameterLayout(network)),
  gradients: count(gradientLayout(network)),
});

export const flatGradients = (network: Network, grads: Grads): Numbers =>
  flat(gradientLayout(network), grads);

export const flatParameters = (network: Network, params: Params): Numbers =>
  flat(parameterLayout(network), params);

/** Parameters, then what the optimizer keeps. */
export function flatState(network: Network, { params, optimizerState }: TrainingState): Numbers {
  const layout = [...parameterLayout(network)];
  const kept = stateLayout(optimizerState);
  return joined([flat(layout, params), flat(kept, optimizerState)]);
}

/** The tensors of `flatGradients`. The caller owns them. */
export const gradientsIn = (network: Network, numbers: Numbers): Grads =>
  tensorsIn(gradientLayout(network), numbers);

/** The tensors of `flatParameters`. The caller owns them. */
export const parametersFrom = (network: Network, numbers: Numbers): Params =>
  tensorsIn(parameterLayout(network), numbers);

/** The state of `flatState`; undefined where it is not as long as this optimizer's. The caller owns it. */
export function stateFrom(
  network: Network,
  optimizer: Optimizer,
  numbers: Numbers,
): TrainingState | undefined {
  const { parameters } = countsOf(network);
  if (numbers.length < parameters) return undefined;
  const params = parametersFrom(network, numbers.subarray(0, parameters));
  const began = optimizer.start(trainedOf(network, params));
  const layout = stateLayout(began);
  disposeReplaced(began, params);
  const kept = numbers.subarray(parameters);
  if (kept.length === count(layout)) return { params, optimizerState: tensorsIn(layout, kept) };
  disposeReplaced(params, {});
  return undefined;
}

const flat = (layout: Layout, tensors: Params): Numbers =>
  joined(layout.map(([name]) => tensors[name].dataSync() as Numbers));

function joined(lists: readonly Numbers[]): Numbers {
  const Values = lists.some((list) => list instanceof Float64Array) ? Float64Array : Float32Array;
  const all = new Values(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

function tensorsIn(layout: Layout, numbers: Numbers): Params {
  let at = 0;
  return Object.fromEntries(
    layout.map(([name, shape]) => {
      const own = numbers.subarray(at, at + sizeOf(shape));
      at += own.length;
      return [name, tensor(own, shape)];
    }),
  );
}
