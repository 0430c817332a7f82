import type { OnnxWords, Words } from './words.js';

/** Keras itself has no such layer; in ONNX it is an addition. */
export const positionalEmbedding: Words = {};

export const positionalEmbeddingOnnx: OnnxWords = {
  write: (graph, X, { place, label, names }, { P }) => {
    const [T, d] = place.input;
    const [, name] = names[0] ?? ['P', `P${label}`];
    const all = P ?? sinusoids(T, d);
    const rows = graph.weight(name, [all.length / d, d], all);
    const isWhole = all.length === T * d;
    const [from, to, axis] = [[0], [T], [0]].map((list) => graph.ints(list));
    const used = isWhole ? rows : graph.node('Slice', [rows, from, to, axis]);
    return graph.node('Add', [X, used], { output: `Y${label}` });
  },
};

/** P[t, 2i] = sin(t / 10000^(2i/d)), P[t, 2i + 1] = cos(t / 10000^(2i/d)) */
const sinusoids = (T: number, d: number): Float32Array =>
  Float32Array.from({ length: T * d }, (_, at) => {
    const [t, j] = [Math.floor(at / d), at % d];
    const angle = t / 10_000 ** ((j - (j % 2)) / d);
    return j % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
