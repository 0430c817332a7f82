import type { DataType } from '@tensorflow/tfjs-core';
import { type Fields, Float32, message } from '../../protobuf.js';

/*
 * TensorFlow's protobuf messages, with their field numbers: graph.proto, node_def.proto,
 * attr_value.proto, function.proto, tensor.proto, saved_model.proto.
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
  /** A ListValue; its field 6 is type. */
  dtypes: (values: readonly GraphType[]): Attr => ({
    1: message({ 6: values.map((value) => dataTypes[value]) }),
  }),
  shape: (shape: readonly number[]): Attr => ({ 7: shapeMessage(shape) }),
  /** A ListValue; its field 7 is shape. */
  shapes: (shapes: readonly (readonly number[])[]): Attr => ({
    1: message({ 7: shapes.map(shapeMessage) }),
  }),
  /** A function of the graph's library, by its name. */
  function: (name: string): Attr => ({ 10: message({ 1: name }) }),
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

/** A function that nodes call by its name. Inside it, `node:output:0` is a node's first output. */
export interface GraphFunction {
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly dtype: GraphType }[];
  /** `from` is what it returns: an argument, or a node's output. */
  readonly results: readonly { readonly from: string; readonly dtype: GraphType }[];
  readonly nodes: readonly GraphNode[];
  readonly attrs?: Readonly<Record<string, Attr>>;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly functions?: readonly GraphFunction[];
}

/** Serializes a SavedModel with this graph. */
export function savedModel({ nodes, functions = [] }: Graph): Uint8Array {
  // The graph format version of TensorFlow 2.15.
  const versions = message({ 1: 1645 });
  const library = message({ 1: functions.map(functionMessage) });
  const graph = message({ 1: nodes.map(nodeMessage), 2: library, 4: versions });
  return message({ 1: 1, 2: message({ 1: message({ 4: TAG }), 2: graph }) });
}

export const TAG = 'serve';

const nodeMessage = ({ name, op, inputs, attrs }: GraphNode) =>
  message({ 1: name, 2: op, 3: inputs, 5: attrMessages(attrs) });

/** A FunctionDef. */
function functionMessage({ name, arguments: args, results, nodes, attrs }: GraphFunction) {
  const returned = results.map(({ from, dtype }, i) => ({ name: `r${i}`, from, dtype }));
  const signature = message({ 1: name, 2: args.map(argMessage), 3: returned.map(argMessage) });
  return message({
    1: signature,
    3: nodes.map(nodeMessage),
    4: returned.map(({ name, from }) => message({ 1: name, 2: from })),
    5: attrMessages(attrs ?? {}),
  });
}

const argMessage = ({ name, dtype }: { name: string; dtype: GraphType }) =>
  message({ 1: name, 3: dataTypes[dtype] });

/** A map is a list of its entries. */
const attrMessages = (attrs: Readonly<Record<string, Attr>>) =>
  Object.entries(attrs).map(([key, value]) => message({ 1: key, 2: message(value) }));
