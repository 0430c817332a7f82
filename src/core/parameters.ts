import type { Network } from './definition.js';
import { ShapeError } from './errors.js';
import type { Layer, Parameter, Shape } from './layer.js';
import { ownOf, type Place, placesOf } from './places.js';
import type { RandomState } from './random.js';
import { assertMatrix, assertTensor } from './samples.js';
import type { Params } from './tensors.js';

/*
 * The parameters of a whole network, { W1, b1, W2, b2, … }, running statistics among them.
 */

type Parameters = Readonly<Record<string, Parameter>>;

const known = new WeakMap<readonly Place[], Parameters>();

/** What each parameter is, in the order of the layers. */
export function parametersOf({ layers, input }: { layers: readonly Layer[]; input: Shape }) {
  return parametersIn(placesOf(layers, input));
}

/** The same for layers in their places. */
export function parametersIn(places: readonly Place[]): Parameters {
  const before = known.get(places);
  if (before) return before;
  const all = places.flatMap(({ names, parameters }) =>
    names.parameters.map(([own, around]) => [around, parameters[own]] as const),
  );
  known.set(places, Object.fromEntries(all));
  return known.get(places)!;
}

/** The names of the parameters that satisfy a condition. */
export const namesOf = (network: Network, holds: (parameter: Parameter) => boolean): string[] =>
  Object.entries(parametersOf(network)).flatMap(([name, P]) => (holds(P) ? [name] : []));

/** The parameters that an optimizer updates: all but running statistics. */
export function trainedOf(network: Network, params: Params): Params {
  const statistics = namesOf(network, ({ trained }) => trained === false);
  if (statistics.length === 0) return params;
  return Object.fromEntries(Object.entries(params).filter(([name]) => !statistics.includes(name)));
}

/** W[1], b[1], W[2], b[2], … drawn in this order from one random stream. The caller owns them. */
export const initialize = (network: Network, random: RandomState): Params =>
  Object.fromEntries(
    Object.entries(parametersOf(network)).map(([name, P]) => [name, P.initialize(random)]),
  );

/** @throws ShapeError if a parameter is missing, unknown, or does not fit its layer. */
export function checkParameters(network: Network, params: Params): void {
  const expected = parametersOf(network);
  for (const { name, names, parameters } of placesOf(network.layers, network.input)) {
    for (const [own, around] of names.parameters) {
      const P = params[around];
      if (P === undefined) throw missing(around, params);
      const { shape } = parameters[own];
      if (shape.length === 2) assertMatrix(around, P);
      else assertTensor(around, P);
      if (String(P.shape) === String(shape)) continue;
      throw new ShapeError(
        `${around} of ${name} is (${P.shape.join(', ')}), expected (${shape.join(', ')}).`,
      );
    }
  }
  const extra = Object.keys(params).find((name) => !Object.hasOwn(expected, name));
  if (extra === undefined) return;
  throw new ShapeError(
    `The parameters hold ${extra}, which no layer has: they are ${Object.keys(expected).join(', ')}.`,
  );
}

/** { W1, b1, … } as the { W, b } of a layer. @throws ShapeError if one is missing. */
export function ownParameters({ names }: Place, params: Params): Params {
  const lacking = names.parameters.find(([, around]) => params[around] === undefined);
  if (lacking) throw missing(lacking[1], params);
  return ownOf(names.parameters, params);
}

const missing = (name: string, params: Params) =>
  new ShapeError(`The parameters hold no ${name}: there are ${Object.keys(params).join(', ')}.`);
