import type { io } from '@tensorflow/tfjs-core';
import { ModelError } from '../core/errors.js';
import { describeNetwork, type NetworkDescription, networkFrom, type Own } from '../core/kinds.js';
import type { Shape } from '../core/layer.js';
import type { Network } from '../core/network.js';
import { inWords } from '../core/options.js';
import { parametersOf } from '../core/parameters.js';
import type { Params } from '../core/tensors.js';
import { version } from '../version.js';
import { assembled, tensorsOf } from './assembled.js';
import { assertFewLayers } from './bounded.js';
import { joined } from './bytes.js';
import { type Card, parseCard } from './card.js';
import { isPlain, networkOfDescription } from './description.js';
import type { Loaded } from './format.js';
import { lossOfKeras } from './kerasLoss.js';
import { hasWeights, kerasNodes, weightsOf, written } from './kerasNodes.js';
import { readKeras } from './kerasRead.js';
import type { KerasWeight, Values } from './layers/words.js';
import { isPlainModel, isWritten, ownClass, topologyOf } from './layersTopology.js';
import { layersWeights } from './layersWeights.js';
import { readParameters } from './weights.js';

/*
 * Converts a network to a tfjs LayersModel and back. Where each layer is one of TensorFlow.js, the
 * model is one that tf.loadLayersModel opens; any other is kept in handgrad's own words. The network
 * itself stands in the metadata in both.
 */

/** What Keras does not ask of a model and handgrad wants back. */
interface Metadata {
  readonly loss: string;
  readonly l2: number;
  readonly l1?: number;
  readonly network?: NetworkDescription;
  readonly card?: Card;
}

/** What the reader of a model may say beside it. */
export interface ReadOptions {
  /** Makers of layers and losses of your own, by their kinds. */
  readonly layers?: Own;
  /** The shape of a sample, if the model leaves it open. */
  readonly input?: Shape;
  /** The network whose layers of your own the model holds, in place of their makers. */
  readonly network?: Network;
}

/**
 * The model as `tf.loadLayersModel` takes it. Reads the parameters; they stay the caller's.
 *
 * @throws ModelError where they do not fit the network.
 */
export async function toLayersModel(
  network: Network,
  params: Params,
  card?: Card,
): Promise<io.ModelArtifacts> {
  const values = await readParameters(network, params);
  const { specs, data } = storedWeights(network, values);
  const metadata: Metadata = {
    ...{ loss: network.loss.name, l2: network.l2 },
    ...(network.l1 > 0 && { l1: network.l1 }),
    // Of plain dense layers the topology says all, as it has since 0.1.
    ...(!isPlain(network) && { network: describeNetwork(network) }),
    ...(card && { card }),
  };
  return {
    modelTopology: topologyOf(network),
    format: 'layers-model',
    generatedBy: `handgrad ${version}`,
    convertedBy: null,
    weightSpecs: specs,
    weightData: joined(data.map((one) => one.slice().buffer as ArrayBuffer)),
    userDefinedMetadata: { ...metadata },
  };
}

/** Under Keras's names and in its layout, or under handgrad's own. */
function storedWeights(network: Network, values: Values) {
  const specs: io.WeightsManifestEntry[] = [];
  const data: Float32Array[] = [];
  const add = (name: string, shape: Shape, numbers: Float32Array) => {
    specs.push({ name, shape: [...shape], dtype: 'float32' });
    data.push(numbers);
  };
  if (isPlainModel(network)) {
    for (const node of kerasNodes(network, 'tfjs')) {
      for (const weight of weightsOf(node)) {
        add(`${node.name}/${weight.name}`, weight.shape, written(node, weight, values));
      }
    }
  } else {
    for (const [name, { shape }] of Object.entries(parametersOf(network))) {
      add(name, shape, values[name]);
    }
  }
  return { specs, data };
}

/**
 * The network of a LayersModel, saved by handgrad, TensorFlow.js or Keras. The caller owns the
 * parameters.
 *
 * @throws ModelError if the model contains layers that handgrad does not have, or its weights do not
 *   fit its layers.
 */
