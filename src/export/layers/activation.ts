import type { Activation, ActivationLayer } from '../../core/activation.js';
import * as activations from '../../core/activations.js';
import type { Described } from '../../core/kinds.js';
import type { Config, Layer } from '../../core/layer.js';
import type { Place } from '../../core/places.js';
import { type FromOnnx, numberOf, type OnnxGiven, refuseNode, textOf } from '../onnx/given.js';
import type { OnnxGraph } from '../onnx/graph.js';
import { activationFrom } from './activationNames.js';
import { type KerasGiven, number, only, refuse, refuseActivation, written } from './given.js';
import type { Dialect, KerasLayer, Leaf, OnnxWords, Words } from './words.js';

/*
 * The words of all activations: what each says itself, in its `keras` and `onnx`.
 */

/** The activation of a layer that is nothing else. */
export function activationIn(layer: Layer): Activation | undefined {
  const { activation } = layer as Partial<ActivationLayer>;
  return activation?.name === layer.kind ? activation : undefined;
}

/** Layers behind others: an activation becomes an option of the layer before that has none. */
export function behind(layers: readonly Described[], added: readonly Described[]): Described[] {
  const [last, [first, ...more]] = [layers.at(-1), added];
  if (last?.config?.activation !== 'linear' || more.length > 0 || !first || !isActivation(first)) {
    return [...layers, ...added];
  }
  const activation = first.config ? { ...first, config: first.config } : first.kind;
  return [...layers.slice(0, -1), { ...last, config: { ...last.config, activation } }];
}

const isActivation = ({ kind }: Described) => Object.hasOwn(activations, kind);

/** The name by which a layer of Keras takes it as an option, if it can. */
export function inlineName(place: Place): string | undefined {
  const { keras } = activationIn(place.layer)!;
  if (!('activation' in keras) || axisOf(place) !== -1) return undefined;
  // gelu's other form has no name that can be read: TensorFlow.js turns this one into geluNew.
  return keras.activation === 'gelu_new' ? undefined : keras.activation;
}

/** Layers of their own, where it is no option. */
function separate(place: Place, dialect: Dialect): readonly KerasLayer[] | undefined {
  const { keras } = activationIn(place.layer)!;
  if ('layers' in keras) {
    return keras.layers.map(({ layer, config }) => ({
      className: layer,
      config: config as Config,
    }));
  }
  if ('layer' in keras) {
    const { config: config2, config3 = config2 } = keras;
    // TensorFlow.js has an ELU with alpha 1 only.
    if (dialect === 'tfjs' && keras.layer === 'ELU' && config2.alpha !== 1) return undefined;
    const config = (dialect === 'keras3' ? config3 : config2) as Config;
    return [{ className: keras.layer, config }];
  }
  const activation = inlineName(place);
  if (activation) return [{ className: 'Activation', config: { activation } }];
  const axis = axisOf(place);
  if (dialect === 'tfjs') return undefined; // whose softmax is over the last axis alone
  return axis === undefined || axis === -1
    ? undefined
    : [{ className: 'Softmax', config: { axis } }];
}

/** The axis of the classes, in rows: -1 is the last, undefined the samples. */
function axisOf({ layer, input }: Place): number | undefined {
  const { axis } = layer.config as { readonly axis?: number };
  if (axis === undefined) return -1;
  const rank = input.length + 1;
  const from = (axis + rank) % rank;
  if (rank === 2) return from === 0 ? -1 : undefined;
  if (from === 0) return undefined;
  return from === rank - 1 ? -1 : from;
}

const one = (layer: Described): FromOnnx => ({ read: [{ layer, values: [] }] });

export const activation: Words = {
  keras: separate,
  fromKeras: {
    Activation: (given) => {
      const { name, config, version } = given;
      if (config.activation === 'linear') return [];
      const found = activationFrom(config.activation, version);
      return found ? [found] : refuseActivation(name, config.activation);
    },
    ReLU: (given) => {
      const slope = number(given, 'negative_slope', 0);
      only(given, { threshold: [0] });
      if (isHardSigmoid(given)) return { instead: [{ kind: 'hardSigmoid' }] };
      only(given, { max_value: [null] });
      return [slope === 0 ? { kind: 'relu' } : leaky(slope)];
    },
    LeakyReLU: (given) => [leaky(number(given, 'negative_slope', number(given, 'alpha', 0.3)))],
    ELU: (given) => [{ kind: 'elu', config: { alpha: number(given, 'alpha', 1) } }],
    Softmax: (given) => [softmaxOver(given)],
  },
};

