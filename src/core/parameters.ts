import type { Tensor } from '@tensorflow/tfjs-core';
import { type Network, type Place, placesOf } from './definition.js';
import { ShapeError } from './errors.js';
import type { Parameter } from './layer.js';
import { labelled, unlabelled } from './naming.js';
import { inWords } from './options.js';
import type { RandomState } from './random.js';
import type { Params } from './tensors.js';

/*
 * The parameters of a whole network, { W1, b1, W2, b2, … }, running statistics among them.
 */

/** What each parameter is, in the order of the layers. */
export const parametersOf = (network: Network): Readonly<Record<string, Parameter>> =>
  Object.assign({}, ...placesOf(network).map(({ parameters, l }) => labelled(parameters, `${l}`)));

/** The names of the parameters that satisfy a condition. */
export const namesOf = (network: Network, holds: (parameter: Parameter) => boolean): string[] =>
  Object.entries(parametersOf(network)).flatMap(([name, P]) => (holds(P) ? [name] : []));

/** W[1], b[1], W[2], b[2], … drawn in this order from one random stream. The caller owns them. */
export function initialize(network: Network, random: RandomState): Params {
  const params: Record<string, Tensor> = {};
  for (const [name, P] of Object.entries(parametersOf(network)))
    params[name] = P.initialize(random);
  return params;
}

/** @throws ShapeError if a parameter is missing, unknown, or does not fit its layer. */
export function checkParameters(network: Network, params: Params): void {
  const expected = parametersOf(network);
  for (const { name, parameters, l } of placesOf(network)) {
    for (const [own, { shape }] of Object.entries(labelled(parameters, `${l}`))) {
      const P = params[own];
      if (P === undefined) throw missing(own, params);
      assertTensor(own, P, shape);
      if (String(P.shape) === String(shape)) continue;
      throw new ShapeError(
        `Layer ${l}, ${name}, has a ${own} of (${P.shape.join(', ')}), expected (${shape.join(', ')}).`,
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
export function ownParameters({ parameters, l }: Place, params: Params): Params {
  const names = Object.keys(parameters);
  const own = unlabelled(params, names, `${l}`);
  const lacking = names.find((name) => own[name] === undefined);
  if (lacking !== undefined) {
    throw missing(Object.keys(labelled({ [lacking]: 0 }, `${l}`))[0], params);
  }
  return own;
}

const missing = (name: string, params: Params) =>
  new ShapeError(`The parameters hold no ${name}: there are ${Object.keys(params).join(', ')}.`);

function assertTensor(name: string, value: unknown, shape: readonly number[]): void {
  const { dtype, isDisposed } = Object(value) as Partial<Tensor>;
  if (dtype === 'float32' && !isDisposed) return;
  const wanted = `a tensor of (${shape.join(', ')})`;
  const problem = isDisposed
    ? 'was disposed; keep it until the network is done with it'
    : dtype
      ? `is ${dtype}; take tf.cast(${name}, 'float32')`
      : `is ${inWords(value)}; give ${wanted}`;
  throw new ShapeError(`${name} ${problem}.`);
}
