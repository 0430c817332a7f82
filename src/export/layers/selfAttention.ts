import type { Place } from '../../core/places.js';
import { count, flag, only, refuse } from './given.js';
import { type KerasWeight, type OnnxWords, type Words, weight } from './words.js';

const parts = { q: 'query', k: 'key', v: 'value', o: 'output' } as const;

/** Keras keeps the heads apart: kernels (d, h, k), and (h, k, d) at the output. */
export const selfAttention: Words = {
  keras: ({ layer: { config } }, dialect) => {
    if (dialect === 'tfjs') return undefined;
    const { numHeads, keyDim, causal, useBias } = config;
    return [
      {
        className: 'MultiHeadAttention',
        config: { num_heads: numHeads, key_dim: keyDim, value_dim: keyDim, use_bias: useBias },
        call: { use_causal_mask: causal },
      },
    ];
  },
  kerasWeights: (place) =>
    Object.entries(parts).flatMap(([letter, part]) => partOf(place, letter, part)),
  fromKeras: {
    MultiHeadAttention: (given) => {
      const keyDim = count(given, 'key_dim');
      only(given, { value_dim: [keyDim], output_shape: [null], attention_axes: [null, [1]] });
      const { use_causal_mask: causal = false } = given.call;
      if (typeof causal !== 'boolean') return refuse(given, 'has a mask that is no flag.');
      const useBias = flag(given, 'use_bias', true);
      const numHeads = count(given, 'num_heads');
      return [{ kind: 'selfAttention', config: { numHeads, keyDim, causal, useBias } }];
    },
  },
};

export const selfAttentionOnnx: OnnxWords = {
  write: (graph, X, leaf, values) => {
    const { input, layer, parameters } = leaf.place;
    const { numHeads: h, keyDim: k, causal } = layer.config as Record<string, number>;
    const [T] = input;
    const of = Object.fromEntries(leaf.names);
    const project = (x: string, letter: string, output?: string) => {
      const [W, b] = [`W${letter}`, `b${letter}`];
      const weights = graph.weight(of[W], parameters[W].shape, values[W]);
      if (!values[b]) return graph.node('MatMul', [x, weights], { output });
      const bias = graph.weight(of[b], [values[b].length], values[b]);
      return graph.node('Add', [graph.node('MatMul', [x, weights]), bias], { output });
    };
    const apart = (x: string, perm: readonly number[]) =>
      graph.node('Transpose', [graph.reshape(x, [0, T, h, k])], {
        attributes: { perm: { ints: perm } },
      });
    const Q = graph.node('Div', [project(X, 'q'), graph.scalar('root', Math.sqrt(k))]);
    const S = graph.node('MatMul', [apart(Q, [0, 2, 1, 3]), apart(project(X, 'k'), [0, 2, 3, 1])]);
    const seen = causal ? graph.node('Add', [S, graph.weight('mask', [T, T], after(T))]) : S;
    const A = graph.node('Softmax', [seen], { attributes: { axis: { i: -1 } } }); // (m, h, T, T)
    const H = graph.node('MatMul', [A, apart(project(X, 'v'), [0, 2, 1, 3])]); // (m, h, T, k)
    const side = graph.node('Transpose', [H], { attributes: { perm: { ints: [0, 2, 1, 3] } } });
    return project(graph.reshape(side, [0, T, h * k]), 'o', `Y${leaf.label}`);
  },
};

/** What hides the steps behind each, (T, T). */
const after = (T: number) =>
  Float32Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? -1e30 : 0));

function partOf(place: Place, letter: string, name: string): KerasWeight[] {
  const { numHeads: h, keyDim: k } = place.layer.config as { numHeads: number; keyDim: number };
  const d = place.input[1];
  const part = `${name}_dense`;
  const kernel = letter === 'o' ? [h, k, d] : [d, h, k];
  const bias = letter === 'o' ? [d] : [h, k];
  const W = weight(`${name}/kernel`, `W${letter}`, place, { shape: kernel, part });
  if (!(`b${letter}` in place.parameters)) return [W];
  return [W, weight(`${name}/bias`, `b${letter}`, place, { shape: bias, part })];
}
