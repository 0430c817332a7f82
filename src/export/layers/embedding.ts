import { count, only } from './given.js';
import { type Words, weight } from './words.js';

export const embedding: Words = {
  keras: ({ layer: { config } }) => [
    {
      className: 'Embedding',
      config: {
        input_dim: config.inputDim,
        output_dim: config.outputDim,
        mask_zero: false,
      },
    },
  ],
  kerasWeights: (place) => [weight('embeddings', 'E', place)],
  onnx: (graph, X, { place, names, label }, { E }) => {
    const rows = graph.weight(names[0][1], place.parameters.E.shape, E);
    return graph.node('Gather', [rows, X], { name: `gather_${label}`, output: `Y${label}` });
  },
  fromKeras: {
    Embedding: (given) => {
      // Masked steps would be skipped by the layers behind.
      only(given, { mask_zero: [false] });
      const [inputDim, outputDim] = [count(given, 'input_dim'), count(given, 'output_dim')];
      return [{ kind: 'embedding', config: { inputDim, outputDim } }];
    },
  },
};
