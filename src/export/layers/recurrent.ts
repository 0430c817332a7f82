import type { Config } from '../../core/layer.js';
import type { Place } from '../../core/places.js';
import {
  type FromOnnx,
  needed,
  numberOf,
  type OnnxGiven,
  refuseNode,
  textOf,
} from '../onnx/given.js';
import type { Attribute, OnnxGraph } from '../onnx/graph.js';
import { permuted } from '../permuted.js';
import { count, flag, type KerasGiven, only } from './given.js';
import type { Leaf } from './words.js';
import {
  type KerasWeight,
  type OnnxWords,
  type Values,
  vectorIfAny,
  type Words,
  weight,
} from './words.js';

/*
 * simpleRnn, gru and lstm: Keras has their gates in the same order, z r h and i f c o.
 */

const written = ({ layer: { config }, parameters }: Place): Config => ({
  units: config.units,
  activation: 'tanh',
  use_bias: 'b' in parameters,
  return_sequences: config.returnSequences,
});

/** @throws ModelError for what handgrad has not */
function common(given: KerasGiven): Config {
  only(given, { activation: ['tanh'], go_backwards: [false], return_state: [false] });
  only(given, { time_major: [false], zero_output_for_mask: [false] });
  return {
    units: count(given, 'units'),
    useBias: flag(given, 'use_bias', true),
    returnSequences: flag(given, 'return_sequences', false),
  };
}

/** Before Keras 2.3 and in TensorFlow.js the default is another function than σ. */
function gated(given: KerasGiven): void {
  only(given, { recurrent_activation: ['sigmoid'] });
}

/**
 * ONNX's recurrent operators take (T, m, d) and have a direction in each weight: W (1, g u, d),
 * R (1, g u, u), B (1, 2 g u), blocks of u rows in an order of their own.
 */
function overTime(
  graph: OnnxGraph,
  op: string,
  X: string,
  { place, label, names }: Leaf,
  values: Values,
  order: readonly number[],
  attributes: Readonly<Record<string, Attribute>> = {},
): string {
  const { units: u, returnSequences } = place.layer.config as {
    units: number;
    returnSequences: boolean;
  };
  const of = Object.fromEntries(names);
  const [d, g] = [place.input[1], order.length];
  const rows = (own: Float32Array, n: number) => {
    const all = permuted(own, [n, g, u], [1, 2, 0]); // (g, u, n)
    return Float32Array.from(
      order.flatMap((gate) => [...all.subarray(gate * u * n, (gate + 1) * u * n)]),
    );
  };
  const zeros = new Float32Array(g * u);
  const { Wx, Wh, b, bh = zeros } = values;
  const inputs = [
    graph.node('Transpose', [X], { attributes: { perm: { ints: [1, 0, 2] } } }), // (T, m, d)
    graph.weight(of.Wx, [1, g * u, d], rows(Wx, d)),
    graph.weight(of.Wh, [1, g * u, u], rows(Wh, u)),
    ...(b
      ? [graph.weight(of.b, [1, 2 * g * u], Float32Array.of(...rows(b, 1), ...rows(bh, 1)))]
      : []),
  ];
  const step = graph.node(op, inputs, {
    ...{ name: `${op.toLowerCase()}_${label}`, outputs: returnSequences ? 1 : 2 },
    attributes: { hidden_size: { i: u }, ...attributes },
  });
  const axis = graph.ints([returnSequences ? 1 : 0]);
  if (!returnSequences) return graph.node('Squeeze', [step, axis], { output: `Y${label}` }); // (m, u)
  const all = graph.node('Squeeze', [step, axis]); // (T, m, u)
  return graph.node('Transpose', [all], {
    output: `Y${label}`,
    attributes: { perm: { ints: [1, 0, 2] } },
  });
}

/** The same back. @throws ModelError for what handgrad's layers have not */
function cellFromOnnx(
  given: OnnxGiven,
  kind: string,
  order: readonly number[],
  own: Config = {},
): FromOnnx {
  const { node, state, output } = given;
  const at = node.outputs.indexOf(output);
  const starts = [5, 6].map((i) => (node.inputs[i] ? needed(given, i).values : []));
  const isPlain =
    textOf(given, 'direction', 'forward') === 'forward' &&
    numberOf(given, 'layout', 0) === 0 &&
    !node.attributes.has('clip') &&
    !node.attributes.has('activations') &&
    !node.inputs[4] &&
    !node.inputs[7] &&
    starts.every((start) => start.every((value: number) => value === 0));
  if (!isPlain || state.layout !== 'time' || at > 1) {
    return refuseNode(
      given,
      'has a direction, lengths, a start or activations of its own, or gives its cell.',
    );
  }
  const [Wx, Wh] = [needed(given, 1), needed(given, 2)];
  const u = Wh.shape[2];
  const [d, g] = [Wx.shape[2], order.length];
  const columns = (rows: Float32Array, n: number) => {
    const blocks = order.map((_, gate) => {
      const from = order.indexOf(gate) * u * n;
      return rows.subarray(from, from + u * n);
    });
    const all = Float32Array.from(blocks.flatMap((block) => [...block]));
    return permuted(all, [g, u, n], [2, 0, 1]); // (n, g, u)
  };
  const both = node.inputs[3] ? needed(given, 3).values : undefined;
  const [b, bh] = [0, 1].map((i) => both && columns(both.subarray(i * g * u, (i + 1) * g * u), 1));
  const sum = b && bh && b.map((value, i) => value + bh[i]);
  const biases = own.resetAfter ? { b, bh } : { b: sum };
  const values = { Wx: columns(Wx.values, d), Wh: columns(Wh.values, u), ...(b && biases) };
  const config = { units: u, returnSequences: at === 0, useBias: b !== undefined, ...own };
  return {
    read: [{ layer: { kind, config }, values: [values as Values] }],
    state:
      at === 0 ? { shape: [state.shape[0], u], layout: 'steps' } : { shape: [u], layout: 'end' },
  };
}

