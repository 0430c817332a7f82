// A GRU that reads letters and says at each which comes next: 64 ids in 32 numbers each, 128 units.

import { softmax } from '../../src/core/activations.js';
import { normal } from '../../src/core/initializers.js';
import { dense, embedding, gru as gruLayer } from '../../src/core/layers.js';
import { sparseCategoricalCrossEntropy } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import { type LayersTask, letters } from './layers.js';

// Embeddings as wide as PyTorch's: with narrow ones all gates are half open, and their order does not show.
const [V, T] = [64, 32];

export const gru: LayersTask = {
  name: 'gru',
  title: 'GRU of 128 units over 32 letters, steps on 32 samples',
  network: network({
    input: [T],
    layers: [
      embedding({ inputDim: V, outputDim: 32, initializer: normal(1) }), // (m, T, 32)
      gruLayer({ units: 128, returnSequences: true }), // (m, T, 128)
      dense(V, softmax), // (m, T, V)
    ],
    loss: sparseCategoricalCrossEntropy,
  }),
  m: 32,
  learningRate: 2,
  draw: letters(V, T),
};
