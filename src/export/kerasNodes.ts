import { ModelError } from '../core/errors.js';
import type { Config } from '../core/layer.js';
import type { Network } from '../core/network.js';
import { activationIn, inlineName } from './layers/activation.js';
import type { Dialect, KerasWeight, Leaf } from './layers/words.js';
import { type Chain, ownValues, treeOf } from './tree.js';

/*
 * A network as the layers of Keras.
 */

/** A layer of a Keras model. */
export interface KerasNode {
  readonly name: string;
  readonly className: string;
  readonly config: Config;
  readonly call?: Config;
  /** The names of the layers that it takes. */
  readonly inputs: readonly string[];
  /** The layer whose parameters are its weights. */
  readonly leaf?: Leaf;
}

/** The name of the input. */
export const inputName = 'X';

/** @throws ModelError naming the first layer that this Keras has not. */
export function kerasNodes(network: Network, dialect: Dialect): readonly KerasNode[] {
  const nodes: KerasNode[] = [];
  follow(treeOf(network), inputName, nodes, dialect);
  return nodes;
}

/** Adds a chain behind a node, and returns the name of its last one. */
function follow(chain: Chain, from: string, nodes: KerasNode[], dialect: Dialect): string {
  let last = from;
  for (let i = 0; i < chain.length; i++) {
    const one = chain[i];
    if ('branches' in one) {
      const inputs = one.branches.map((branch) => follow(branch, last, nodes, dialect));
      const name = `add_${nodes.filter(({ className }) => className === 'Add').length + 1}`;
      nodes.push({ name, className: 'Add', config: {}, inputs });
      last = name;
      continue;
    }
    const next = one.words?.takesActivation ? inlined(chain[i + 1]) : undefined;
    if (next !== undefined) i++;
    for (const node of nodesOf(one, last, dialect, next)) {
      nodes.push(node);
      last = node.name;
    }
  }
  return last;
}

/** The activation that is an option of the layer before. */
function inlined(next: Chain[number] | undefined): string | undefined {
  if (!next || 'branches' in next || !activationIn(next.place.layer)) return undefined;
  return inlineName(next.place);
}

function nodesOf(leaf: Leaf, from: string, dialect: Dialect, activation = 'linear'): KerasNode[] {
  const { place, words, label } = leaf;
  const layers = words?.keras?.(place, dialect);
  if (!layers) throw lacking(leaf, dialect);
  // Behind layer l its activation is called so, and not by its kind.
  const follows = activationIn(place.layer) && !label.startsWith('_');
  const base = follows
    ? `${leaf.prefix}activation_${place.l || label.split('.').at(-1)}`
    : leaf.name;
  return layers.map(({ className, config, call }, i) => ({
    ...{ className, call, leaf: i === 0 && hasWeights(leaf) ? leaf : undefined },
    name: `${base}${i > 0 ? `_${i}` : ''}`,
    config: { ...config, ...(words?.takesActivation && { activation }) },
    inputs: [i > 0 ? `${base}${i > 1 ? `_${i - 1}` : ''}` : from],
  }));
}

function lacking({ place, words }: Leaf, dialect: Dialect): ModelError {
  const { name, layer } = place;
  if (!words) {
    return new ModelError(
      `${name} is a layer of your own: handgrad does not know what ${layer.kind} is in Keras. tfjs-layers, npz and safetensors hold every network.`,
    );
  }
  const tool = dialect === 'tfjs' ? 'TensorFlow.js has' : 'Keras has';
  return new ModelError(
    `${name} cannot be written: ${tool} no layer that does what ${layer.kind} ${JSON.stringify(layer.config)} does. npz and safetensors hold every network, and onnx each of handgrad's layers.`,
  );
}

/** Whether a layer has weights in Keras: parameters, or numbers of its options. */
export const hasWeights = ({ names, words, place }: Leaf): boolean =>
  names.length > 0 || (words?.kerasWeights?.(place) ?? []).length > 0;

/** The weights of a node, in Keras's order. */
export const weightsOf = ({ leaf }: KerasNode): readonly KerasWeight[] =>
  leaf?.words?.kerasWeights?.(leaf.place) ?? [];

/** The numbers of a node's weight. */
export const written = (
  { leaf }: KerasNode,
  weight: KerasWeight,
  values: Readonly<Record<string, Float32Array>>,
): Float32Array => weight.write(ownValues(leaf!, values));

/** Whether each layer takes the one before it alone. */
export const isChain = (nodes: readonly KerasNode[]): boolean =>
  nodes.every(
    ({ inputs, call }, i) =>
      inputs.length === 1 && !call && inputs[0] === (nodes[i - 1]?.name ?? inputName),
  );
