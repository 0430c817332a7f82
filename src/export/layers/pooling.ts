import type { Config } from '../../core/layer.js';
import {
  type FromOnnx,
  integers,
  listOf,
  numberOf,
  type OnnxGiven,
  refuseNode,
  textOf,
} from '../onnx/given.js';
import type { OnnxGraph } from '../onnx/graph.js';
import { assertFirst, paddingFromOnnx, slidingIn, zerosAround } from './conv2d.js';
import { type KerasGiven, only, padding, refuse, sides } from './given.js';
import type { Leaf, OnnxWords, Words } from './words.js';

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

function poolFromOnnx(given: OnnxGiven, kind: 'maxPool2d' | 'averagePool2d'): FromOnnx {
  assertFirst(given);
  const poolSize = listOf(given, 'kernel_shape') ?? [];
  const strides = listOf(given, 'strides') ?? [1, 1];
  const dilations = listOf(given, 'dilations') ?? [1, 1];
  if (numberOf(given, 'ceil_mode', 0) !== 0 || dilations.some((n) => n !== 1)) {
    return refuseNode(given, 'has a ceil_mode or dilations; handgrad has neither.');
  }
  const { padding, zeros } = paddingFromOnnx(given, poolSize, strides);
  const layer = { kind, config: { poolSize, strides, padding } };
  const counts = kind === 'averagePool2d' && numberOf(given, 'count_include_pad', 0) === 1;
  if (counts && padding === 'same') {
    return refuseNode(given, 'counts its padding; handgrad does not.');
  }
  // Zeros are not counted by a mean, and may be the maximum of negative numbers.
  const last = given.before.at(-1)?.layer;
  const isPositive = last?.kind === 'relu' || last?.config?.activation === 'relu';
  if (zeros && !counts && !(kind === 'maxPool2d' && isPositive)) {
    return refuseNode(
      given,
      `has pads that are neither valid nor same; pad the picture before it.`,
    );
  }
  return { read: [...zerosAround(zeros), { layer, values: [] }] };
}

/** The means of all pixels: (m, n_C), or (m, n_C, 1, 1) whose sides a later node leaves out. */
function meansFromOnnx(given: OnnxGiven): FromOnnx {
  const { node, state } = given;
  const axes = integers(given, 'axes', 1)
    ?.map((axis) => (axis + 4) % 4)
    .sort();
  const sides = { first: '2,3', last: '1,2' } as Readonly<Record<string, string>>;
  const isAll =
    node.op === 'GlobalAveragePool'
      ? state.layout === 'first'
      : String(axes) === sides[state.layout];
  if (state.shape.length !== 3 || !isAll) {
    return refuseNode(given, 'takes means that are not those of all pixels of a picture.');
  }
  return {
    read: [{ layer: { kind: 'globalAveragePool2d' }, values: [] }],
    state: { shape: [state.shape[2]], layout: 'rows' },
  };
}

function resizeFromOnnx(given: OnnxGiven): FromOnnx {
  assertFirst(given);
  const scales = [
    ...(given.constant(given.node.inputs.length > 2 ? 2 : 1)?.values ??
      listOf(given, 'scales') ??
      []),
  ];
  const [m, c, ...size] = scales;
  const isWhole =
    m === 1 && c === 1 && size.length === 2 && size.every((n) => Number.isInteger(n) && n > 0);
  const how = textOf(given, 'coordinate_transformation_mode', 'half_pixel');
  const isNearest = textOf(given, 'mode', 'nearest') === 'nearest';
  // Of whole scales, both ways of counting find the same pixel; but for one of them rounded.
  const [nearest, isOld] = [
    textOf(given, 'nearest_mode', 'round_prefer_floor'),
    given.node.op === 'Upsample',
  ];
  const isPlain = isOld || (how === 'asymmetric' && nearest === 'floor') || how === 'half_pixel';
  if (!isWhole || !isNearest || !isPlain) {
    return refuseNode(given, 'is no repetition of each pixel; handgrad has no other.');
  }
  return { read: [{ layer: { kind: 'upSampling2d', config: { size } }, values: [] }] };
}

export const maxPool2d: Words = {
  keras: ({ layer: { config } }) => [{ className: 'MaxPooling2D', config: pooled(config) }],
  fromKeras: { MaxPooling2D: (given) => [{ kind: 'maxPool2d', config: pooledIn(given) }] },
};

export const maxPool2dOnnx: OnnxWords = {
  write: (graph, X, leaf) => pooledInOnnx(graph, 'MaxPool', X, leaf),
  read: { MaxPool: (given) => poolFromOnnx(given, 'maxPool2d') },
};

export const averagePool2d: Words = {
  keras: ({ layer: { config } }) => [{ className: 'AveragePooling2D', config: pooled(config) }],
  fromKeras: { AveragePooling2D: (given) => [{ kind: 'averagePool2d', config: pooledIn(given) }] },
};

export const averagePool2dOnnx: OnnxWords = {
  // ONNX does not count the padding either, unless asked to.
  write: (graph, X, leaf) => pooledInOnnx(graph, 'AveragePool', X, leaf),
  read: { AveragePool: (given) => poolFromOnnx(given, 'averagePool2d') },
};

/** That of a sequence (T, d) is that of a picture (T, 1, d). */
export const globalAveragePool2d: Words = {
  keras: () => [{ className: 'GlobalAveragePooling2D', config: { data_format: 'channels_last' } }],
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

export const globalAveragePool2dOnnx: OnnxWords = {
  write: (graph, X, { place }) => {
    const means = graph.node('GlobalAveragePool', [graph.featuresFirst(X, place.input)]);
    return graph.node('Flatten', [means]); // (m, n_C, 1, 1) as (m, n_C)
  },
  read: { GlobalAveragePool: meansFromOnnx, ReduceMean: meansFromOnnx },
};

export const upSampling2d: Words = {
  keras: ({ layer: { config } }) => [
    {
      className: 'UpSampling2D',
      config: { size: config.size, data_format: 'channels_last', interpolation: 'nearest' },
    },
  ],
  fromKeras: {
    UpSampling2D: (given) => {
      only(given, { data_format: ['channels_last'], interpolation: ['nearest'] });
      return [{ kind: 'upSampling2d', config: { size: sides(given, 'size', 2) } }];
    },
  },
};

export const upSampling2dOnnx: OnnxWords = {
  write: (graph, X, { place }) => {
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
  read: { Resize: resizeFromOnnx, Upsample: resizeFromOnnx },
};
