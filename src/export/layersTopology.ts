import { ModelError } from '../core/errors.js';
import { describeNetwork } from '../core/kinds.js';
import type { Network } from '../core/network.js';
import { inputName, isChain, type KerasNode, kerasNodes, weightsOf } from './kerasNodes.js';

/*
 * The topology of a model.json: layers in the words of TensorFlow.js, or handgrad's own network.
 */

/** What a network with layers that TensorFlow.js has not is called: tf.loadLayersModel says so. */
export const ownClass = 'HandgradNetwork';

const written = new WeakMap<Network, object | null>();

/** Whether the network is a plain LayersModel. */
export function isPlainModel(network: Network): boolean {
  if (!written.has(network)) written.set(network, layersOf(network));
  return written.get(network) !== null;
}

/** Whether it is this one. */
export const isWritten = (network: Network, model: unknown): boolean =>
  isPlainModel(network) && isWithin(written.get(network)!, model);

/** The network as topology. */
export function topologyOf(network: Network): object {
  const versions = { keras_version: 'tfjs-layers 4.22.0', backend: 'tensor_flow.js' };
  if (isPlainModel(network)) return { ...written.get(network)!, ...versions };
  return { class_name: ownClass, config: describeNetwork(network), ...versions };
}

function layersOf(network: Network): object | null {
  let nodes: readonly KerasNode[];
  try {
    nodes = kerasNodes(network, 'tfjs');
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return null;
  }
  const shape = [null, ...network.input];
  const isPlain = isChain(nodes) && nodes.length > 0;
  const layers = nodes.map((node, i) => layerOf(node, isPlain && i === 0 ? shape : undefined));
  if (isPlain) return { class_name: 'Sequential', config: { name: 'handgrad', layers } };
  const input = {
    ...{ name: inputName, class_name: 'InputLayer', inbound_nodes: [] },
    config: { name: inputName, batch_input_shape: shape, dtype: 'float32', sparse: false },
  };
  const linked = layers.map((layer, i) => ({
    ...{ name: nodes[i].name, ...layer },
    inbound_nodes: [nodes[i].inputs.map((name) => [name, 0, 0, {}])],
  }));
  const ends = {
    input_layers: [[inputName, 0, 0]],
    output_layers: [[nodes.at(-1)?.name ?? inputName, 0, 0]],
  };
  return {
    class_name: 'Functional',
    config: { name: 'handgrad', layers: [input, ...linked], ...ends },
  };
}

function layerOf(node: KerasNode, inputShape?: unknown[]) {
  const { name, className, config } = node;
  const isTrained = weightsOf(node).length > 0;
  return {
    class_name: className,
    config: {
      ...{ name, ...config },
      ...(isTrained && { trainable: true, dtype: 'float32' }),
      ...(inputShape && { batch_input_shape: inputShape }),
    },
  };
}

/** What TensorFlow.js leaves out of all layers but the first. */
const isGranted = (key: string) => key === 'dtype' || key === 'trainable';

const nameOf = (value: unknown) => (Object(value) as { name?: unknown }).name;

/** Whether all that one value says stands in another: TensorFlow.js adds what it takes for granted. */
export function isWithin(own: unknown, other: unknown): boolean {
  if (typeof own !== 'object' || own === null) return own === other;
  if (Array.isArray(own)) {
    if (!Array.isArray(other) || own.length !== other.length) return false;
    // TensorFlow.js sorts the layers of a functional model by their depth.
    const like = (one: unknown, i: number) =>
      nameOf(one) === undefined ? other[i] : other.find((its) => nameOf(its) === nameOf(one));
    return own.every((one, i) => isWithin(one, like(one, i)));
  }
  return Object.entries(own).every(
    ([key, value]) => isGranted(key) || isWithin(value, Object(other)[key]),
  );
}