export const activationOnnx: OnnxWords = {
  write: toOnnx,
  read: {
    Relu: () => one({ kind: 'relu' }),
    Sigmoid: () => one({ kind: 'sigmoid' }),
    Tanh: () => one({ kind: 'tanh' }),
    Softplus: () => one({ kind: 'softplus' }),
    LeakyRelu: (given) => one(leaky(numberOf(given, 'alpha', 0.01))),
    Elu: (given) => one({ kind: 'elu', config: { alpha: asDecimal(numberOf(given, 'alpha', 1)) } }),
    Gelu: (given) => {
      const approximate = textOf(given, 'approximate', 'none');
      return one({ kind: 'gelu', config: { approximate } });
    },
    HardSigmoid: (given) => {
      const [alpha, beta] = [numberOf(given, 'alpha', 0.2), numberOf(given, 'beta', 0.5)];
      if (alpha === Math.fround(1 / 6) && beta === 0.5) return one({ kind: 'hardSigmoid' });
      return refuseNode(given, `has alpha ${alpha} and beta ${beta}; handgrad has 1/6 and 1/2.`);
    },
    Softmax: softmaxFromOnnx,
  },
};

/** relu up to 1 of Z / 6 + 1/2: the layers that hardSigmoid writes. */
const isHardSigmoid = ({ config, before }: KerasGiven) =>
  config.max_value === 1 &&
  before?.kind === 'rescaling' &&
  before.config?.scale === 1 / 6 &&
  before.config?.offset === 0.5;

/** Before opset 13 it goes over all axes from one on; that is the same for rows alone. */
function softmaxFromOnnx(given: OnnxGiven): FromOnnx {
  const { state, opset } = given;
  const rank = state.shape.length + 1;
  const axis = (numberOf(given, 'axis', opset < 13 ? 1 : -1) + rank) % rank;
  const features = state.layout === 'first' ? 1 : rank - 1;
  if (axis === features && (opset >= 13 || axis === rank - 1)) return one({ kind: 'softmax' });
  if (state.layout === 'last' && axis > 0 && opset >= 13) {
    return one({ kind: 'softmax', config: { axis } });
  }
  return refuseNode(given, `has the axis ${axis}; handgrad has those of the features.`);
}

/** A slope in float32, as Keras 2 writes it, is the decimal number that it was. */
const leaky = (alpha: number): Described => ({
  kind: 'leakyRelu',
  config: { alpha: asDecimal(alpha) },
});

/** 0.009999999776482582 is 0.01 in float32. */
export function asDecimal(value: number): number {
  const short = Number(value.toPrecision(7));
  return Math.fround(short) === value ? short : value;
}

function softmaxOver(given: KerasGiven): Described {
  const { axis = -1 } = given.config;
  const rank = given.input.length + 1;
  if (axis === -1 || axis === rank - 1) return { kind: 'softmax' };
  if (typeof axis !== 'number' || rank === 2 || (axis + rank) % rank === 0) {
    return refuse(given, `has axis ${written(axis)}; handgrad has axes inside of each sample.`);
  }
  return { kind: 'softmax', config: { axis } };
}

function toOnnx(graph: OnnxGraph, X: string, { place, label }: Leaf): string {
  const { onnx } = activationIn(place.layer)!;
  const operator = 'factor' in onnx ? onnx.factor : onnx;
  graph.needs(operator.opset);
  const attributes = { ...operator.attributes };
  if ('axis' in attributes) attributes.axis = { i: axisInOnnx(graph, place) };
  const [name, output] = [`activation_${label}`, `A${label}`];
  if (!('factor' in onnx)) return graph.node(operator.op, [X], { name, attributes, output });
  const factor = graph.node(operator.op, [X], { name: `factor_${label}`, attributes });
  return graph.node('Mul', [X, factor], { name, output });
}

function axisInOnnx(graph: OnnxGraph, place: Place): number {
  const axis = axisOf(place);
  if (axis === undefined) graph.refuse(place, 'has the samples as its axis');
  return axis === -1 && place.input.length === 1 ? 1 : axis!;
}
