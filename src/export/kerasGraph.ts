import { ModelError } from '../core/errors.js';
import { inWords } from '../core/options.js';
import { assertFew } from '../files/bounds.js';

/*
 * The layers of a Keras model, Sequential or functional, as a graph: models inside a model opened.
 */

export interface RawLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly call: Readonly<Record<string, unknown>>;
  /** The keys of the layers that it takes. */
  readonly inputs: readonly string[];
  /** Where a weights file of Keras 3 keeps it: layers/dense_1 is the second Dense. */
  readonly path: string;
}

export interface RawGraph {
  /** The layers by key, without InputLayers. */
  readonly layers: ReadonlyMap<string, RawLayer>;
  readonly output: string;
  /** The shape with the samples, as it stands in the file. */
  readonly inputShape: unknown;
}

export const INPUT = '';

interface Saved {
  readonly class_name?: unknown;
  readonly config?: unknown;
  readonly name?: unknown;
  readonly inbound_nodes?: unknown;
  readonly build_config?: { readonly input_shape?: unknown } | null;
}

/** @throws ModelError if it is no chain of layers, or of layers and sums. */
export function graphOf(model: unknown): RawGraph {
  const layers = new Map<string, RawLayer>();
  const shapes: unknown[] = [];
  const output = addModel(model as Saved, INPUT, '', layers, shapes);
  return { layers, output, inputShape: shapes[0] };
}

/** Adds a model behind a layer, and returns the key of its output. */
function addModel(
  model: Saved | null,
  from: string,
  inside: string,
  all: Map<string, RawLayer>,
  shapes: unknown[],
): string {
  const config = (model?.config ?? {}) as Record<string, unknown>;
  const layers = Array.isArray(config) ? config : config.layers;
  const isSequential = model?.class_name === 'Sequential';
  if (!(isSequential || isFunctional(model?.class_name)) || !Array.isArray(layers)) {
    throw new ModelError(
      `The model is ${kindOf(model?.class_name)}; handgrad reads Sequential and Functional models.`,
    );
  }
  if (layers.length === 0) throw new ModelError('The model has no layers.');
  assertFew('The model', all.size + layers.length, 'layers', 'layers', ModelError);
  const ends = new Map<string, string>();
  const paths = pathsIn(`${inside}layers/`);
  let last = from;
  for (const layer of layers.map(assertLayer)) {
    const { class_name: className, config, name } = layer;
    const shape = config.batch_input_shape ?? config.batch_shape ?? layer.build_config?.input_shape;
    if (shape !== undefined && shape !== null) shapes.push(shape);
    if (className === 'InputLayer') {
      ends.set(name, from);
      continue;
    }
    const { inputs, call } = isSequential
      ? { inputs: [last], call: {} }
      : callOf(layer, (one) => ends.get(one));
    const path = paths(className);
    if (className === 'Sequential' || isFunctional(className)) {
      if (inputs.length !== 1)
        throw new ModelError(`The model ${name} in it takes several inputs.`);
      last = addModel(layer, inputs[0], `${path}/`, all, shapes);
    } else {
      last = path;
      all.set(path, { className, name, config, call, inputs, path });
    }
    ends.set(name, last);
  }
  if (isSequential) {
    if (shapes.length === 0) shapes.push(config.build_input_shape);
    return last;
  }
  return outputOf(config.output_layers, ends);
}

/** Keras counts the layers of each class in a model, and not by their names. */
export function pathsIn(folder: string): (className: string) => string {
  const counts: Record<string, number> = {};
  return (className) => {
    const name = className
      .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .toLowerCase();
    const before = counts[name] ?? 0;
    counts[name] = before + 1;
    return `${folder}${name}${before > 0 ? `_${before}` : ''}`;
  };
}

const kindOf = (className: unknown): string => {
  if (className === undefined || className === null) return 'a file without a topology';
  return typeof className === 'string' ? `a ${className}` : `of the class ${inWords(className)}`;
};

const isFunctional = (className: unknown) => className === 'Functional' || className === 'Model';

function assertLayer(layer: Saved | null) {
  const { class_name, config, name } = layer ?? {};
  if (typeof class_name === 'string' && typeof config === 'object' && config !== null) {
    const inConfig = (config as { name?: unknown }).name;
    return {
      ...(layer as Saved),
      class_name,
      config: config as Record<string, unknown>,
      name: nameIn(name ?? inConfig),
    };
  }
  throw new ModelError('The model holds a layer without class_name or config. Save it again.');
}

function nameIn(name: unknown): string {
  if (name === undefined || typeof name === 'string' || typeof name === 'number')
    return String(name);
  throw new ModelError(`The model holds a layer whose name is ${inWords(name)}. Save it again.`);
}

/** What a layer of a functional model is called with: Keras 2 has lists, Keras 3 arguments. */
function callOf(layer: Saved & { name: string }, keyOf: (name: string) => string | undefined) {
  const nodes = layer.inbound_nodes;
  if (!Array.isArray(nodes) || nodes.length !== 1) {
    const calls = Array.isArray(nodes) ? nodes.length : 0;
    throw new ModelError(
      `Layer ${layer.name} is called ${calls} times; handgrad reads models whose layers are called once.`,
    );
  }
  const [node] = nodes;
  const names: string[] = [];
  let call: Record<string, unknown> = {};
  if (Array.isArray(node)) {
    for (const input of node) {
      names.push(nameIn(input?.[0]));
      call = { ...call, ...input?.[3] };
    }
  } else {
    const { args = [], kwargs = {} } = (node ?? {}) as { args?: unknown; kwargs?: object };
    collect(args, names);
    for (const [name, value] of Object.entries(kwargs ?? {})) {
      if (collect(value, names) === 0) call[name] = value;
    }
  }
  const inputs = [...new Set(names)].map((name) => {
    const key = keyOf(name);
    if (key !== undefined) return key;
    throw new ModelError(`Layer ${layer.name} takes ${name}, which is no layer before it.`);
  });
  if (inputs.length === 0) throw new ModelError(`Layer ${layer.name} takes no other layer.`);
  return { inputs, call };
}

/** The names of the layers in arguments of Keras 3, and how many they are. */
function collect(value: unknown, names: string[]): number {
  if (typeof value !== 'object' || value === null) return 0;
  const { config } = value as { config?: { keras_history?: unknown } };
  if (Array.isArray(config?.keras_history)) return names.push(nameIn(config.keras_history[0]));
  return Object.values(value).reduce((sum: number, one) => sum + collect(one, names), 0);
}

function outputOf(outputs: unknown, ends: ReadonlyMap<string, string>): string {
  const flat = Array.isArray(outputs) ? outputs : [];
  const all = Array.isArray(flat[0]) ? flat.map((one) => one?.[0]) : [flat[0]];
  const key = ends.get(nameIn(all[0]));
  if (all.length === 1 && key !== undefined) return key;
  throw new ModelError(
    `The model has the outputs ${JSON.stringify(all)}; handgrad reads models with one, a layer of it.`,
  );
}
