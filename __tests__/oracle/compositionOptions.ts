import { type ActivationLayer, activationLayer } from '../../src/core/activation.js';
import * as activations from '../../src/core/activations.js';
import { type Shape, sizeOf } from '../../src/core/layer.js';
import type { RandomState } from '../../src/core/random.js';

/*
 * How the options of layers, activations and losses are drawn for compositions.ts. What takes none,
 * or needs none, is made without.
 */

export class Draw {
  constructor(readonly random: RandomState) {}
  uniform = () => this.random.uniform();
  chance = (p: number) => this.uniform() < p;
  between = (low: number, high: number) => this.random.randint(low, high + 1, 1)[0];
  pick = <T>(from: readonly T[]): T => from[this.between(0, from.length - 1)];
  /** Leaves an option out half of the time. */
  maybe = <T>(name: string, value: () => T): Record<string, T> =>
    this.chance(0.5) ? {} : { [name]: value() };
  /** One number for both sides, or two. */
  sides = (low: number, high: number) => {
    const side = () => this.between(low, high);
    return this.chance(0.6) ? side() : ([side(), side()] as const);
  };
}

type Options = (draw: Draw, input: Shape) => unknown;

const bool = (d: Draw) => () => d.chance(0.5);
const useBias = (d: Draw) => d.maybe('useBias', bool(d));
const epsilon = (d: Draw) => d.maybe('epsilon', () => d.pick([1e-3, 1e-2]));
const affine = (d: Draw) => ({ ...d.maybe('center', bool(d)), ...d.maybe('scale', bool(d)) });
const padding = (d: Draw) => d.maybe('padding', () => d.pick(['same', 'valid']));
const strides = (d: Draw) => d.maybe('strides', () => d.sides(1, 3));
const pool: Options = (d) => ({
  ...{ poolSize: d.sides(1, 3), ...strides(d), ...padding(d) },
});
const rnn = (d: Draw) => ({
  ...{ units: d.between(1, 3), ...d.maybe('returnSequences', bool(d)), ...useBias(d) },
});
const attention = (d: Draw) => ({
  ...{ numHeads: d.between(1, 2), keyDim: d.between(1, 2) },
  ...{ ...d.maybe('causal', bool(d)), ...useBias(d) },
});
/** The axis of the features. */
const axis = (d: Draw, input: Shape) =>
  d.maybe('axis', () => (input.length === 1 ? 0 : d.pick([-1, input.length])));
const convolution = (d: Draw) => ({
  ...{ kernelSize: d.sides(1, 3), ...strides(d), ...padding(d), ...useBias(d) },
  ...d.maybe('activation', () => anyActivation(d)),
});

/** A layer of a random activation, or of its default. */
function anyActivation(d: Draw): ActivationLayer {
  const [name, g] = d.pick(Object.entries(activations));
  if (name === 'softmax') return activationLayer(g);
  return (g as (options?: unknown) => ActivationLayer)(layerOptions[name]?.(d, []));
}

/** undefined is the default. */
export const layerOptions: Readonly<Record<string, Options>> = {
  averagePool2d: pool,
  batchNorm: (d) => ({
    ...affine(d),
    ...epsilon(d),
    ...d.maybe('momentum', () => d.pick([0, 0.5, 0.9])),
  }),
  conv2d: (d) => ({ filters: d.between(1, 3), ...convolution(d) }),
  dense: (d) => ({
    ...{ units: d.between(1, 4), ...useBias(d), ...d.maybe('activation', () => anyActivation(d)) },
  }),
  depthwiseConv2d: (d) => ({
    ...convolution(d),
    ...d.maybe('depthMultiplier', () => d.between(1, 2)),
  }),
  dropout: (d) =>
    d.pick([0.3, { rate: d.pick([0, 0.25, 0.5]) }, { keepProb: d.pick([0.6, 0.8, 1]) }]),
  elu: (d) => d.pick([undefined, 0.5, { alpha: 1.5 }]),
  embedding: (d) => ({ inputDim: d.between(1, 5), outputDim: d.between(1, 3) }),
  gaussianNoise: (d) => d.pick([0.1, { stddev: d.pick([0, 0.5]) }]),
  gelu: (d) => d.pick([undefined, { approximate: 'tanh' }]),
  groupNorm: (d, input) => {
    const features = input.at(-1)!;
    const divisors = [1, 2, 3, 4, 5, 6].filter((groups) => features % groups === 0);
    return { groups: d.pick(divisors), ...affine(d), ...epsilon(d) };
  },
  gru: (d) => ({
    ...{ ...rnn(d), ...d.maybe('resetAfter', bool(d)) },
    ...d.maybe('update', () => d.pick(['keras', 'course5'])),
  }),
  layerNorm: (d, input) => ({ ...affine(d), ...epsilon(d), ...axis(d, input) }),
  leakyRelu: (d) => d.pick([undefined, 0.2, { alpha: 0.3 }]),
  lstm: rnn,
  maxPool2d: pool,
  positionalEmbedding: (d, input) => ({
    ...d.maybe('sinusoidal', bool(d)),
    ...d.maybe('maxLength', () => input[0] + d.between(0, 2)),
  }),
  normalization: (d, input) => ({
    mean: Array.from({ length: input.at(-1)! }, () => d.uniform()),
    variance: Array.from({ length: input.at(-1)! }, () => d.pick([0.5, 2])),
  }),
  rescaling: (d) => ({ scale: d.pick([-0.5, 2]), ...d.maybe('offset', () => d.uniform()) }),
  reshape: (d, input) => {
    const size = sizeOf(input);
    const divisors = Array.from({ length: size }, (_, i) => i + 1).filter((n) => size % n === 0);
    const a = d.pick(divisors);
    const b = d.pick(divisors.filter((n) => (size / a) % n === 0));
    return d.pick([[size], [a, size / a], { targetShape: [a, b, size / a / b] }]);
  },
  rmsNorm: (d, input) => ({ ...epsilon(d), ...axis(d, input) }),
  selfAttention: attention,
  simpleRnn: rnn,
  softmax: (d, input) =>
    d.pick([undefined, { axis: input.length === 1 ? 0 : d.between(1, input.length) }]),
  transformerBlock: (d, input) => ({
    ...{ ...attention(d), units: input.at(-1)!, hidden: d.between(1, 4) },
    ...{ ...d.maybe('gelu', () => d.pick(['none', 'tanh'])), ...epsilon(d) },
  }),
  zeroPadding2d: (d) => {
    const side = () => d.between(0, 2);
    const pair = () => [side(), side()];
    return d.pick([{}, { padding: side() }, { padding: [side(), pair()] }]);
  },
  upSampling2d: (d) => ({ size: d.sides(1, 2) }),
};

export const lossOptions: Readonly<Record<string, (draw: Draw) => object | undefined>> = {
  binaryCrossEntropy: (d) => d.pick([undefined, { labelSmoothing: 0.2 }]),
  categoricalCrossEntropy: (d) => d.pick([undefined, { labelSmoothing: 0.1 }]),
  huber: (d) => d.pick([undefined, { delta: 0.5 }]),
};
