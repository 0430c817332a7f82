import type { DataType } from '@tensorflow/tfjs-core';
import { type Fields, Float32, message } from '../../protobuf.js';

/*
 * TensorFlow's protobuf messages, with their field numbers: graph.proto, node_def.proto,
 * attr_value.proto, tensor.proto, saved_model.proto.
 */

/** TensorFlow's numbers for them. */
export const dataTypes = { float32: 1, int32: 3, bool: 10 } as const;
export type GraphType = keyof typeof dataTypes;
export const isGraphType = (dtype: DataType): dtype is GraphType => Object.hasOwn(dataTypes, dtype);

/** An AttrValue. */
export type Attr = Fields;
export const attr = {
  text: (value: string): Attr => ({ 2: value }),
  int: (value: number): Attr => ({ 3: value }),
  /** A ListValue; its field 3 is i. */
  ints: (values: readonly number[]): Attr => ({ 1: message({ 3: [...values] }) }),
  float: (value: number): Attr => ({ 4: new Float32(value) }),
  bool: (value: boolean): Attr => ({ 5: value }),
  /** A DataType, by TensorFlow's number for it. */
  type: (value: number): Attr => ({ 6: value }),
  dtype: (value: GraphType): Attr => ({ 6: dataTypes[value] }),
  shape: (shape: readonly number[]): Attr => ({ 7: shapeMessage(shape) }),
  tensor: (dtype: GraphType, shape: readonly number[], values: ArrayBufferView): Attr => ({
    8: message({
      1: dataTypes[dtype],
      2: shapeMessage(shape),
      4: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    }),
  }),
};

const shapeMessage = (shape: readonly number[]) =>
  message({ 2: shape.map((size) => message({ 1: size })) });

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Names of other nodes; `name:1` is the second output. */
  readonly inputs: readonly string[];
  readonly attrs: Readonly<Record<string, Attr>>;
}

/** Serializes a SavedModel whose graph has these nodes. */
export function savedModel(nodes: readonly GraphNode[]): Uint8Array {
  const nodeMessages = nodes.map(({ name, op, inputs, attrs }) =>
    message({
      1: name,
      2: op,
      3: inputs,
      5: Object.entries(attrs).map(([key, value]) => message({ 1: key, 2: message(value) })),
    }),
  );
  // The graph format version of TensorFlow 2.15.
  const graph = message({ 1: nodeMessages, 4: message({ 1: 1645 }) });
  return message({ 1: 1, 2: message({ 1: message({ 4: TAG }), 2: graph }) });
}

export const TAG = 'serve';
