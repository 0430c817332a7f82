import type { Shape } from '../../core/layer.js';
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
import type { ParsedModel } from '../onnx/model.js';
import { ownParameters } from '../onnx/own.js';
import { parseOnnx } from '../onnx/parse.js';
import { onnxBytes } from '../onnx/proto.js';
import { readOnnx } from '../onnx/read.js';
import { inputName, writeOnnx } from '../onnx/write.js';
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
  encode,
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
    { input, layers, l2: said.l2, l1: said.l1, loss: said.loss ?? loss },
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

async function encode({ network, params, card }: Model): Promise<Uint8Array> {
  const { input, layers } = network;
  const written = writeOnnx(network, await exported(network, params));
  const isIds = layers[0].reads !== undefined;
  const output = layers.reduce((shape, layer) => layer.output(shape), input);
  const isMatrix = input.length === 1 && output.length === 1 && !isIds;
  const told = (name: string, shape: Shape) => `${name} (m, ${shape.join(', ')})`;
  const how = isMatrix ? 'a sample in each row' : 'samples first';
  return onnxBytes({
    ...written,
    input: { name: inputName, sample: input, of: isIds ? 'int64' : 'float' },
    output: { name: written.last, sample: output },
    doc: [
      card?.name ?? `A network of ${isPlain(network) ? 'dense layers' : 'layers'}.`,
      `${told(inputName, input)} to ${told(written.last, output)}, ${how}.`,
    ],
    metadata: {
      network: describe(network),
      ...(card && { class_names: JSON.stringify(card.classNames) }),
    },
  });
}
