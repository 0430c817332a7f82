import { type FromOnnx, numberOf, type OnnxGiven, refuseNode } from '../onnx/given.js';
import { count, only } from './given.js';
import { type OnnxWords, type Words, weight } from './words.js';

/** The last step of a recurrent layer's sequence is what the layer gives without it. */
function lastStep(given: OnnxGiven, at: Float32Array): FromOnnx {
  const { state, before } = given;
  const last = before.at(-1);
  const [T, u] = state.shape;
  const isLast = at.length === 1 && (at[0] === -1 || at[0] === T - 1);
  const axis = { last: 1, time: 0 }[state.layout as string];
  const isRecurrent = last?.layer.config?.returnSequences === true;
  if (!isLast || !last || !isRecurrent || numberOf(given, 'axis', 0) !== axis) {
    return refuseNode(
      given,
      'takes a part of a value; handgrad takes the last step of a recurrent layer.',
    );
  }
  const layer = { ...last.layer, config: { ...last.layer.config, returnSequences: false } };
  return { instead: 1, read: [{ ...last, layer }], state: { shape: [u], layout: 'rows' } };
}

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
  fromKeras: {
    Embedding: (given) => {
      // Masked steps would be skipped by the layers behind.
      only(given, { mask_zero: [false] });
      const [inputDim, outputDim] = [count(given, 'input_dim'), count(given, 'output_dim')];
      return [{ kind: 'embedding', config: { inputDim, outputDim } }];
    },
  },
};

export const embeddingOnnx: OnnxWords = {
  write: (graph, X, { place, names, label }, { E }) => {
    const rows = graph.weight(names[0][1], place.parameters.E.shape, E);
    return graph.node('Gather', [rows, X], { name: `gather_${label}`, output: `Y${label}` });
  },
  read: {
    Gather: (given) => {
      const [rows, at] = [given.constant(0), given.constant(1)];
      if (at) return lastStep(given, at.values);
      const { state } = given;
      const isIds = state.layout === 'rows' && given.before.length === 0;
      if (rows?.shape.length !== 2 || !isIds || numberOf(given, 'axis', 0) !== 0) {
        return refuseNode(given, 'is no choice of rows by ids that are the input.');
      }
      const [inputDim, outputDim] = rows.shape;
      const layer = { kind: 'embedding', config: { inputDim, outputDim } };
      return {
        read: [{ layer, values: [{ E: rows.values }] }],
        state: { shape: [...state.shape, outputDim], layout: 'last' },
      };
    },
  },
};
