import { readFile } from 'node:fs/promises';
import type { Root } from 'protobufjs';
import type { Activation } from '../../core/activations.js';
import { version } from '../../version.js';
import { bytesOf } from '../bytes.js';
import { describe } from '../description.js';
import { fileFormat, type Model } from '../format.js';
import { type DenseLayer, denseLayers } from '../weights.js';

/**
 * ONNX: for each layer a Gemm, Zᵀ = A_prevᵀ Wᵀ + bᵀ, and the activation's operator. Samples are
 * rows, as others expect them: X (m, n_x) goes in, AL (m, n_y) comes out. W stays (n_l, n_prev): Gemm
 * transposes it.
 *
 * Source: onnx.proto of the PyPI package onnx 1.23.2, unchanged; the ONNX operators of opset 13.
 */
export const onnx = fileFormat({
  name: 'onnx',
  title: 'ONNX Runtime, Netron and whoever reads ONNX',
  extension: '.onnx',
  encode: async (model) => {
    const message = await modelProto(model);
    const ModelProto = (await schema()).lookupType('onnx.ModelProto');
    return ModelProto.encode(ModelProto.fromObject(message)).finish();
  },
});

/** What onnx.proto calls IR_VERSION_2021_7_30, and the opset of its time: read from 2021 on. */
const irVersion = 8;
const opset = 13;

/** TensorProto.DataType.FLOAT: onnx.proto declares its fields as plain numbers. */
const FLOAT = 1;

/** As the protobuf message is, field by field in the names of onnx.proto. */
async function modelProto({ network, params, card }: Model) {
  const layers = await denseLayers(network, params);
  const nY = layers.at(-1)!.units;
  return {
    ir_version: irVersion,
    opset_import: [{ domain: '', version: opset }],
    producer_name: 'handgrad',
    producer_version: version,
    doc_string: card?.name ?? 'A network of dense layers.',
    metadata_props: [
      { key: 'network', value: describe(network) },
      ...(card ? [{ key: 'class_names', value: JSON.stringify(card.classNames) }] : []),
    ],
    graph: {
      name: 'handgrad',
      doc_string: `X (m, ${network.nX}) to ${output(layers.at(-1)!)} (m, ${nY}), a sample in each row.`,
      node: layers.flatMap(nodes),
      initializer: layers.flatMap(initializers),
      input: [matrixInfo('X', network.nX)],
      output: [matrixInfo(output(layers.at(-1)!), nY)],
    },
  };
}

const output = ({ l }: { l: number }) => (l === 0 ? 'X' : `A${l}`);

function nodes({ l, activation }: DenseLayer) {
  const { op, attributes = {} } = activation.onnx;
  return [
    {
      name: `linear_${l}`,
      op_type: 'Gemm',
      input: [output({ l: l - 1 }), `W${l}`, `b${l}`],
      output: [`Z${l}`],
      attribute: attributeProtos({ transB: { i: 1 } }),
    },
    {
      name: `activation_${l}`,
      op_type: op,
      input: [`Z${l}`],
      output: [output({ l })],
      attribute: attributeProtos(attributes),
    },
  ];
}

const attributeProtos = (attributes: NonNullable<Activation['onnx']['attributes']>) =>
  Object.entries(attributes).map(([name, value]) => ({
    name,
    ...value,
    type: 'f' in value ? 'FLOAT' : 'INT',
  }));

const initializers = ({ l, units, nPrev, W, b }: DenseLayer) => [
  { name: `W${l}`, dims: [units, nPrev], data_type: FLOAT, raw_data: bytesOf(W) },
  { name: `b${l}`, dims: [units], data_type: FLOAT, raw_data: bytesOf(b) },
];

/** A float32 matrix (m, n), m left open. */
const matrixInfo = (name: string, n: number) => ({
  name,
  type: {
    tensor_type: {
      elem_type: FLOAT,
      shape: { dim: [{ dim_param: 'm' }, { dim_value: n }] },
    },
  },
});

let parsed: Promise<Root> | undefined;

/** The package has its sources with it: dist/export/formats finds the file there as well. */
function schema(): Promise<Root> {
  parsed ??= readSchema();
  return parsed;
}

async function readSchema(): Promise<Root> {
  const file = new URL('../../../src/export/formats/onnx.proto', import.meta.url);
  const { default: protobuf } = await import('protobufjs');
  return protobuf.parse(await readFile(file, 'utf8'), { keepCase: true }).root;
}
