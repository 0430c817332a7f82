import { type Json, sizeOf } from '../../core/layer.js';
import { inOrder, needed, numberOf, refuseNode } from '../onnx/given.js';
import type { OnnxGraph } from '../onnx/graph.js';
import { asDecimal } from './activation.js';
import { flag, type KerasGiven, number, only, refuse, written } from './given.js';
import type { Leaf } from './words.js';
import { type OnnxWords, type Values, vectorIfAny, type Words } from './words.js';

/*
 * Keras's normalizations have the features last, in rows.
 */

export const batchNorm: Words = {
  keras: ({ layer: { config } }) => {
    const { momentum, epsilon, center, scale } = config;
    return [
      { className: 'BatchNormalization', config: { axis: -1, momentum, epsilon, center, scale } },
    ];
  },
  kerasWeights: (place) => [
    ...vectorIfAny('gamma', 'gamma', place),
    ...vectorIfAny('beta', 'beta', place),
    ...vectorIfAny('moving_mean', 'runningMean', place),
    ...vectorIfAny('moving_variance', 'runningVariance', place),
  ],
  fromKeras: {
    BatchNormalization: (given) => {
      overFeatures(given);
      only(given, { renorm: [false], virtual_batch_size: [null] });
      const momentum = number(given, 'momentum', 0.99);
      return [{ kind: 'batchNorm', config: { momentum, ...affine(given) } }];
    },
  },
};

export const batchNormOnnx: OnnxWords = {
  write: (graph, X, leaf, { gamma, beta, runningMean, runningVariance }) => {
    const { place, label } = leaf;
    const n = runningMean.length;
    const vectors = {
      gamma: gamma ?? new Float32Array(n).fill(1),
      beta: beta ?? new Float32Array(n),
    };
    const weights = Object.entries({ ...vectors, runningMean, runningVariance }).map(([own, of]) =>
      graph.weight(nameIn(leaf, own), [n], of),
    );
    const Y = graph.node('BatchNormalization', [graph.featuresFirst(X, place.input), ...weights], {
      name: `batch_norm_${label}`,
      output: place.input.length === 1 ? `Y${label}` : undefined,
      attributes: { epsilon: { f: place.layer.config.epsilon as number } },
    });
    return graph.featuresLast(Y, place.input, `Y${label}`);
  },
  read: {
    BatchNormalization: (given) => {
      const { state } = given;
      if (state.layout === 'last' || state.layout === 'time') {
        return refuseNode(given, 'normalizes an axis that is not the features.');
      }
      const [gamma, beta, runningMean, runningVariance] = [1, 2, 3, 4].map((i) =>
        inOrder(given, needed(given, i).values),
      );
      const epsilon = aboveZero(asDecimal(numberOf(given, 'epsilon', 1e-5)));
      const momentum = asDecimal(numberOf(given, 'momentum', 0.9));
      const layer = { kind: 'batchNorm', config: { epsilon, momentum } };
      return { read: [{ layer, values: [{ gamma, beta, runningMean, runningVariance }] }] };
    },
  },
};

/** Fixed statistics are a batch normalization that is not trained. */
export const normalization: Words = {
  keras: () => [
    {
      className: 'BatchNormalization',
      config: {
        axis: -1,
        momentum: 0.99,
        epsilon: 0,
        center: false,
        scale: false,
        trainable: false,
      },
    },
  ],
  kerasWeights: ({ layer: { config } }) =>
    (['mean', 'variance'] as const).map((own) => {
      const values = Float32Array.from(config[own] as number[]);
      return {
        name: `moving_${own}`,
        shape: [values.length],
        write: () => values,
        read: () => ({}),
      };
    }),
  fromKeras: {
    Normalization: (given) => {
      overFeatures(given);
      only(given, { invert: [false] });
      const { mean, variance } = given.config;
      if (mean === undefined || mean === null || variance === undefined || variance === null) {
        return refuse(given, 'has adapted weights; handgrad reads mean and variance as options.');
      }
      const list = (values: unknown) => [values as Json].flat(3) as number[];
      return [{ kind: 'normalization', config: { mean: list(mean), variance: list(variance) } }];
    },
  },
};

export const normalizationOnnx: OnnxWords = {
  write: (graph, X, leaf) => {
    const { mean, variance } = leaf.place.layer.config as Record<string, number[]>;
    const statistics = {
      runningMean: Float32Array.from(mean),
      runningVariance: Float32Array.from(variance),
    };
    const layer = { ...leaf.place.layer, config: { epsilon: 0 } };
    return batchNormOnnx.write!(graph, X, { ...leaf, place: { ...leaf.place, layer } }, statistics);
  },
};

export const layerNorm: Words = {
  keras: ({ layer: { config }, input }) => {
    const { epsilon, center, scale } = config;
    const axis = [input.length]; // as TensorFlow.js itself writes it
    return [{ className: 'LayerNormalization', config: { axis, epsilon, center, scale } }];
  },
  kerasWeights: (place) => [
    ...vectorIfAny('gamma', 'gamma', place),
    ...vectorIfAny('beta', 'beta', place),
  ],
  fromKeras: {
    LayerNormalization: (given) => {
      overFeatures(given);
      // Keras's option of this name leaves out the mean.
      if (given.config.rms_scaling === true)
        return refuse(given, 'has rms_scaling; handgrad has not.');
      return [{ kind: 'layerNorm', config: affine(given) }];
    },
  },
};

