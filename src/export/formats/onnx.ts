import type { Activation, OnnxOperator } from '../../core/activation.js';
import { Float32, message } from '../../protobuf.js';
import { version } from '../../version.js';
import { bytesOf } from '../bytes.js';
import { describe } from '../description.js';
import { fileFormat, type Model } from '../format.js';
import { type DenseLayer, denseLayers } from '../weights.js';

/**
 * ONNX: each layer is a Gemm, Zᵀ = A_prevᵀ Wᵀ + bᵀ, followed by the activation's operator. Samples are
 * rows, as is usual in ONNX: input X (m, n_x), output AL (m, n_y). W stays (n_l, n_prev); Gemm
 * transposes it.
 *
 * Source: the field numbers of onnx.proto in the PyPI package onnx 1.23.2; the operators of opset 13.
 */
export const onnx = fileFormat({
  name: 'onnx',
  title: 'ONNX Runtime, Netron and whoever reads ONNX',
  extension: '.onnx',
  encode: modelProto,
});

/** IR_VERSION_2021_7_30 in onnx.proto and the opset of that time, supported since 2021. */
const irVersion = 8;
const oldestOpset = 13;

/** TensorProto.DataType */
const FLOAT = 1;
/** AttributeProto.AttributeType */
const attributeType = { f: 1, i: 2, s: 3 };

async function modelProto({ network, params, card }: Model): Promise<Uint8Array> {
  const layers = await denseLayers(network, params);
  const opset = Math.max(
    ...layers.map(({ activation }) => operator(activation).opset ?? oldestOpset),
  );
  return message({
    1: irVersion,
    2: 'handgrad', // producer_name
    3: version, // producer_version
    6: card?.name ?? 'A network of dense layers.', // doc_string
    7: graphProto(network.nX, layers),
    8: message({ 1: '', 2: opset }), // opset_import: the domain of ONNX's own operators
    14: [
      metadata('network', describe(network)),
      ...(card ? [metadata('class_names', JSON.stringify(card.classNames))] : []),
    ],
  });
}

const metadata = (key: string, value: string) => message({ 1: key, 2: value });

function graphProto(nX: number, layers: readonly DenseLayer[]): Uint8Array {
  const last = layers.at(-1)!;
  return message({
    1: layers.flatMap(nodes),
    2: 'handgrad', // name
    5: layers.flatMap(initializers),
    10: `X (m, ${nX}) to ${output(last)} (m, ${last.units}), a sample in each row.`, // doc_string
    11: matrixInfo('X', nX), // input
    12: matrixInfo(output(last), last.units), // output
  });
}

const output = ({ l }: { l: number }) => (l === 0 ? 'X' : `A${l}`);

function nodes({ l, activation }: DenseLayer): Uint8Array[] {
  const { op, attributes = {} } = operator(activation);
  const isFactor = 'factor' in activation.onnx;
  const result = isFactor ? `factor_${l}` : output({ l });
  return [
    nodeProto(`linear_${l}`, 'Gemm', [output({ l: l - 1 }), `W${l}`, `b${l}`], `Z${l}`, {
      transB: { i: 1 },
    }),
    nodeProto(`activation_${l}`, op, [`Z${l}`], result, attributes),
    ...(isFactor ? [nodeProto(`product_${l}`, 'Mul', [`Z${l}`, result], output({ l }), {})] : []),
  ];
}

/** g, where the activation is g(Z), or Z ∘ g(Z). */
const operator = ({ onnx }: Activation): OnnxOperator => ('factor' in onnx ? onnx.factor : onnx);

type Attributes = NonNullable<OnnxOperator['attributes']>;

const nodeProto = (
  name: string,
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Attributes,
) =>
  message({ 1: inputs, 2: output, 3: name, 4: op, 5: Object.entries(attributes).map(attribute) });

/** AttributeProto */
const attribute = ([name, value]: [string, Attributes[string]]) => {
  if ('s' in value) return message({ 1: name, 4: value.s, 20: attributeType.s });
  return 'f' in value
    ? message({ 1: name, 2: new Float32(value.f), 20: attributeType.f })
    : message({ 1: name, 3: value.i, 20: attributeType.i });
};

const initializers = ({ l, units, nPrev, W, b }: DenseLayer) => [
  tensorProto(`W${l}`, [units, nPrev], W),
  tensorProto(`b${l}`, [units], b),
];

const tensorProto = (name: string, dims: readonly number[], values: DenseLayer['W']) =>
  message({ 1: dims, 2: FLOAT, 8: name, 9: bytesOf(values) }); // 9 is raw_data

/** ValueInfoProto of a float32 matrix (m, n), m left open. */
function matrixInfo(name: string, n: number): Uint8Array {
  const shape = message({ 1: [message({ 2: 'm' }), message({ 1: n })] }); // dim_param, dim_value
  const tensorType = message({ 1: FLOAT, 2: shape });
  return message({ 1: name, 2: message({ 1: tensorType }) });
}
