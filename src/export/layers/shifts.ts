import { type Json, sizeOf } from '../../core/layer.js';
import {
  type FromOnnx,
  integers,
  needed,
  numberOf,
  type OnnxGiven,
  refuseNode,
  textOf,
} from '../onnx/given.js';
import type { Constant } from '../onnx/model.js';
import { asDecimal } from './activation.js';
import { number, only, refuse, written } from './given.js';
import type { OnnxWords, Words } from './words.js';

/** The constant of a node with a value and a constant, and whether it comes second. */
function constantOf(given: OnnxGiven): { constant: Constant; isSecond: boolean } {
  const second = given.constant(1);
  return { constant: second ?? needed(given, 0), isSecond: second !== undefined };
}

const rescaled = (scale: number, offset: number): FromOnnx => ({
  read: [{ layer: { kind: 'rescaling', config: { scale, offset } }, values: [] }],
});

/** Every number times another, or divided by it. */
function scaled(given: OnnxGiven): FromOnnx {
  const { constant, isSecond } = constantOf(given);
  const isDivision = given.node.op === 'Div';
  const [value] = constant.values;
  if (constant.values.length !== 1 || (isDivision && !isSecond)) {
    return refuseNode(given, 'multiplies by more than one number; handgrad has no such layer.');
  }
  return rescaled(isDivision ? 1 / asDecimal(value) : asDecimal(value), 0);
}

/** A number on top of each, or the bias of the product before, or a positional embedding. */
function shifted(given: OnnxGiven): FromOnnx {
  const { state, before, node } = given;
  const { constant, isSecond } = constantOf(given);
  const isDifference = node.op === 'Sub';
  if (isDifference && !isSecond) return refuseNode(given, 'takes values off a constant.');
  const values = isDifference ? constant.values.map((value) => -value) : constant.values;
  const last = before.at(-1);
  const { kind, config } = last?.layer ?? {};
  const isBias = kind === 'dense' && config?.useBias === false && config.activation === 'linear';
  if (isBias && values.length === state.shape.at(-1)) {
    const layer = { kind, config: { ...config, useBias: true } };
    return { instead: 1, read: [{ layer, values: [{ ...last!.values[0], b: values }] }], state };
  }
  if (values.length === 1) return rescaled(1, asDecimal(values[0]));
  if (
    state.layout === 'last' &&
    state.shape.length === 2 &&
    values.length === sizeOf(state.shape)
  ) {
    return { read: [{ layer: { kind: 'positionalEmbedding' }, values: [{ P: values }] }] };
  }
  return refuseNode(
    given,
    `adds a constant of (${constant.shape.join(', ')}); handgrad has no such layer.`,
  );
}

export const rescaling: Words = {
  keras: ({ layer: { config } }) => [
    { className: 'Rescaling', config: { scale: config.scale, offset: config.offset } },
  ],
  fromKeras: {
    Rescaling: (given) => [
      {
        kind: 'rescaling',
        config: { scale: number(given, 'scale'), offset: number(given, 'offset', 0) },
      },
    ],
  },
};

export const rescalingOnnx: OnnxWords = {
  write: (graph, X, { place }) => {
    const { scale, offset } = place.layer.config as { scale: number; offset: number };
    const scaled = graph.node('Mul', [X, graph.scalar('scale', scale)]);
    return graph.node('Add', [scaled, graph.scalar('offset', offset)]);
  },
  read: { Mul: scaled, Div: scaled, Add: shifted, Sub: shifted },
};

export const zeroPadding2d: Words = {
  keras: ({ layer: { config } }) => [
    {
      className: 'ZeroPadding2D',
      config: { padding: config.padding, data_format: 'channels_last' },
    },
  ],
  fromKeras: {
    ZeroPadding2D: (given) => {
      only(given, { data_format: ['channels_last', 'channelsLast'] });
      const { padding = 1 } = given.config;
      const both = Array.isArray(padding) ? padding : [padding, padding];
      const pairs = both.map((side) => (Array.isArray(side) ? side : [side, side])) as Json[][];
      const isZeros = (n: unknown) => Number.isInteger(n) && (n as number) >= 0;
      if (pairs.length === 2 && pairs.every((pair) => pair.length === 2 && pair.every(isZeros))) {
        return [{ kind: 'zeroPadding2d', config: { padding: pairs } }];
      }
      return refuse(given, `has padding ${written(padding)}; expected whole numbers from 0.`);
    },
  },
};

export const zeroPadding2dOnnx: OnnxWords = {
  write: (graph, X, { place }) => {
    const [[top, bottom], [left, right]] = place.layer.config.padding as [number, number][];
    return graph.node('Pad', [X, graph.ints([0, top, left, 0, 0, bottom, right, 0])]);
  },
  read: {
    Pad: (given) => {
      const pads = integers(given, 'pads', 1) ?? [];
      const value = given.constant(2)?.values[0] ?? numberOf(given, 'value', 0);
      const { layout, shape } = given.state;
      const [h, w, c] = layout === 'first' ? [2, 3, 1] : [1, 2, 3];
      const others = [0, 4, c, c + 4].some((i) => pads[i] !== 0);
      const isZeros = textOf(given, 'mode', 'constant') === 'constant' && value === 0;
      if (shape.length !== 3 || pads.length !== 8 || others || !isZeros) {
        return refuseNode(given, 'puts more around a picture than zeros; handgrad has those.');
      }
      const padding = [[pads[h], pads[h + 4]], [pads[w], pads[w + 4]]]; // biome-ignore format: sides
      return { read: [{ layer: { kind: 'zeroPadding2d', config: { padding } }, values: [] }] };
    },
  },
};
