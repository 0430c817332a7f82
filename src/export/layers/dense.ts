import type { OnnxGraph } from '../onnx/graph.js';
import { activationOption, count, flag } from './given.js';
import { vectorIfAny, type Words, weight } from './words.js';

/** X W + b of sequences and pictures. */
export function affine(
  graph: OnnxGraph,
  X: string,
  W: string,
  b: string | undefined,
  options: { name: string; output: string },
): string {
  if (!b) return graph.node('MatMul', [X, W], options);
  return graph.node('Add', [graph.node('MatMul', [X, W]), b], options);
}

/** Keras's kernel is Wᵀ (n_prev, n_l) behind columns, and W (d, n_l) behind sequences. */
export const dense: Words = {
  keras: ({ layer: { config }, parameters }) => [
    {
      className: 'Dense',
      config: { units: config.units, activation: 'linear', use_bias: 'b' in parameters },
    },
  ],
  kerasWeights: (place) => [
    weight('kernel', 'W', place, place.input.length === 1 ? { axes: [1, 0] } : {}),
    ...vectorIfAny('bias', 'b', place),
  ],
  onnx: (graph, X, { place, label, names }, { W, b }) => {
    const { parameters, input } = place;
    const [name, output] = [`linear_${label}`, `Z${label}`];
    const of = Object.fromEntries(names);
    const weights = graph.weight(of.W, parameters.W.shape, W);
    const bias = b && graph.weight(of.b, [b.length], b);
    if (input.length === 1) {
      const inputs = [X, weights, ...(bias ? [bias] : [])];
      return graph.node('Gemm', inputs, { name, output, attributes: { transB: { i: 1 } } });
    }
    return affine(graph, X, weights, bias, { name, output });
  },
  takesActivation: true,
  fromKeras: {
    Dense: (given) => [
      {
        kind: 'dense',
        config: {
          units: count(given, 'units'),
          useBias: flag(given, 'use_bias', true),
          activation: activationOption(given),
        },
      },
    ],
  },
};