export function fromLayersModel(artifacts: io.ModelArtifacts, options: ReadOptions = {}): Loaded {
  const said = readMetadata(artifacts.userDefinedMetadata);
  const { layers: own = {}, input } = options;
  const topology = artifacts.modelTopology as Topology | undefined;
  const model = topology?.model_config ?? topology;
  const isOwn = (model as Topology | undefined)?.class_name === ownClass;
  const described = isOwn ? ownNetwork(said, options) : describedBy(said, model, own);
  const { network, values, weights } = described
    ? ofDescription(described, artifacts, isOwn)
    : ofTopology(model, topology, artifacts, said, input);
  weights.assertAllRead();
  return {
    ...{ network, params: tensorsOf(network, values), card: said.card },
    ...(weights.note && { note: weights.note }),
  };
}

interface Topology {
  readonly class_name?: unknown;
  readonly model_config?: unknown;
  readonly keras_version?: unknown;
  readonly training_config?: { readonly loss?: unknown } | null;
}

/** The network that is not written in the words of TensorFlow.js. */
function ownNetwork(said: Said, { layers = {}, network }: ReadOptions): Network {
  const description = said.described(said.network as NetworkDescription);
  if (network && JSON.stringify(describeNetwork(network)) === JSON.stringify(description)) {
    return network;
  }
  return networkOfDescription(description, layers, 'The model');
}

/** The network that the metadata describe, if the topology is still the one that it is written as. */
function describedBy(said: Said, model: unknown, own: Own): Network | undefined {
  if (said.network === undefined) return undefined;
  let network: Network;
  try {
    network = networkFrom(said.described(said.network as NetworkDescription), own);
  } catch {
    return undefined; // then the topology counts
  }
  return isWritten(network, model) ? network : undefined;
}

function ofDescription(network: Network, artifacts: io.ModelArtifacts, isOwn: boolean) {
  const weights = layersWeights(artifacts);
  if (!isOwn) {
    const nodes = kerasNodes(network, 'tfjs').filter(({ leaf }) => leaf);
    const take = (layer: { name: string }, weight: KerasWeight) =>
      weights.take(weights.nameOf(layer.name, weight.name), weight.shape);
    const layers = nodes.map(({ name }) => ({ name, path: name }));
    return { network, weights, values: assembled(network, layers, take, hasWeights) };
  }
  const own = Object.entries(parametersOf(network)).map(([name, { shape }]) => [
    name,
    weights.take(name, shape),
  ]);
  return { network, weights, values: Object.fromEntries(own) as Values };
}

function ofTopology(
  model: unknown,
  topology: Topology | undefined,
  artifacts: io.ModelArtifacts,
  said: Said,
  inputGiven?: Shape,
) {
  const { input, layers, weighted } = readKeras(model, versionOf(topology), inputGiven);
  const compiled = said.loss ? undefined : lossOfKeras(topology?.training_config?.loss);
  const definition = { input, layers, l2: said.l2, l1: said.l1 };
  const network = networkOfDescription(
    { ...definition, loss: said.loss ?? compiled },
    {},
    'The model',
  );
  const weights = layersWeights(artifacts);
  const values = assembled(network, weighted, ({ name }, weight) =>
    weights.take(weights.nameOf(name, weight.name), weight.shape),
  );
  return { network, weights, values };
}

/** `keras v3.10.0` is 3; TensorFlow.js writes as Keras 2. */
export const versionOf = (topology: Topology | undefined) =>
  Number(/^(\d+)/.exec(String(topology?.keras_version ?? ''))?.[1] ?? 2);

/** Where a model does not say its loss, there is none. */
function readMetadata(metadata: unknown) {
  const { loss, l2 = 0, l1 = 0, card: said, network } = Object(metadata) as Partial<Metadata>;
  const { weights: _, ...card } = Object(said && parseCard(said, 'What the model says of itself'));
  assertFewLayers(network, 'The model');
  for (const [name, lambda] of Object.entries({ l2, l1 })) {
    if (typeof lambda === 'number' && lambda >= 0 && lambda < Number.POSITIVE_INFINITY) continue;
    throw new ModelError(`The model's ${name} is ${inWords(lambda)}; expected a number from 0.`);
  }
  return {
    ...{
      card: said && (card as Card),
      l2,
      l1,
      network,
      loss: loss === undefined ? undefined : { kind: loss },
    },
    /** The description with the loss and the l2 that stand beside it. */
    described: (description: NetworkDescription): NetworkDescription => {
      const inside = Object(description) as NetworkDescription;
      const kind = loss ?? inside.loss?.kind;
      return {
        ...inside,
        l2,
        ...(l1 > 0 && { l1 }),
        loss: kind === inside.loss?.kind ? inside.loss : { kind },
      };
    },
  };
}

type Said = ReturnType<typeof readMetadata>;
