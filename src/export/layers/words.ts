import type { Described } from '../../core/kinds.js';
import { type Config, type Shape, sizeOf } from '../../core/layer.js';
import type { Place } from '../../core/places.js';
import type { FromOnnx, OnnxGiven } from '../onnx/given.js';
import type { OnnxGraph } from '../onnx/graph.js';
import { permuted } from '../permuted.js';
import type { KerasGiven } from './given.js';

/*
 * What Keras and ONNX call a kind of layer, in both directions. Whoever writes or reads a format asks
 * these words, and never for a kind.
 */

/** Numbers of parameters by a layer's own names, row by row. */
export type Values = Readonly<Record<string, Float32Array>>;

/** Who reads a Keras model: TensorFlow.js, which knows what Keras 2 knew, or Keras 3. */
export type Dialect = 'tfjs' | 'keras3';

/** A layer as Keras writes it, without its name. */
export interface KerasLayer {
  readonly className: string;
  readonly config: Config;
  /** What it is called with beside its input; then it is called with the input twice. */
  readonly call?: Config;
}

/** A weight of a Keras layer, made of one parameter or more. */
export interface KerasWeight {
  readonly name: string;
  readonly shape: Shape;
  /** The part of the layer that holds it in a weights file of Keras 3, such as a cell. */
  readonly part?: string;
  write(values: Values): Float32Array;
  read(stored: Float32Array): Values;
}

/** Layers, one behind the other; `instead` they take the place of the one before. */
export type FromKeras = readonly Described[] | { readonly instead: readonly Described[] };

export interface Words {
  /**
   * The layers, one behind the other, that are this one in Keras; none if Keras has no such layer.
   * The first takes the weights.
   */
  keras?(place: Place, dialect: Dialect): readonly KerasLayer[] | undefined;
  /** In Keras's order. */
  kerasWeights?(place: Place): readonly KerasWeight[];
  /** Whether Keras's layer has the activation behind it as an option. */
  readonly takesActivation?: true;
  /** From Keras: by class names. */
  readonly fromKeras?: Readonly<Record<string, (given: KerasGiven) => FromKeras>>;
  /** The chains of layers inside a block, whose outputs are added up. */
  branches?(
    config: Config,
  ): readonly { readonly layers: Config[string]; readonly prefix: string }[];
}

/** The same for ONNX, apart: whoever opens a LayersModel in a browser loads none of it. */
export interface OnnxWords {
  /** Adds the layer's nodes to a graph, and returns what they give. */
  write?(graph: OnnxGraph, X: string, leaf: Leaf, values: Values): string;
  /** By operators. */
  readonly read?: Readonly<Record<string, (given: OnnxGiven) => FromOnnx>>;
}

/** A weight that is one parameter in another shape, or with its axes in another order. */
export function weight(
  name: string,
  own: string,
  place: Place,
  { shape, axes, part }: { shape?: Shape; axes?: readonly number[]; part?: string } = {},
): KerasWeight {
  const from = place.parameters[own].shape;
  const to = shape ?? (axes ? axes.map((axis) => from[axis]) : from);
  return {
    ...{ name, shape: to, part },
    write: (values) => (axes ? permuted(values[own], from, axes) : values[own]),
    read: (stored) => ({ [own]: axes ? permuted(stored, to, inverse(axes)) : stored }),
  };
}

/** A bias, gamma or statistic: a column (n, 1) is a vector (n) there. */
export const vector = (name: string, own: string, place: Place, part?: string): KerasWeight =>
  weight(name, own, place, { shape: [sizeOf(place.parameters[own].shape)], part });

/** The same, where the layer has that parameter. */
export const vectorIfAny = (name: string, own: string, place: Place, part?: string) =>
  own in place.parameters ? [vector(name, own, place, part)] : [];

const inverse = (axes: readonly number[]) => axes.map((_, i) => axes.indexOf(i));

/** A layer with what it is called around it. */
export interface Leaf {
  readonly place: Place;
  readonly words?: Words;
  /** Among all layers, such as `dense_2`, or `residual_1_conv2d_1` in a block. */
  readonly name: string;
  /** What its name begins with in a block. */
  readonly prefix: string;
  /** What stands behind the names of its parameters, or of those of the layer that it follows: 3 or 3.1. */
  readonly label: string;
  /** [own, the network's] name of each parameter. */
  readonly names: readonly (readonly [string, string])[];
}
