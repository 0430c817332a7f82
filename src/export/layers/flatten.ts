import { sizeOf } from '../../core/layer.js';
import { only, refuse, written } from './given.js';
import type { Words } from './words.js';

/** Rows of Keras are columns here, with the numbers of a sample in the same order. */
export const flatten: Words = {
  keras: () => [{ className: 'Flatten', config: {} }],
  onnx: (graph, X) => graph.node('Flatten', [X]),
  fromKeras: {
    Flatten: (given) => {
      only(given, { data_format: ['channels_last', 'channelsLast'] });
      return given.input.length === 1 ? [] : [{ kind: 'flatten' }];
    },
  },
};

export const reshape: Words = {
  keras: ({ output }) => [{ className: 'Reshape', config: { target_shape: output } }],
  onnx: (graph, X, { place }) => graph.reshape(X, [-1, ...place.output]),
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
