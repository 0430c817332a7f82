import { ModelError } from '../../core/errors.js';
import type { Described } from '../../core/kinds.js';
import type { Shape } from '../../core/layer.js';
import type { Constant, ParsedNode } from './model.js';

/** How a value lies in the ONNX graph, where it is a sample of a shape here. */
export interface State {
  readonly shape: Shape;
  /**
   * rows: (m, n); last: as here, (m, …, d); first: features before positions, (m, d, …); time: (T, m, d);
   * steps: (T, 1, m, d); end: (1, m, d), the last step.
   */
  readonly layout: 'rows' | 'last' | 'first' | 'time' | 'steps' | 'end';
  /** Of a row that was flattened in another order: its number i is number order[i] here. */
  readonly order?: readonly number[];
}

/** A node of an ONNX graph, as its reader gets it. */
export interface OnnxGiven {
  readonly node: ParsedNode;
  readonly state: State;
  /** The output that is used. */
  readonly output: string;
  /** A constant input by its place, or none. */
  constant(index: number): Constant | undefined;
  /** The layers before, and their parameters. */
  readonly before: readonly Read[];
  readonly opset: number;
}

/** A layer that was read, with the parameters of what is in it. */
export interface Read {
  readonly layer: Described;
  readonly values: readonly Readonly<Record<string, Float32Array>>[];
}

/** What a node is here: layers in place of the last `instead` ones, and how the result lies. */
export interface FromOnnx {
  readonly read?: readonly Read[];
  readonly instead?: number;
  readonly state?: State;
}

/** @throws ModelError that names the node. */
export function refuseNode({ node }: Pick<OnnxGiven, 'node'>, what: string): never {
  throw new ModelError(`Node ${node.name}, a ${node.op}, ${what}`);
}

/** A constant that must be there. */
export function needed(given: OnnxGiven, index: number): Constant {
  const { node } = given;
  const found = given.constant(index);
  if (found) return found;
  const name = node.inputs[index];
  return refuseNode(
    given,
    `takes ${name ? `${name}, which is no constant` : `no input ${index}`}.`,
  );
}

export const numberOf = ({ node }: OnnxGiven, name: string, otherwise: number): number => {
  const value = node.attributes.get(name);
  return typeof value === 'number' ? value : otherwise;
};

export const textOf = ({ node }: OnnxGiven, name: string, otherwise: string): string => {
  const value = node.attributes.get(name);
  return typeof value === 'string' ? value : otherwise;
};

export function listOf({ node }: OnnxGiven, name: string): readonly number[] | undefined {
  const value = node.attributes.get(name);
  return Array.isArray(value) ? value : undefined;
}

/** Axes, or the like: an attribute before an opset, an input since then. */
export function integers(given: OnnxGiven, name: string, index: number) {
  return listOf(given, name) ?? (given.constant(index) && [...given.constant(index)!.values]);
}

/** A vector of the features in handgrad's order. */
export function inOrder({ state }: OnnxGiven, values: Float32Array): Float32Array {
  const { order } = state;
  if (!order) return values;
  const result = new Float32Array(values.length);
  order.forEach((here, there) => {
    result[here] = values[there];
  });
  return result;
}
