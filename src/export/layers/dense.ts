import {
  type FromOnnx,
  inOrder,
  needed,
  numberOf,
  type OnnxGiven,
  refuseNode,
} from '../onnx/given.js';
import type { OnnxGraph } from '../onnx/graph.js';
import { permuted } from '../permuted.js';
import { activationOption, count, flag } from './given.js';
import { type OnnxWords, vectorIfAny, type Words, weight } from './words.js';

/** W (n_l, n_prev) behind rows, with its columns in handgrad's order; (d, n_l) behind sequences. */
function denseFromOnnx(given: OnnxGiven, isTransposed: boolean, b?: Float32Array): FromOnnx {
  const { state } = given;
  const { shape, values } = needed(given, 1);
  if (shape.length !== 2 || !(state.layout === 'rows' || state.layout === 'last')) {
    return refuseNode(
      given,
      `has a W of (${shape.join(', ')}) for values that lie ${state.layout}.`,
    );
  }
  const [rows, columns] = isTransposed ? shape : [...shape].reverse();
  if (b && b.length !== rows) return refuseNode(given, `has ${b.length} biases for ${rows} units.`);
  const turned = isTransposed ? values : permuted(values, shape, [1, 0]); // (n_l, n_prev)
  const inPlace = turned.slice();
  for (let i = 0; state.order && i < rows; i++) {
    inPlace.set(inOrder(given, turned.subarray(i * columns, (i + 1) * columns)), i * columns);
  }
  const W = state.layout === 'rows' ? inPlace : permuted(turned, [rows, columns], [1, 0]);
  const config = { units: rows, useBias: b !== undefined, activation: 'linear' };
  return {
    read: [{ layer: { kind: 'dense', config }, values: [{ W, ...(b && { b }) }] }],
    state: { shape: [...state.shape.slice(0, -1), rows], layout: state.layout },
  };
}

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

export const denseOnnx: OnnxWords = {
  write: (graph, X, { place, label, names }, { W, b }) => {
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
  read: {
    Gemm: (given) => {
      const [alpha, beta] = [numberOf(given, 'alpha', 1), numberOf(given, 'beta', 1)];
      if (alpha !== 1 || beta !== 1 || numberOf(given, 'transA', 0) !== 0) {
        return refuseNode(given, 'has an alpha, a beta or a transA; handgrad has Z = X Wᵀ + b.');
      }
      const b = given.node.inputs[2] ? needed(given, 2) : undefined;
      return denseFromOnnx(given, numberOf(given, 'transB', 0) === 1, b?.values);
    },
    MatMul: (given) => denseFromOnnx(given, false),
  },
};
