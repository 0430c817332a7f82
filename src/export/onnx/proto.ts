import { Float32, message } from '../../protobuf.js';
import { version } from '../../version.js';
import type { Attribute, OnnxNode, OnnxTensor } from './graph.js';

/*
 * The bytes of an ONNX file. Source: the field numbers of onnx.proto in the PyPI package onnx 1.23.2.
 */

/** IR_VERSION_2021_7_30 in onnx.proto, supported since 2021. */
const irVersion = 8;

/** TensorProto.DataType */
const type = { float: 1, int64: 7 };
/** AttributeProto: the field of a value, and its type. */
const fields = { f: [2, 1], i: [3, 2], s: [4, 3], ints: [8, 7] } as const;

/** What goes in or out: samples of a shape, m of them. */
export interface Value {
  readonly name: string;
  readonly sample: readonly number[];
  readonly of?: keyof typeof type;
}

export interface OnnxFile {
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly opset: number;
  readonly input: Value;
  readonly output: Value;
  /** What is said of the model, and of the graph. */
  readonly doc: readonly [model: string, graph: string];
  readonly metadata: Readonly<Record<string, string>>;
}

export const onnxBytes = ({ doc, metadata, opset, ...graph }: OnnxFile): Uint8Array =>
  message({
    1: irVersion,
    2: 'handgrad', // producer_name
    3: version, // producer_version
    6: doc[0], // doc_string
    7: graphProto(graph, doc[1]),
    8: message({ 1: '', 2: opset }), // opset_import: the domain of ONNX's own operators
    14: Object.entries(metadata).map(([key, value]) => message({ 1: key, 2: value })),
  });

const graphProto = (
  { nodes, tensors, input, output }: Omit<OnnxFile, 'doc' | 'metadata' | 'opset'>,
  doc: string,
): Uint8Array =>
  message({
    1: nodes.map(nodeProto),
    2: 'handgrad', // name
    5: tensors.map(tensorProto),
    10: doc, // doc_string
    11: valueInfo(input), // input
    12: valueInfo(output), // output
  });

const nodeProto = ({ op, name, inputs, outputs, attributes }: OnnxNode) =>
  message({ 1: inputs, 2: outputs, 3: name, 4: op, 5: Object.entries(attributes).map(attribute) });

function attribute([name, value]: [string, Attribute]): Uint8Array {
  const [[kind, of]] = Object.entries(value) as [keyof typeof fields, Attribute[keyof Attribute]][];
  const [field, type] = fields[kind];
  return message({ 1: name, [field]: kind === 'f' ? new Float32(of) : of, 20: type });
}

const tensorProto = ({ name, shape, values }: OnnxTensor) =>
  message({
    1: shape,
    2: values instanceof Float32Array ? type.float : type.int64,
    8: name,
    9: new Uint8Array(values.buffer, values.byteOffset, values.byteLength), // raw_data
  });

/** ValueInfoProto of samples first, m left open. */
function valueInfo({ name, sample, of = 'float' }: Value): Uint8Array {
  const sides = sample.map((side) => message({ 1: side })); // dim_value
  const shape = message({ 1: [message({ 2: 'm' }), ...sides] }); // dim_param
  const tensorType = message({ 1: type[of], 2: shape });
  return message({ 1: name, 2: message({ 1: tensorType }) });
}
