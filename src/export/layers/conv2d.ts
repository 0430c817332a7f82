import type { Config, Shape } from '../../core/layer.js';
import { over, type Padding, type Sides, windowOf } from '../../core/window.js';
import {
  type FromOnnx,
  listOf,
  needed,
  numberOf,
  type OnnxGiven,
  type Read,
  refuseNode,
  textOf,
} from '../onnx/given.js';
import type { OnnxGraph } from '../onnx/graph.js';
import { permuted } from '../permuted.js';
import { activationOption, count, flag, type KerasGiven, only, padding, sides } from './given.js';
import type { Leaf } from './words.js';
import { type OnnxWords, vectorIfAny, type Words, weight } from './words.js';

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

/**
 * The padding of a window in handgrad's words, with zeros around the picture where neither valid nor
 * same are they.
 */
export function paddingFromOnnx(
  given: OnnxGiven,
  size: readonly number[],
  strides: readonly number[],
) {
  const [h, w] = given.state.shape;
  const auto = textOf(given, 'auto_pad', 'NOTSET');
  if (auto === 'VALID') return { padding: 'valid' as const };
  if (auto === 'SAME_UPPER') return { padding: 'same' as const };
  if (auto !== 'NOTSET')
    return refuseNode(given, `has auto_pad ${auto}; handgrad pads the end first.`);
  const pads = listOf(given, 'pads') ?? [0, 0, 0, 0];
  if (pads.every((n) => n === 0)) return { padding: 'valid' as const };
  const window = windowOf('conv2d', { size: size as Sides }, strides as Sides, 'same');
  const [rows, columns] = over(window, [1, h, w, 1]);
  const same = [rows.before, columns.before, rows.after, columns.after];
  if (String(same) === String(pads)) return { padding: 'same' as const };
  const [top, left, bottom, right] = pads;
  return { padding: 'valid' as const, zeros: [[top, bottom], [left, right]] }; // biome-ignore format: sides
}

/** @throws ModelError unless the picture lies as ONNX's operators take it. */
export function assertFirst(given: OnnxGiven): void {
  const { layout, shape } = given.state;
  if (layout === 'first' && shape.length === 3) return;
  refuseNode(
    given,
    `stands behind a ${shape.join('x')} value that lies ${layout}; handgrad reads those of pictures (m, n_C, n_H, n_W).`,
  );
}

/** Zeros around a picture as a layer before another. */
export const zerosAround = (zeros: number[][] | undefined): Read[] =>
  zeros ? [{ layer: { kind: 'zeroPadding2d', config: { padding: zeros } }, values: [] }] : [];

function convFromOnnx(given: OnnxGiven): FromOnnx {
  assertFirst(given);
  const { shape, values } = needed(given, 1);
  const [dilations, strides] = ['dilations', 'strides'].map(
    (name) => listOf(given, name) ?? [1, 1],
  );
  const group = numberOf(given, 'group', 1);
  const [to, per, fH, fW] = shape;
  const channels = given.state.shape[2];
  const isEach = group > 1 && group === channels && per === 1;
  if (dilations.some((n) => n !== 1) || (group > 1 && !isEach)) {
    return refuseNode(
      given,
      `has dilations ${dilations} and ${group} groups; handgrad has none, or one of each channel.`,
    );
  }
  const b = given.node.inputs[2] ? needed(given, 2).values : undefined;
  const { padding, zeros } = paddingFromOnnx(given, [fH, fW], strides);
  const common = {
    kernelSize: [fH, fW],
    strides,
    padding,
    useBias: b !== undefined,
    activation: 'linear',
  };
  const r = to / channels;
  const layer = isEach
    ? { kind: 'depthwiseConv2d', config: { ...common, depthMultiplier: r } }
    : { kind: 'conv2d', config: { ...common, filters: to } };
  const W = isEach
    ? permuted(values, [channels, r, fH, fW], [2, 3, 0, 1])
    : permuted(values, shape, [2, 3, 1, 0]);
  return { read: [...zerosAround(zeros), { layer, values: [{ W, ...(b && { b }) }] }] };
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
  takesActivation: true,
  fromKeras: {
    Conv2D: (given) => [
      { kind: 'conv2d', config: { filters: count(given, 'filters'), ...convolvedIn(given) } },
    ],
  },
};

export const conv2dOnnx: OnnxWords = {
  write: (graph, X, leaf, { W, b }) => {
    const { shape } = leaf.place.parameters.W;
    const [fH, fW, from, to] = shape;
    const filters = permuted(W, shape, [3, 2, 0, 1]);
    return convolvedInOnnx(graph, X, leaf, [to, from, fH, fW], filters, b);
  },
  read: { Conv: convFromOnnx },
};
