import { ModelError } from '../../core/errors.js';
import { describeNetwork, type NetworkDescription, networkFrom } from '../../core/kinds.js';
import type { Shape } from '../../core/layer.js';
import type { Network } from '../../core/network.js';
import { parseJson } from '../../files/json.js';
import { readZip, writeZip } from '../../files/zip.js';
import { version } from '../../version.js';
import { assembled, tensorsOf } from '../assembled.js';
import { assertFewLayers } from '../bounded.js';
import { type Card, parseCard } from '../card.js';
import { assertNotGiven, type LoadOptions, networkOfDescription } from '../description.js';
import { fileFormat } from '../format.js';
import { readWeightsH5, weightedOf, weightsH5 } from '../kerasH5.js';
import { lossOfKeras } from '../kerasLoss.js';
import {
  hasWeights,
  inputName,
  isChain,
  type KerasNode,
  kerasNodes,
  weightsOf,
} from '../kerasNodes.js';
import { type KerasRead, readKeras } from '../kerasRead.js';
import { isWithin } from '../layersTopology.js';
import { exported } from '../weights.js';

/**
 * The Keras 3 archive: layers as JSON, weights in HDF5. Samples are rows, X (m, n_x).
 *
 * Source: keras/src/saving/saving_lib.py of Keras 3.
 */
export const keras = fileFormat({
  name: 'keras',
  title: 'keras.saving.load_model of Keras 3',
  extension: '.keras',
  encode: async ({ network, params, card }) => {
    const values = await exported(network, params);
    const nodes = kerasNodes(network, 'keras3');
    const said = { ...describeNetwork(network), card };
    const by = { keras_version: kerasVersion, generated_by: `handgrad ${version}` };
    return writeZip({
      'metadata.json': json({ ...by, handgrad: said }),
      'config.json': json(modelOf(nodes, network.input, network.layers[0].reads !== undefined)),
      'model.weights.h5': await weightsH5(nodes, values),
    });
  },
  decode: async (bytes, given, file) => {
    const entries = readZip(bytes, file);
    const model = parsed(entries, 'config.json', file);
    const said = saidIn(entries, file);
    assertNotGiven(said && JSON.stringify(said), given, file);
    const own = said && describedBy(said, model);
    const read = own ? undefined : readKeras(model, 3, given.input);
    const network = own ?? networkOfModel(model, read!, given, file);
    const { take, assertAllRead } = await readWeightsH5(
      entry(entries, 'model.weights.h5', file),
      file,
    );
    const values = read
      ? assembled(network, read.weighted, take)
      : assembled(network, weightedOf(network), take, hasWeights);
    assertAllRead();
    return { network, params: tensorsOf(network, values), card: said?.card };
  },
});

function networkOfModel(model: unknown, read: KerasRead, given: LoadOptions, file: string) {
  const { compile_config: compiled } = Object(model) as { compile_config?: { loss?: unknown } };
  const loss = given.loss && { kind: given.loss.name, config: given.loss.config };
  const { input, layers } = read;
  return networkOfDescription(
    { input, layers, l2: 0, ...(loss && { loss }) },
    given.layers ?? {},
    file,
    lossOfKeras(compiled?.loss),
  );
}

type Said = NetworkDescription & { readonly card?: Card };

/** What handgrad says of a network that it has written. @throws ModelError */
function saidIn(entries: ReadonlyMap<string, Uint8Array>, file: string): Said | undefined {
  if (!entries.has('metadata.json')) return undefined;
  const { handgrad: said } = Object(parsed(entries, 'metadata.json', file)) as { handgrad?: Said };
  if (said === undefined || said === null) return undefined;
  assertFewLayers(said.layers, file);
  return { ...said, card: said.card === undefined ? undefined : parseCard(said.card, file) };
}

/** The network that is said, if the model is still the one that it is written as. */
function describedBy(said: Said, model: unknown): Network | undefined {
  try {
    const network = networkFrom(said);
    const nodes = kerasNodes(network, 'keras3');
    const own = modelOf(nodes, network.input, network.layers[0].reads !== undefined);
    return isWithin(JSON.parse(JSON.stringify(own)), model) ? network : undefined;
  } catch {
    return undefined; // then the model counts
  }
}

/** The Keras version that the tests load it with. */
const kerasVersion = '3.15.1';

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function entry(entries: ReadonlyMap<string, Uint8Array>, name: string, file: string): Uint8Array {
  const found = entries.get(name);
  if (found) return found;
  throw new ModelError(`${file} holds no ${name}: it is no model of Keras 3. Save it again.`);
}

function parsed(entries: ReadonlyMap<string, Uint8Array>, name: string, file: string): unknown {
  const text = new TextDecoder().decode(entry(entries, name, file));
  return parseJson(text, `${file}: its ${name}`, ModelError);
}

function modelOf(nodes: readonly KerasNode[], input: Shape, isIds: boolean): object {
  const shape = [null, ...input];
  const dtype = isIds ? 'int32' : 'float32';
  const first = kerasObject('keras.layers', 'InputLayer', {
    ...{ name: inputName, batch_shape: shape, dtype },
  });
  const common = { name: 'handgrad', trainable: true };
  if (isChain(nodes)) {
    const layers = [first, ...nodes.map(kerasLayer)];
    const config = { ...common, dtype: 'float32', layers, build_input_shape: shape };
    return kerasObject('keras', 'Sequential', config);
  }
  const layers = nodes.map((node) => ({
    ...{ ...kerasLayer(node), name: node.name },
    inbound_nodes: [callOf(node, shape, dtype)],
  }));
  const last = nodes.at(-1)!.name;
  return kerasObject('keras.src.models.functional', 'Functional', {
    ...common,
    layers: [{ ...first, name: inputName, inbound_nodes: [] }, ...layers],
    ...{ input_layers: [[inputName, 0, 0]], output_layers: [[last, 0, 0]] },
  });
}

function kerasLayer(node: KerasNode) {
  const { name, className, config } = node;
  const trainable = weightsOf(node).length > 0 && { trainable: true };
  const all = { name, ...trainable, dtype: 'float32', ...config };
  return kerasObject('keras.layers', className, all);
}

/** What a layer is called with: several inputs are one list; a call of its own has the input twice. */
function callOf({ inputs, call }: KerasNode, shape: readonly unknown[], dtype: string) {
  const tensors = inputs.map((name) => ({
    class_name: '__keras_tensor__',
    config: { shape, dtype, keras_history: [name, 0, 0] },
  }));
  if (call) return { args: [tensors[0], tensors[0]], kwargs: call };
  return { args: tensors.length === 1 ? tensors : [tensors], kwargs: {} };
}

const kerasObject = (module: string, className: string, config: object) => ({
  module,
  class_name: className,
  config,
  registered_name: null,
});
