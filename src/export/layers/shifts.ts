import type { Json } from '../../core/layer.js';
import { number, only, refuse, written } from './given.js';
import type { Words } from './words.js';

export const rescaling: Words = {
  keras: ({ layer: { config } }) => [
    { className: 'Rescaling', config: { scale: config.scale, offset: config.offset } },
  ],
  onnx: (graph, X, { place }) => {
    const { scale, offset } = place.layer.config as { scale: number; offset: number };
    const scaled = graph.node('Mul', [X, graph.scalar('scale', scale)]);
    return graph.node('Add', [scaled, graph.scalar('offset', offset)]);
  },
  fromKeras: {
    Rescaling: (given) => [
      {
        kind: 'rescaling',
        config: { scale: number(given, 'scale'), offset: number(given, 'offset', 0) },
      },
    ],
  },
};

export const zeroPadding2d: Words = {
  keras: ({ layer: { config } }) => [
    {
      className: 'ZeroPadding2D',
      config: { padding: config.padding, data_format: 'channels_last' },
    },
  ],
  onnx: (graph, X, { place }) => {
    const [[top, bottom], [left, right]] = place.layer.config.padding as [number, number][];
    return graph.node('Pad', [X, graph.ints([0, top, left, 0, 0, bottom, right, 0])]);
  },
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
