import { ModelError } from '../../core/errors.js';
import type { Network } from '../../core/network.js';
import { onnxWordsOf } from '../layers/onnxIndex.js';
import type { Values } from '../layers/words.js';
import { type Chain, ownValues, treeOf } from '../tree.js';
import { OnnxGraph, type OnnxNode, type OnnxTensor } from './graph.js';

export interface Written {
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly opset: number;
  /** The name of the output. */
  readonly last: string;
}

/** The name of the input. */
export const inputName = 'X';

/** A network as an ONNX graph. @throws ModelError naming the first layer that has no operator. */
export function writeOnnx(network: Network, values: Values): Written {
  const graph = new OnnxGraph();
  let last = follow(treeOf(network), inputName, graph, values);
  // The output is no input, and no network is only what training does.
  if (last === inputName) last = graph.node('Identity', [last]);
  return { ...graph.used(last), opset: graph.opset, last };
}

/** Adds a chain behind X, and returns the name of what it gives. */
function follow(chain: Chain, X: string, graph: OnnxGraph, values: Values): string {
  let last = X;
  for (const one of chain) {
    if ('branches' in one) {
      const ends = one.branches.map((branch) => follow(branch, last, graph, values));
      last = graph.node('Add', ends);
      continue;
    }
    const { place } = one;
    const words = onnxWordsOf(place.layer);
    if (!words?.write) {
      throw new ModelError(
        `${place.name} is a layer of your own: handgrad does not know what ${place.layer.kind} is in ONNX. tfjs-layers, npz and safetensors hold every network.`,
      );
    }
    last = words.write(graph, last, one, ownValues(one, values));
  }
  return last;
}
