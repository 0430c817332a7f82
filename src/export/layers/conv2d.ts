import type { Config, Shape } from '../../core/layer.js';
import { over, type Padding, type Sides, windowOf } from '../../core/window.js';
import type { OnnxGraph } from '../onnx/graph.js';
import type { Leaf } from '../tree.js';
import { activationOption, count, flag, type KerasGiven, only, padding, sides } from './given.js';
import { permuted, vectorIfAny, type Words, weight } from './words.js';

/** What convolutions have in common in Keras. */
export const convolved = ({ kernelSize, strides, padding }: Config, useBias: boolean): Config => ({
  kernel_size: kernelSize,
  strides,
  padding,
  data_format: 'channels_last',
  dilation_rate: [1, 1],
  use_bias: useBias,
});

/** The same in handgrad's words. @throws ModelError for what handgrad has not */
export function convolvedIn(given: KerasGiven): Config {
  only(given, { data_format: ['channels_last'], dilation_rate: [[1, 1], 1], groups: [1] });
  return {
    kernelSize: sides(given, 'kernel_size'),
    strides: sides(given, 'strides', 1),
    padding: padding(given),
    useBias: flag(given, 'use_bias', true),
    activation: activationOption(given),
  };
}

/** A window that slides, in ONNX's words: sides, and the zeros around the picture. */
export function slidingIn({ place }: Leaf, size: keyof Config) {
  const { [size]: sides, strides, padding } = place.layer.config;
  const window = windowOf(
    place.layer.kind,
    { [size]: sides as Sides },
    strides as Sides,
    padding as Padding,
  );
  const [rows, columns] = over(window, [1, ...place.input]);
  return {
    kernel_shape: { ints: window.size },
    strides: { ints: window.strides },
    pads: { ints: [rows.before, columns.before, rows.after, columns.after] },
  };
}

/** ONNX's filters are (n_C, n_C_prev / group, f_H, f_W), and slide over channels first. */
export function convolvedInOnnx(
  graph: OnnxGraph,
  X: string,
  leaf: Leaf,
  shape: Shape,
  filters: Float32Array,
  b?: Float32Array,
  group = 1,
): string {
  const { label, names, place } = leaf;
  const of = Object.fromEntries(names);
  const weights = graph.weight(of.W, shape, filters);
  const bias = b ? [graph.weight(of.b, [b.length], b)] : [];
  const inputs = [graph.featuresFirst(X, place.input), weights, ...bias];
  const attributes = { group: { i: group }, ...slidingIn(leaf, 'kernelSize') };
  const Z = graph.node('Conv', inputs, { name: `conv_${label}`, attributes });
  return graph.featuresLast(Z, place.output, `Z${label}`);
}

/** Kernel (f_H, f_W, n_C_prev, n_C) and bias (n_C), as here. */
export const conv2d: Words = {
  keras: ({ layer: { config }, parameters }) => [
    {
      className: 'Conv2D',
      config: { filters: config.filters, ...convolved(config, 'b' in parameters) },
    },
  ],
  kerasWeights: (place) => [weight('kernel', 'W', place), ...vectorIfAny('bias', 'b', place)],
  onnx: (graph, X, leaf, { W, b }) => {
    const { shape } = leaf.place.parameters.W;
    const [fH, fW, from, to] = shape;
    const filters = permuted(W, shape, [3, 2, 0, 1]);
    return convolvedInOnnx(graph, X, leaf, [to, from, fH, fW], filters, b);
  },
  takesActivation: true,
  fromKeras: {
    Conv2D: (given) => [
      { kind: 'conv2d', config: { filters: count(given, 'filters'), ...convolvedIn(given) } },
    ],
  },
};
