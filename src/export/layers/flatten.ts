import { sizeOf } from '../../core/layer.js';
import { type FromOnnx, needed, numberOf, type OnnxGiven, refuseNode } from '../onnx/given.js';
import { only, refuse, written } from './given.js';
import type { OnnxWords, Words } from './words.js';

/** With features before positions, the numbers of a sample are in another order than here. */
function flattened({ state }: OnnxGiven): FromOnnx {
  const { shape, layout } = state;
  if (layout === 'rows') return { state };
  const n = sizeOf(shape);
  const features = shape.at(-1)!;
  const positions = n / features;
  const order = Array.from(
    { length: n },
    (_, i) => (i % positions) * features + Math.floor(i / positions),
  );
  return {
    read: [{ layer: { kind: 'flatten' }, values: [] }],
    state: { shape: [n], layout: 'rows', ...(layout === 'first' && { order }) },
  };
}

function reshapeFromOnnx(given: OnnxGiven): FromOnnx {
  const { state } = given;
  const n = sizeOf(state.shape);
  const said = [...needed(given, 1).values];
  const held =
    state.layout === 'first' ? [state.shape.at(-1)!, ...state.shape.slice(0, -1)] : state.shape;
  const sides = said.slice(1).map((side, i) => (side === 0 ? held[i] : side));
  const rest = n / sizeOf(sides.filter((side) => side !== -1));
  const shape = sides.map((side) => (side === -1 ? rest : side));
  if (
    shape.length === 0 ||
    sizeOf(shape) !== n ||
    !shape.every((side) => Number.isInteger(side) && side > 0)
  ) {
    return refuseNode(given, `makes (${said.join(', ')}) of ${n} numbers a sample.`);
  }
  if (shape.length === 1) return flattened(given);
  if (String(shape) === String(held)) return { state };
  if (state.layout === 'first' || state.order) {
    return refuseNode(given, 'reshapes values whose features come first; handgrad has them last.');
  }
  return {
    read: [{ layer: { kind: 'reshape', config: { targetShape: shape } }, values: [] }],
    state: { shape, layout: 'last' },
  };
}

/** Rows of Keras are columns here, with the numbers of a sample in the same order. */
export const flatten: Words = {
  keras: () => [{ className: 'Flatten', config: {} }],
  fromKeras: {
    Flatten: (given) => {
      only(given, { data_format: ['channels_last', 'channelsLast'] });
      return given.input.length === 1 ? [] : [{ kind: 'flatten' }];
    },
  },
};

export const flattenOnnx: OnnxWords = {
  write: (graph, X) => graph.node('Flatten', [X]),
  read: {
    Flatten: (given) => {
      const axis = numberOf(given, 'axis', 1);
      return axis === 1 ? flattened(given) : refuseNode(given, `has the axis ${axis}.`);
    },
    Reshape: reshapeFromOnnx,
  },
};

export const reshape: Words = {
  keras: ({ output }) => [{ className: 'Reshape', config: { target_shape: output } }],
  fromKeras: {
    Reshape: (given) => {
      const { target_shape: shape } = given.config;
      const isSide = (side: unknown) => Number.isInteger(side) && (side as number) > 0;
      const sides = Array.isArray(shape) ? shape : [];
      const open = sides.filter((side) => side === -1 || side === null).length;
      if (sides.length === 0 || open > 1 || sides.filter(isSide).length + open < sides.length) {
        return refuse(given, `has target_shape ${written(shape)}; expected whole numbers.`);
      }
      const rest = sizeOf(given.input) / sizeOf(sides.filter(isSide));
      const targetShape = sides.map((side) => (isSide(side) ? side : rest));
      return [{ kind: 'reshape', config: { targetShape } }];
    },
  },
};

export const reshapeOnnx: OnnxWords = {
  write: (graph, X, { place }) => graph.reshape(X, [-1, ...place.output]),
};
