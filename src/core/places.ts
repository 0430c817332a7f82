import { type Activation, activationLayer } from './activation.js';
import { HandgradError, ShapeError, ValueError } from './errors.js';
import { inShape, type Layer, type Parameter, type Shape } from './layer.js';
import { partsOf } from './layers/activated.js';
import { withLabel } from './naming.js';
import { inWords } from './options.js';

/** A layer in its place in a network or a block. */
export interface Place {
  readonly layer: Layer;
  /** Its number among the layers with parameters; 0 if it has none. */
  readonly l: number;
  /** From 1, among all layers. */
  readonly position: number;
  /** Such as `conv2d 2`, the second of its kind. */
  readonly name: string;
  readonly input: Shape;
  readonly output: Shape;
  /** By the layer's own names. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** What stands behind its own names around it: 3 makes W3. */
  readonly label: string;
  /** Its names of parameters, states and noise, each with the name around it. */
  readonly names: Readonly<Record<'parameters' | 'state' | 'noise', Names>>;
}

/** [own, around] of each name. */
export type Names = readonly (readonly [string, string])[];

const known = new WeakMap<readonly Layer[], readonly Place[]>();

/**
 * Layers behind each other, one by one: `dense(20, relu)` is a linear step and a relu. In a block,
 * labels begin with its prefix.
 *
 * @throws ShapeError if a layer does not take what the one before it gives.
 */
export function placesOf(layers: readonly Layer[], input: Shape, prefix = ''): readonly Place[] {
  const before = known.get(layers);
  if (before && String(before[0]?.input ?? input) === String(input)) return before;
  const counts: Record<string, number> = {};
  const places: Place[] = [];
  let l = 0;
  for (const layer of layers.flatMap(partsOf)) {
    counts[layer.kind] = (counts[layer.kind] ?? 0) + 1;
    const name = `${layer.kind} ${counts[layer.kind]}`;
    const last = places.at(-1);
    const from = last?.output ?? input;
    const output = within(name, from, last?.name, () => {
      if (layer.reads && last) throw new ShapeError('it reads ids. Put it first in the network.');
      return layer.output(from);
    });
    const parameters = layer.parameters(from);
    const number = Object.keys(parameters).length > 0 ? ++l : 0;
    const [label, position] = [`${prefix}${number}`, places.length + 1];
    const names = {
      parameters: around(parameters, label),
      state: around(layer.state?.(from), label),
      noise: around(layer.noise?.(from), `${prefix}${position}`),
    };
    places.push({
      layer,
      l: number,
      position,
      name,
      input: from,
      output,
      parameters,
      label,
      names,
    });
  }
  known.set(layers, places);
  return places;
}

const around = (own: object = {}, label: string): Names =>
  Object.keys(own).map((name) => [name, withLabel(name, label)]);

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

/** A layer, or the layer of an activation. @throws ValueError if it is neither. */
export function asLayer(place: string, part: Layer | Activation): Layer {
  const { forward, output, gives } = Object(part) as Partial<Layer & Activation>;
  if (typeof forward === 'function' && typeof output === 'function') return part as Layer;
  if (typeof forward === 'function' && gives !== undefined) {
    return activationLayer(part as Activation) as Layer;
  }
  throw new ValueError(`${place} is ${inWords(part)}; give a layer, such as dense(4, tanh).`);
}

/** A layer's own from a record around it: { W3, b3, W4, … } as { W, b }; what lacks is left out. */
export function ownOf<T>(names: Names, all: Readonly<Record<string, T>>): Record<string, T> {
  const own: Record<string, T> = {};
  for (const [name, around] of names) if (all[around] !== undefined) own[name] = all[around];
  return own;
}