export const layerNormOnnx: OnnxWords = {
  write: (graph, X, leaf, { gamma, beta }) => {
    graph.needs(17);
    const { place, label } = leaf;
    const n = place.input.at(-1)!;
    const scale = graph.weight(nameIn(leaf, 'gamma'), [n], gamma ?? new Float32Array(n).fill(1));
    const shift = beta ? [graph.weight(nameIn(leaf, 'beta'), [n], beta)] : [];
    return graph.node('LayerNormalization', [X, scale, ...shift], {
      ...{ name: `layer_norm_${label}`, output: `Y${label}` },
      attributes: { axis: { i: -1 }, epsilon: { f: place.layer.config.epsilon as number } },
    });
  },
  read: {
    LayerNormalization: (given) => {
      const { state } = given;
      const rank = state.shape.length + 1;
      const axis = (numberOf(given, 'axis', -1) + rank) % rank;
      if (axis !== rank - 1 || !(state.layout === 'last' || state.layout === 'rows')) {
        return refuseNode(given, 'normalizes more than the features of each position.');
      }
      const gamma = inOrder(given, needed(given, 1).values);
      const beta = given.node.inputs[2] ? inOrder(given, needed(given, 2).values) : undefined;
      const epsilon = asDecimal(numberOf(given, 'epsilon', 1e-5));
      const layer = { kind: 'layerNorm', config: { epsilon, center: beta !== undefined } };
      return { read: [{ layer, values: [{ gamma, ...(beta && { beta }) }] }] };
    },
  },
};

export const rmsNorm: Words = {
  keras: ({ layer: { config } }, dialect) =>
    dialect === 'keras3'
      ? [{ className: 'RMSNormalization', config: { axis: -1, epsilon: config.epsilon } }]
      : undefined,
  kerasWeights: (place) => vectorIfAny('scale', 'gamma', place),
  fromKeras: {
    RMSNormalization: (given) => {
      overFeatures(given);
      return [{ kind: 'rmsNorm', config: { epsilon: number(given, 'epsilon', 1e-6) } }];
    },
  },
};

export const rmsNormOnnx: OnnxWords = {
  write: (graph, X, leaf, { gamma }) => {
    const { input, layer } = leaf.place;
    const mean = graph.mean(graph.node('Mul', [X, X]), [-1], input.at(-1)!);
    const XHat = graph.node('Div', [X, rootOf(graph, mean, layer.config.epsilon as number)]);
    return scaledIn(graph, XHat, leaf, { gamma });
  },
};

export const groupNorm: Words = {
  keras: ({ layer: { config } }, dialect) => {
    const { groups, epsilon, center, scale } = config;
    if (dialect === 'tfjs') return undefined;
    return [
      { className: 'GroupNormalization', config: { groups, axis: -1, epsilon, center, scale } },
    ];
  },
  kerasWeights: layerNorm.kerasWeights,
  fromKeras: {
    GroupNormalization: (given) => {
      overFeatures(given);
      const groups = number(given, 'groups', 32);
      const all = given.input.at(-1)!;
      return [
        { kind: 'groupNorm', config: { groups: groups === -1 ? all : groups, ...affine(given) } },
      ];
    },
  },
};

export const groupNormOnnx: OnnxWords = {
  write: (graph, X, leaf, values) => {
    const { input, layer } = leaf.place;
    const { groups, epsilon } = layer.config as { groups: number; epsilon: number };
    const each = input.at(-1)! / groups;
    const positions = sizeOf(input.slice(0, -1));
    const mean = (of: string) => graph.mean(of, [1, 3], positions * each);
    const G = graph.reshape(X, [-1, positions, groups, each]);
    const centered = graph.node('Sub', [G, mean(G)]);
    const variance = mean(graph.node('Mul', [centered, centered]));
    const XHat = graph.node('Div', [centered, rootOf(graph, variance, epsilon)]);
    return scaledIn(graph, graph.reshape(XHat, [-1, ...input]), leaf, values);
  },
};

/** What a parameter is called in the network, or would be. */
const nameIn = ({ names, label }: Leaf, own: string) =>
  names.find(([name]) => name === own)?.[1] ?? `${own}${label}`;

const rootOf = (graph: OnnxGraph, variance: string, epsilon: number) =>
  graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar('epsilon', epsilon)])]);

/** gamma ∘ X̂ + beta */
function scaledIn(graph: OnnxGraph, XHat: string, leaf: Leaf, { gamma, beta }: Values): string {
  const vector = (own: string, of: Float32Array) =>
    graph.weight(nameIn(leaf, own), [of.length], of);
  const scaled = gamma ? graph.node('Mul', [XHat, vector('gamma', gamma)]) : XHat;
  return beta ? graph.node('Add', [scaled, vector('beta', beta)]) : scaled;
}

/** Fixed statistics have an epsilon of 0; this one is lost beside any variance, too. */
const aboveZero = (epsilon: number) => (epsilon === 0 ? 1e-30 : epsilon);

const affine = (given: KerasGiven) => ({
  epsilon: aboveZero(number(given, 'epsilon', 1e-3)),
  center: flag(given, 'center', true),
  scale: flag(given, 'scale', true),
});

/** @throws ModelError if the axis is not that of the features, the last */
function overFeatures(given: KerasGiven): void {
  const { axis = -1 } = given.config;
  const [only, ...more] = Array.isArray(axis) ? axis : [axis];
  const last = given.input.length;
  if (more.length === 0 && (only === -1 || only === last)) return;
  // Of a picture with one channel beside it, another axis would do too; nobody means it.
  refuse(given, `has axis ${written(axis)}; handgrad normalizes the features, axis ${last}.`);
}
