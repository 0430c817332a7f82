import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { depthwise } from '../../src/float64/depthwise.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { casesOf, flat, type LayerCase, toTensorOf } from '../support/layerGoldens.js';
import {
  caughtWhenRounded,
  expectClose,
  expectGradients,
  numbers,
  randn,
  type Shape,
} from './differences.js';

beforeAll(() => tf.setBackend(FLOAT64));

type T4 = tf.Tensor4D;
type Pair = [number, number];
type Padding = 'valid' | 'same' | number;

const conv =
  (strides: Pair, pad: Padding, dilations: Pair = [1, 1]) =>
  (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
    tf.depthwiseConv2d(x as T4, w as T4, strides, pad, 'NHWC', dilations);

function likePyTorch({ config, X, params, dY, Y, dX, grads }: LayerCase): void {
  tf.tidy(() => {
    const given = [X!, params!.W, ...(params!.b ? [params!.b] : [])].map(toTensorOf);
    const op = conv(config.strides as Pair, config.padding as Padding);
    const layer = (...[x, W, b]: tf.Tensor[]) => (b ? tf.add(op(x, W), b) : op(x, W));
    expectClose(layer(...given), flat(Y));
    const actual = tf.grads(layer)(given, toTensorOf(dY));
    expectClose(actual[0], flat(dX!));
    expectClose(actual[1], flat(grads.W));
  });
}

describe('as PyTorch has it', () => {
  test.each(casesOf('depthwiseConv2d').map((one) => [one.name, one] as const))('%s', (_, one) =>
    likePyTorch(one),
  );
});

caughtWhenRounded(
  Object.keys(depthwise).filter((name) => name !== 'FusedDepthwiseConv2D'),
  () => likePyTorch(casesOf('depthwiseConv2d')[1]),
);

// biome-ignore format: a table
test.each<[Shape, number, Pair, Padding, Pair]>([
  [[2, 6, 5, 3], 1, [1, 1], 'same', [1, 1]],
  [[2, 6, 5, 3], 2, [2, 1], 'same', [1, 1]],
  [[1, 7, 7, 2], 3, [2, 2], 'valid', [1, 1]],
  [[1, 7, 7, 2], 3, [1, 1], 1, [1, 1]],
  [[1, 8, 7, 2], 2, [1, 1], 'same', [2, 3]],
  [[1, 8, 7, 2], 1, [1, 1], 'valid', [3, 1]],
])('%j, multiplier %j, strides %j, %j, dilation %j: as many convolutions of one channel', (shape, q, strides, pad, dilations) => {
  tf.tidy(() => {
    const channels = shape[3];
    const [x, w] = [randn(shape, 1), randn([3, 2, channels, q], 2)];
    const each = tf.split(x, channels, 3).map((channel, c) => {
      const filters = tf.slice(w, [0, 0, c, 0], [3, 2, 1, q]);
      return tf.conv2d(channel as T4, filters as T4, strides, pad, 'NHWC', dilations);
    });
    const y = conv(strides, pad, dilations)(x, w);
    expect(y.shape).toEqual(tf.concat(each, 3).shape);
    expectClose(y, numbers(tf.concat(each, 3)), 1e-14);
  });
});

test.each<[Shape, Shape, Pair, Padding]>([
  [[2, 4, 5, 2], [3, 2, 2, 1], [2, 2], 'same'],
  [[1, 5, 4, 2], [2, 2, 2, 3], [1, 1], 'valid'],
  [[1, 3, 3, 3], [4, 3, 3, 2], [1, 1], 'same'],
])('%j by %j: tf.grads agrees with differences', (X, W, strides, pad) => {
  expectGradients(conv(strides, pad), [randn(X, 6), randn(W, 7)]);
});

test('the fused one adds b and applies g', () => {
  tf.tidy(() => {
    const [x, filter, bias] = [randn([2, 5, 5, 2], 1), randn([3, 3, 2, 2], 2), randn([4], 3)];
    const fused = tf.fused.depthwiseConv2d({
      ...{ x: x as T4, filter: filter as T4, strides: 1, pad: 'same', bias, activation: 'elu' },
    });
    expectClose(fused, numbers(tf.elu(tf.add(conv([1, 1], 'same')(x, filter), bias))));
  });
});
