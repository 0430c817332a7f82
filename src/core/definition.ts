import type { Activation, ActivationLayer } from './activation.js';
import { linear } from './activations.js';
import { ValueError } from './errors.js';
import { assertOutput, type Head } from './head.js';
import { type Layer, type Shape, sizeOf } from './layer.js';
import type { Loss } from './loss.js';
import { assertOptions, inWords, type Names } from './options.js';
import { assertLoss } from './parts.js';
import { asLayer, placesOf } from './places.js';

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
  /** λ of the L1 term. */
  readonly l1: number;
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
  /** λ of the L1 term. Default: 0. */
  readonly l1?: number;
}

const definitionNames: Names<NetworkDefinition> = {
  ...{ input: true, nX: true, layers: true, loss: true, l2: true, l1: true },
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
  const { loss, l2 = 0, l1 = 0 } = definition;
  const input = inputOf(definition);
  if (!Array.isArray(definition.layers) || definition.layers.length === 0) {
    throw new ValueError('network: no layers; give a list of one at least.');
  }
  const layers = definition.layers.map((layer, i) => asLayer(`network: layer ${i + 1}`, layer));
  assertLoss('network: the loss', loss);
  for (const [name, lambda] of Object.entries({ l2, l1 })) {
    if (typeof lambda === 'number' && lambda >= 0 && lambda < Number.POSITIVE_INFINITY) continue;
    throw new ValueError(`network: ${name} is ${inWords(lambda)}; give a number from 0.`);
  }
  const made = { input, nX: sizeOf(input), layers, loss, l2, l1 };
  for (const { name, parameters } of placesOf(layers, input)) {
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

/** What the network ends in, and its loss. */
export function headOf(network: Network): Head {
  const { layer, output } = placesOf(network.layers, network.input).at(-1)!;
  const activation = (layer as Partial<ActivationLayer>).activation ?? linear;
  return { activation, units: output.at(-1)!, output, loss: network.loss };
}
