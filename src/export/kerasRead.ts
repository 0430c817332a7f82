import { HandgradError, ModelError } from '../core/errors.js';
import { type Described, layerFrom } from '../core/kinds.js';
import type { Shape } from '../core/layer.js';
import { graphOf, INPUT, type RawGraph, type RawLayer } from './kerasGraph.js';
import { behind } from './layers/activation.js';
import { kerasReaders } from './layers/index.js';

/** A Keras model in handgrad's words. */
export interface KerasRead {
  readonly input: Shape;
  readonly layers: readonly Described[];
  /** The layers of the file that have parameters, in the order of the network's. */
  readonly weighted: readonly RawLayer[];
}

/**
 * @param version the first number of the Keras version
 * @param input the shape of a sample, if the file leaves it open
 * @throws ModelError naming the layer that handgrad does not have as it stands there.
 */
export function readKeras(model: unknown, version: number, input?: Shape): KerasRead {
  const graph = graphOf(model);
  const weighted: RawLayer[] = [];
  const left = new Set(graph.layers.keys());
  const shape = input ?? sampleShapeOf(graph.inputShape);
  const { layers } = readChain(INPUT, graph.output, shape, { graph, version, weighted, left });
  const [unused] = left;
  if (unused !== undefined) {
    throw new ModelError(`Layer ${unused} leads to no output. Save the model without it.`);
  }
  return { input: shape, layers, weighted };
}

function sampleShapeOf(inputShape: unknown): Shape {
  const sides = Array.isArray(inputShape) ? inputShape.slice(1) : [undefined];
  const isSize = (side: unknown) => Number.isInteger(side) && (side as number) > 0;
  if (sides.length > 0 && sides.every(isSize)) return sides;
  const written =
    sides.length === 1 ? sides[0] : `(${sides.map((side) => side ?? 'any').join(', ')})`;
  throw new ModelError(
    `The size of the input is ${written} in the model; expected whole numbers from 1. Say the shape of a sample: { input: [28, 28, 1] }.`,
  );
}

interface Reading {
  readonly graph: RawGraph;
  readonly version: number;
  readonly weighted: RawLayer[];
  /** The layers that are not read yet. */
  readonly left: Set<string>;
}

/** The layers behind one up to another, and the shape that they give. */
function readChain(from: string, to: string, input: Shape, reading: Reading) {
  const path: string[] = [];
  for (let key = to; key !== from; key = beforeOf(reading.graph, key)) path.unshift(key);
  let [shape, layers]: [Shape, Described[]] = [input, []];
  for (const key of path) {
    const raw = reading.graph.layers.get(key)!;
    reading.left.delete(key);
    const read =
      raw.inputs.length === 2
        ? [readSum(key, raw, shape, reading)]
        : readLayer(raw, shape, layers.at(-1), reading.version);
    const added = 'instead' in read ? read.instead : read;
    const kept = 'instead' in read ? layers.slice(0, -1) : layers;
    for (const one of added) {
      const made = within(raw, () => layerFrom(one));
      // What is inside a sum has been counted there.
      const before = shape;
      shape = within(raw, () => made.output(before));
      if (raw.inputs.length < 2 && Object.keys(made.parameters(before)).length > 0) {
        reading.weighted.push(raw);
      }
    }
    layers = behind(kept, added);
  }
  return { layers, shape };
}

function readLayer(raw: RawLayer, input: Shape, before: Described | undefined, version: number) {
  const { className, name, config, call, inputs } = raw;
  const read = Object.hasOwn(kerasReaders, className) ? kerasReaders[className] : undefined;
  if (read && inputs.length === 1) {
    return read({ className, name, config, call, input, before, version });
  }
  throw new ModelError(
    `Layer ${name} is a ${className} layer${read ? ` of ${inputs.length} inputs` : ''}, which handgrad does not have. It reads ${Object.keys(kerasReaders).join(', ')}, and Add of two.`,
  );
}

/** Two chains that begin at one layer, added up: a residual block. */
function readSum(key: string, raw: RawLayer, input: Shape, reading: Reading): Described {
  if (raw.className !== 'Add') readLayer(raw, input, undefined, reading.version);
  const start = beforeOf(reading.graph, key);
  const [first, second] = raw.inputs[0] === start ? [...raw.inputs].reverse() : raw.inputs;
  const F = readChain(start, first, input, reading);
  const S = readChain(start, second, input, reading);
  const layers = { layers: F.layers, ...(second !== start && { shortcut: S.layers }) };
  return { kind: 'residual', config: layers as unknown as Described['config'] };
}

/** The layer that all of a layer's input has come through, the last of them. */
function beforeOf(graph: RawGraph, key: string): string {
  const { inputs } = graph.layers.get(key)!;
  if (inputs.length === 1) return inputs[0];
  const [first, ...others] = inputs.map((input) => throughOf(graph, input));
  return first.find((one) => others.every((through) => through.includes(one)))!;
}

const known = new WeakMap<RawGraph, Map<string, readonly string[]>>();

/** The layers that all of an output comes through, the last first, itself among them. */
function throughOf(graph: RawGraph, key: string): readonly string[] {
  if (key === INPUT) return [INPUT];
  const found = known.get(graph)?.get(key);
  if (found) return found;
  const through = [key, ...throughOf(graph, beforeOf(graph, key))];
  if (!known.has(graph)) known.set(graph, new Map());
  known.get(graph)!.set(key, through);
  return through;
}

/** What a layer says of its options or its input, with its name in the file. */
function within<T>({ name, className }: RawLayer, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof HandgradError) || error instanceof ModelError) throw error;
    throw new ModelError(`Layer ${name}, a ${className}: ${error.message}`);
  }
}
