import type { Network } from '../../core/network.js';
import { Float32, message } from '../../protobuf.js';
import { version } from '../../version.js';
import { tensorsOf } from '../assembled.js';
import {
  assertNotGiven,
  describe,
  fullDescription,
  isPlain,
  type LoadOptions,
  networkOfDescription,
  parsedDescription,
} from '../description.js';
import { fileFormat, type Model } from '../format.js';
import type { Attribute, OnnxNode, OnnxTensor } from '../onnx/graph.js';
import { ownParameters } from '../onnx/own.js';
import { type ParsedModel, parseOnnx } from '../onnx/parse.js';
import { readOnnx } from '../onnx/read.js';
import { inputName, type Written, writeOnnx } from '../onnx/write.js';
import { leavesOf, treeOf } from '../tree.js';
import { exported } from '../weights.js';

/**
 * ONNX: a dense layer is a Gemm, Zᵀ = A_prevᵀ Wᵀ + bᵀ, followed by the activation's operator; the
 * other layers are in layers/. Samples are rows, as is usual in ONNX: input X (m, n_x), output AL
 * (m, n_y), and pictures and sequences as here. W stays (n_l, n_prev); Gemm transposes it.
 *
 * Source: the field numbers of onnx.proto in the PyPI package onnx 1.23.2; the operators of opset 13.
 */
export const onnx = fileFormat({
  name: 'onnx',
  title: 'ONNX Runtime, Netron and whoever reads ONNX',
  extension: '.onnx',
  encode: modelProto,
  decode: (bytes, given, file) => {
    const model = parseOnnx(bytes, file);
    const text = model.metadata.get('network');
    assertNotGiven(text, given, file);
    const full = fullDescription(text, file);
    const own = given.layers ?? {};
    if (full) {
      const network = networkOfDescription(full, own, file);
      const values = ownParameters(network, model);
      if (values) return { network, params: tensorsOf(network, values) };
    }
    return fromGraph(model, text, given, file);
  },
});

/** From what the nodes say, and for a loss what the file or the user says beside them. */
function fromGraph(model: ParsedModel, text: string | undefined, given: LoadOptions, file: string) {
  const { input, read, note } = readOnnx(model, file, given.input);
  const said = parsedDescription(text, file);
  const loss = given.loss && { kind: given.loss.name, config: given.loss.config };
  const layers = read.map(({ layer }) => layer);
  const network = networkOfDescription(
    { input, layers, l2: said.l2, loss: said.loss ?? loss },
    given.layers ?? {},
    file,
  );
  const values = read.flatMap((one) => one.values);
  const leaves = leavesOf(treeOf(network)).filter(({ names }) => names.length > 0);
  const named = leaves.flatMap(({ names }, i) =>
    names.map(([own, around]) => [around, values[i]?.[own]] as const),
  );
  const params = tensorsOf(network, Object.fromEntries(named));
  return { network, params, ...(note && { note }) };
}

/** IR_VERSION_2021_7_30 in onnx.proto and the opset of that time, supported since 2021. */
const irVersion = 8;

/** TensorProto.DataType */
const type = { float: 1, int64: 7 };
/** AttributeProto: the field of a value, and its type. */
const fields = { f: [2, 1], i: [3, 2], s: [4, 3], ints: [8, 7] } as const;

async function modelProto({ network, params, card }: Model): Promise<Uint8Array> {
  const written = writeOnnx(network, await exported(network, params));
  const kind = isPlain(network) ? 'dense layers' : 'layers';
  return message({
    1: irVersion,
    2: 'handgrad', // producer_name
    3: version, // producer_version
    6: card?.name ?? `A network of ${kind}.`, // doc_string
    7: graphProto(network, written),
    8: message({ 1: '', 2: written.opset }), // opset_import: the domain of ONNX's own operators
    14: [
      metadata('network', describe(network)),
      ...(card ? [metadata('class_names', JSON.stringify(card.classNames))] : []),
    ],
  });
}

const metadata = (key: string, value: string) => message({ 1: key, 2: value });

function graphProto({ input, layers }: Network, { nodes, tensors, last }: Written): Uint8Array {
  const isIds = layers[0].reads !== undefined;
  const output = outputShape(layers, input);
  const sample = input.length === 1 && output.length === 1 && !isIds;
  const told = (name: string, shape: readonly number[]) => `${name} (m, ${shape.join(', ')})`;
  const how = sample ? 'a sample in each row' : 'samples first';
  return message({
    1: nodes.map(nodeProto),
    2: 'handgrad', // name
    5: tensors.map(tensorProto),
    10: `${told(inputName, input)} to ${told(last, output)}, ${how}.`, // doc_string
    11: valueInfo(inputName, input, isIds ? type.int64 : type.float), // input
    12: valueInfo(last, output, type.float), // output
  });
}

const outputShape = (layers: Network['layers'], input: Network['input']) =>
  layers.reduce((shape, layer) => layer.output(shape), input);

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
function valueInfo(name: string, sample: readonly number[], of: number): Uint8Array {
  const sides = sample.map((side) => message({ 1: side })); // dim_value
  const shape = message({ 1: [message({ 2: 'm' }), ...sides] }); // dim_param
  const tensorType = message({ 1: of, 2: shape });
  return message({ 1: name, 2: message({ 1: tensorType }) });
}
