import type { Config } from '../../core/layer.js';
import type { OnnxGraph } from '../onnx/graph.js';
import type { Leaf } from '../tree.js';
import { slidingIn } from './conv2d.js';
import { type KerasGiven, only, padding, refuse, sides } from './given.js';
import type { Words } from './words.js';

const pooled = ({ poolSize, strides, padding }: Config): Config => ({
  pool_size: poolSize,
  strides,
  padding,
  data_format: 'channels_last',
});

function pooledIn(given: KerasGiven): Config {
  only(given, { data_format: ['channels_last'] });
  const poolSize = sides(given, 'pool_size', 2);
  return { poolSize, strides: sides(given, 'strides', poolSize), padding: padding(given) };
}

function pooledInOnnx(graph: OnnxGraph, op: string, X: string, leaf: Leaf): string {
  const { input, output } = leaf.place;
  const attributes = slidingIn(leaf, 'poolSize');
  return graph.featuresLast(
    graph.node(op, [graph.featuresFirst(X, input)], { attributes }),
    output,
  );
}

export const maxPool2d: Words = {
  keras: ({ layer: { config } }) => [{ className: 'MaxPooling2D', config: pooled(config) }],
  onnx: (graph, X, leaf) => pooledInOnnx(graph, 'MaxPool', X, leaf),
  fromKeras: { MaxPooling2D: (given) => [{ kind: 'maxPool2d', config: pooledIn(given) }] },
};

export const averagePool2d: Words = {
  keras: ({ layer: { config } }) => [{ className: 'AveragePooling2D', config: pooled(config) }],
  // ONNX does not count the padding either, unless asked to.
  onnx: (graph, X, leaf) => pooledInOnnx(graph, 'AveragePool', X, leaf),
  fromKeras: { AveragePooling2D: (given) => [{ kind: 'averagePool2d', config: pooledIn(given) }] },
};

/** That of a sequence (T, d) is that of a picture (T, 1, d). */
export const globalAveragePool2d: Words = {
  keras: () => [{ className: 'GlobalAveragePooling2D', config: { data_format: 'channels_last' } }],
  onnx: (graph, X, { place }) => {
    const means = graph.node('GlobalAveragePool', [graph.featuresFirst(X, place.input)]);
    return graph.node('Flatten', [means]); // (m, n_C, 1, 1) as (m, n_C)
  },
  fromKeras: {
    GlobalAveragePooling2D: (given) => {
      only(given, { data_format: ['channels_last'], keepdims: [false] });
      return [{ kind: 'globalAveragePool2d' }];
    },
    GlobalAveragePooling1D: (given) => {
      only(given, { data_format: ['channels_last'], keepdims: [false] });
      const { input } = given;
      if (input.length !== 2) return refuse(given, 'stands behind no sequence.');
      const targetShape = [input[0], 1, input[1]];
      return [{ kind: 'reshape', config: { targetShape } }, { kind: 'globalAveragePool2d' }];
    },
  },
};

export const upSampling2d: Words = {
  keras: ({ layer: { config } }) => [
    {
      className: 'UpSampling2D',
      config: { size: config.size, data_format: 'channels_last', interpolation: 'nearest' },
    },
  ],
  onnx: (graph, X, { place }) => {
    const [sH, sW] = place.layer.config.size as [number, number];
    const scales = graph.weight('scales', [4], Float32Array.of(1, 1, sH, sW));
    const attributes = {
      mode: { s: 'nearest' },
      coordinate_transformation_mode: { s: 'asymmetric' },
      nearest_mode: { s: 'floor' },
    };
    const inputs = [graph.featuresFirst(X, place.input), '', scales];
    return graph.featuresLast(graph.node('Resize', inputs, { attributes }), place.output);
  },
  fromKeras: {
    UpSampling2D: (given) => {
      only(given, { data_format: ['channels_last'], interpolation: ['nearest'] });
      return [{ kind: 'upSampling2d', config: { size: sides(given, 'size', 2) } }];
    },
  },
};