const cell = { part: 'cell' };
const kernels = (place: Place): KerasWeight[] => [
  weight('kernel', 'Wx', place, cell),
  weight('recurrent_kernel', 'Wh', place, cell),
];

export const simpleRnn: Words = {
  keras: (place) => [{ className: 'SimpleRNN', config: written(place) }],
  kerasWeights: (place) => [...kernels(place), ...vectorIfAny('bias', 'b', place, 'cell')],
  fromKeras: { SimpleRNN: (given) => [{ kind: 'simpleRnn', config: common(given) }] },
};

export const simpleRnnOnnx: OnnxWords = {
  write: (graph, X, leaf, values) => overTime(graph, 'RNN', X, leaf, values, [0]),
  read: { RNN: (given) => cellFromOnnx(given, 'simpleRnn', [0]) },
};

export const lstm: Words = {
  keras: (place) => [
    { className: 'LSTM', config: { ...written(place), recurrent_activation: 'sigmoid' } },
  ],
  kerasWeights: simpleRnn.kerasWeights,
  fromKeras: {
    LSTM: (given) => {
      gated(given);
      return [{ kind: 'lstm', config: common(given) }];
    },
  },
};

export const lstmOnnx: OnnxWords = {
  // ONNX has i o f c.
  write: (graph, X, leaf, values) => overTime(graph, 'LSTM', X, leaf, values, [0, 3, 1, 2]),
  read: { LSTM: (given) => cellFromOnnx(given, 'lstm', [0, 3, 1, 2]) },
};

export const gru: Words = {
  keras: (place, dialect) => {
    const { resetAfter } = place.layer.config;
    // TensorFlow.js has the other form alone.
    if (resetAfter && dialect === 'tfjs') return undefined;
    const config = { recurrent_activation: 'sigmoid', reset_after: resetAfter };
    return [{ className: 'GRU', config: { ...written(place), ...config } }];
  },
  kerasWeights: (place) => {
    const all = [...kernels(place), ...biases(place)];
    return place.layer.config.update === 'course5' ? all.map(turned) : all;
  },
  fromKeras: {
    GRU: (given) => {
      gated(given);
      const resetAfter = flag(given, 'reset_after', given.version >= 3);
      return [{ kind: 'gru', config: { ...common(given), resetAfter } }];
    },
  },
};

export const gruOnnx: OnnxWords = {
  write: (graph, X, leaf, values) => {
    const { resetAfter, update } = leaf.place.layer.config;
    const own = update === 'course5' ? flipped(values) : values;
    const attributes = { linear_before_reset: { i: Number(resetAfter) } };
    return overTime(graph, 'GRU', X, leaf, own, [0, 1, 2], attributes);
  },
  read: {
    GRU: (given) => {
      const resetAfter = numberOf(given, 'linear_before_reset', 0) === 1;
      return cellFromOnnx(given, 'gru', [0, 1, 2], { resetAfter });
    },
  },
};

/** With the reset after the product, the two biases are rows of one. */
function biases(place: Place): KerasWeight[] {
  if (!('bh' in place.parameters)) return vectorIfAny('bias', 'b', place, 'cell');
  const [n] = place.parameters.b.shape;
  return [
    {
      ...{ name: 'bias', shape: [2, n], part: 'cell' },
      write: ({ b, bh }) => Float32Array.of(...b, ...bh),
      read: (both) => ({ b: both.slice(0, n), bh: both.slice(n) }),
    },
  ];
}

/** Course 5's z is Keras's 1 - z, and 1 - σ(Z) = σ(-Z): the numbers of z change their sign. */
const flipper = (columns: number) => (values: Float32Array) =>
  values.map((value, i) => (i % columns < columns / 3 ? -value : value));

const flipped = (values: Values): Values => {
  const flip = flipper(3 * Math.sqrt(values.Wh.length / 3));
  return Object.fromEntries(Object.entries(values).map(([own, of]) => [own, flip(of)]));
};

function turned(one: KerasWeight): KerasWeight {
  const flip = flipper(one.shape.at(-1)!);
  return {
    ...one,
    write: (values) => flip(one.write(values)),
    read: (stored) => one.read(flip(stored)),
  };
}
