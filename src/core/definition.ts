import type { Activation, ActivationLayer } from './activation.js';
import { activationLayer } from './activation.js';
import { linear } from './activations.js';
import { HandgradError, ValueError } from './errors.js';
import { assertOutput } from './labels.js';
import { inShape, type Layer, type Parameter, type Shape, sizeOf } from './layer.js';
import { partsOf } from './layers/activated.js';
import type { Loss } from './loss.js';
import { assertOptions, inWords, type Names } from './options.js';
import { assertLoss } from './parts.js';

/** A network's layers and cost. Parameters are kept separately, in { W1, b1, W2, b2, … }. */
export interface Network {
  /** The shape of one sample. */
  readonly input: Shape;
  /** The numbers in one sample, n_x. */
  readonly nX: number;
  readonly layers: readonly Layer[];
  readonly loss: Loss;
  /** λ of the L2 term. */
  readonly l2: number;
}

export interface NetworkDefinition {
  /** The shape of one sample: n_x, or [n_x], or [n_H, n_W, n_C], [T, d], or [T] tokens. */
  readonly input?: number | Shape;
  /** The course's n_x: the same as `input: n_x`. */
  readonly nX?: number;
  /** Layers, and activations such as relu between them. */
  readonly layers: readonly (Layer | Activation)[];
  readonly loss: Loss;
  /** λ of the L2 term. Default: 0. */
  readonly l2?: number;
}

const definitionNames: Names<NetworkDefinition> = {
  ...{ input: true, nX: true, layers: true, loss: true, l2: true },
};

/** Limit per parameter: 2 GiB in float32. */
const maxWeights = 2 ** 29;

/**
 * A network of layers l = 1 … L on samples of one shape. The layers with parameters are numbered:
 * W1, b1, W2, b2, ….
 *
 * @throws ShapeError if a layer does not take what the one before it gives; ValueError if the sizes
 *   are invalid, if the loss does not accept the last layer's output, or if something is not a
 *   layer or a loss.
 */
export function network(definition: NetworkDefinition): Network {
  assertOptions('network', definition, definitionNames);
  const { loss, l2 = 0 } = definition;
  const input = inputOf(definition);
  if (!Array.isArray(definition.layers) || definition.layers.length === 0) {
    throw new ValueError('network: no layers; give a list of one at least.');
  }
  const layers = definition.layers.map((layer, i) => asLayer(i + 1, layer));
  assertLoss('network: the loss', loss);
  if (!(l2 >= 0 && l2 < Number.POSITIVE_INFINITY)) {
    throw new ValueError(`network: l2 is ${l2}; give a number from 0.`);
  }
  const made = { input, nX: sizeOf(input), layers, loss, l2 };
  for (const { name, parameters } of placesOf(made)) {
    for (const [P, { shape }] of Object.entries(parameters)) {
      if (sizeOf(shape) <= maxWeights) continue;
      throw new ValueError(
        `network: ${name} would have a ${P} of ${shape.join(' x ')} numbers, more than ${maxWeights}; make it smaller.`,
      );
    }
  }
  assertOutput(headOf(made));
  return made;
}

function inputOf({ input, nX }: NetworkDefinition): Shape {
  if (input === undefined && typeof nX !== 'object') {
    if (Number.isInteger(nX) && (nX as number) >= 1) return [nX as number];
    throw new ValueError(
      `network: n_x is ${nX}; give the number of inputs, a whole number from 1, or input, the shape of a sample.`,
    );
  }
  if (nX !== undefined) throw new ValueError('network: give input or nX, not both.');
  const shape: unknown = typeof input === 'number' ? [input] : input;
  const isSize = (side: unknown) => Number.isInteger(side) && (side as number) >= 1;
  if (Array.isArray(shape) && shape.length > 0 && shape.every(isSize)) return [...shape];
  throw new ValueError(
    `network: input is ${Array.isArray(input) ? `[${input.join(', ')}]` : inWords(input)}; give the shape of a sample in whole numbers from 1, such as 784, [28, 28, 1] or [T, d].`,
  );
}

function asLayer(l: number, layer: Layer | Activation | ActivationLayer): Layer {
  const given = Object(layer) as Partial<Layer & Activation>;
  if (typeof given.forward === 'function') {
    if (typeof given.output === 'function') return layer as Layer;
    if (given.gives !== undefined) return activationLayer(layer as Activation) as Layer;
  }
  throw new ValueError(
    `network: layer ${l} is ${inWords(layer)}; give a layer, such as dense(4, tanh).`,
  );
}

/** A layer in its place in a network. */
export interface Place {
  readonly layer: Layer;
  /** Its number among the layers with parameters; 0 if it has none. */
  readonly l: number;
  /** From 1, by which its noise is named. */
  readonly position: number;
  /** Such as `conv2d 2`, the second of its kind. */
  readonly name: string;
  readonly input: Shape;
  readonly output: Shape;
  /** By the layer's own names. */
  readonly parameters: Readonly<Record<string, Parameter>>;
}

const known = new WeakMap<readonly Layer[], readonly Place[]>();

/**
 * The layers of a network one by one: `dense(20, relu)` is a linear step and a relu.
 *
 * @throws ShapeError if a layer does not take what the one before it gives.
 */
export function placesOf({ layers, input }: Pick<Network, 'layers' | 'input'>): readonly Place[] {
  const places = known.get(layers);
  if (places && String(places[0].input) === String(input)) return places;
  const counts: Record<string, number> = {};
  let l = 0;
  const made: Place[] = [];
  for (const layer of layers.flatMap(partsOf)) {
    const before = made.at(-1);
    const from = before?.output ?? input;
    counts[layer.kind] = (counts[layer.kind] ?? 0) + 1;
    const name = `${layer.kind} ${counts[layer.kind]}`;
    const output = within(name, from, before?.name, () => layer.output(from));
    const parameters = layer.parameters(from);
    const hasOwn = Object.keys(parameters).length > 0;
    made.push({
      ...{ layer, l: hasOwn ? ++l : 0, position: made.length + 1, name },
      ...{ input: from, output, parameters },
    });
  }
  known.set(layers, made);
  return made;
}

/** Adds where it is to what a layer says about its input. */
function within(
  name: string,
  input: Shape,
  before: string | undefined,
  output: () => Shape,
): Shape {
  try {
    return output();
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
    const from = before ? `that ${before} gives` : 'of the network';
    const Kind = error.constructor as new (message: string) => HandgradError;
    throw new Kind(`${name}, on the ${inShape(input)} input ${from}: ${error.message}`);
  }
}

/** What the network ends in, and its loss. */
export interface Head {
  readonly activation: Activation;
  /** The last activation's outputs: rows of a matrix, or the last axis. */
  readonly units: number;
  /** The shape of a sample of the output. */
  readonly output: Shape;
  readonly loss: Loss;
}

export function headOf(network: Network): Head {
  const { layer, output } = placesOf(network).at(-1)!;
  const activation = (layer as Partial<ActivationLayer>).activation ?? linear;
  return { activation, units: output.at(-1)!, output, loss: network.loss };
}

/** The shape of a sample of the output. */
export const outputOf = (network: Network): Shape => placesOf(network).at(-1)!.output;
