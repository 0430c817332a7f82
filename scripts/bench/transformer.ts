// A small GPT as examples/gpt.ts has one: 4 blocks, 128 wide, with 4 heads, over 64 letters of 64.

import { softmax } from '../../src/core/activations.js';
import {
  dense,
  embedding,
  layerNorm,
  positionalEmbedding,
  transformerBlock,
} from '../../src/core/layers.js';
import { sparseCategoricalCrossEntropy } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import { type LayersTask, letters } from './layers.js';

const [V, T, d] = [64, 64, 128];
const block = () => transformerBlock({ numHeads: 4, keyDim: d / 4, causal: true });

export const transformer: LayersTask = {
  name: 'transformer',
  title: 'Transformer of 4 blocks, 128 wide, over 64 letters, steps on 16 samples',
  network: network({
    input: [T],
    layers: [
      embedding({ inputDim: V, outputDim: d }), // (m, T, d)
      positionalEmbedding(), // (m, T, d)
      ...[block(), block(), block(), block()], // (m, T, d)
      layerNorm({ epsilon: 1e-5 }), // (m, T, d)
      dense(V, softmax), // (m, T, V)
    ],
    loss: sparseCategoricalCrossEntropy,
  }),
  m: 16,
  learningRate: 0.1,
  draw: letters(V, T),
};
