import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { BackendError } from '../../src/core/errors.js';
import { convolutions } from '../../src/float64/conv2d.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { casesOf, flat, type LayerCase, toTensorOf } from '../support/layerGoldens.js';
import {
  caughtWhenRounded,
  expectClose,
  expectGradients,
  inner,
  numbers,
  randn,
  type Shape,
} from './differences.js';

beforeAll(() => tf.setBackend(FLOAT64));

type T4 = tf.Tensor4D;
type Pair = [number, number];
type Padding = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
const explicit = (...[top, bottom, left, right]: number[]): Padding =>
  [[0, 0], [top, bottom], [left, right], [0, 0]]; // biome-ignore format: one line

const conv =
  (strides: Pair, pad: Padding, dilations: Pair = [1, 1]) =>
  (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
    tf.conv2d(x as T4, w as T4, strides, pad as 'same', 'NHWC', dilations);

function likePyTorch({ config, X, params, dY, Y, dX, grads }: LayerCase): void {
  tf.tidy(() => {
    const given = [X!, params!.W, ...(params!.b ? [params!.b] : [])].map(toTensorOf);
    const op = conv(config.strides as Pair, config.padding as Padding);
    const layer = (x: tf.Tensor, W: tf.Tensor, b?: tf.Tensor) =>
      b ? tf.add(op(x, W), b) : op(x, W);
    expectClose(layer(given[0], given[1], given[2]), flat(Y));
    const actual = tf.grads((...xs: tf.Tensor[]) => layer(xs[0], xs[1], xs[2]))(
      given,
      toTensorOf(dY),
    );
    expectClose(actual[0], flat(dX!));
    expectClose(actual[1], flat(grads.W));
    if (grads.b) expectClose(actual[2], flat(grads.b));
  });
}

describe('as PyTorch has it', () => {
  test.each(casesOf('conv2d').map((one) => [one.name, one] as const))('%s', (_, one) =>
    likePyTorch(one),
  );
});

caughtWhenRounded(['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'], () =>
  likePyTorch(casesOf('conv2d')[0]),
);

/** Y_nijf = Σ x_(n, i s + u d - top, j s + v d - left, c) w_uvcf, from the definition. */
function loops(
  x: tf.Tensor,
  w: tf.Tensor,
  [outH, outW]: Shape,
  [sH, sW]: Pair,
  [top, left]: Pair,
  [dH, dW]: Pair,
): number[] {
  const [m, H, W, C] = x.shape;
  const [fH, fW, , F] = w.shape;
  const [X, K] = [numbers(x), numbers(w)];
  const Y: number[] = [];
  for (let n = 0; n < m; n++)
    for (let i = 0; i < outH; i++)
      for (let j = 0; j < outW; j++)
        for (let f = 0; f < F; f++) {
          let sum = 0;
          for (let u = 0; u < fH; u++)
            for (let v = 0; v < fW; v++)
              for (let c = 0; c < C; c++) {
                const [h, k] = [i * sH + u * dH - top, j * sW + v * dW - left];
                if (h < 0 || h >= H || k < 0 || k >= W) continue;
                sum += X[((n * H + h) * W + k) * C + c] * K[((u * fW + v) * C + c) * F + f];
              }
          Y.push(sum);
        }
  return Y;
}

// x, w, strides, padding, dilation, and the size and top left padding that they make.
// biome-ignore format: a table
const table: [Shape, Shape, Pair, Padding, Pair, Pair, Pair][] = [
  [[2, 7, 6, 3], [3, 2, 3, 5], [1, 1], 'valid', [1, 1], [5, 5], [0, 0]],
  [[2, 7, 6, 3], [3, 2, 3, 5], [2, 3], 'same', [1, 1], [4, 2], [1, 0]],
  [[1, 9, 8, 2], [3, 3, 2, 4], [1, 1], 'valid', [2, 3], [5, 2], [0, 0]],
  [[1, 9, 8, 2], [3, 3, 2, 4], [1, 1], 'same', [2, 1], [9, 8], [2, 1]],
  [[2, 5, 5, 1], [2, 2, 1, 1], [3, 1], explicit(1, 2, 0, 3), [1, 1], [3, 7], [1, 0]],
  [[1, 4, 4, 2], [3, 3, 2, 2], [1, 2], 2, [1, 1], [6, 3], [2, 2]],
  [[3, 1, 1, 4], [1, 1, 4, 9], [1, 1], 'same', [1, 1], [1, 1], [0, 0]],
  [[1, 20, 20, 3], [5, 5, 3, 2], [1, 1], 'same', [1, 1], [20, 20], [2, 2]],
  [[1, 5, 6, 40], [3, 3, 40, 33], [2, 2], 'same', [1, 1], [3, 3], [1, 0]],
];

describe.each(table)(
  '%j by %j, strides %j, padding %j, dilation %j',
  (X, W, s, pad, d, out, at) => {
    test('gives what the definition gives', () => {
      tf.tidy(() => {
        const [x, w] = [randn(X, 1), randn(W, 2)];
        const y = conv(s, pad, d)(x, w);
        expect(y.shape).toEqual([X[0], ...out, W[3]]);
        expectClose(y, loops(x, w, out, s, at, d), 1e-13 * Math.sqrt(W[0] * W[1] * W[2]));
      });
    });

    // tfjs refuses to differentiate a dilated convolution.
    if (d[0] * d[1] === 1) {
      test('⟨dY, conv(X, W)⟩ = ⟨dX, X⟩ = ⟨dW, W⟩', () => {
        tf.tidy(() => {
          const [x, w] = [randn(X, 3), randn(W, 4)];
          const y = conv(s, pad)(x, w);
          const dy = randn(y.shape, 5);
          const [dx, dw] = tf.grads(conv(s, pad))([x, w], dy);
          const scale = 1e-13 * y.size;
          expect(Math.abs(inner(dx, x) - inner(dy, y))).toBeLessThanOrEqual(scale);
          expect(Math.abs(inner(dw, w) - inner(dy, y))).toBeLessThanOrEqual(scale);
        });
      });
    }
  },
);

test.each<[Shape, Shape, Pair, Padding]>([
  [[2, 4, 5, 2], [3, 2, 2, 3], [2, 1], 'same'],
  [[1, 5, 4, 2], [2, 2, 2, 2], [1, 3], explicit(0, 2, 1, 0)],
  [[1, 6, 6, 1], [4, 4, 1, 2], [2, 2], 'valid'],
])('%j by %j: tf.grads, and twice, agree with differences', (X, W, strides, pad) => {
  const [x, w] = [randn(X, 6), randn(W, 7)];
  expectGradients(conv(strides, pad), [x, w]);
  const y = conv(strides, pad)(x, w);
  const back = (dy: tf.Tensor, filter: tf.Tensor) =>
    tf.conv2dTranspose(dy as T4, filter as T4, X as Shape4, strides, pad as 'same');
  expectGradients(back, [randn(y.shape, 8), w]);
});
type Shape4 = [number, number, number, number];

test('the fused one adds b and applies g', () => {
  tf.tidy(() => {
    const [x, w, b] = [randn([2, 5, 5, 2], 1), randn([3, 3, 2, 4], 2), randn([4], 3)];
    const fused = tf.fused.conv2d({
      ...{ x: x as T4, filter: w as T4, strides: 1, pad: 'same', bias: b, activation: 'relu' },
    });
    expectClose(fused, numbers(tf.relu(tf.add(conv([1, 1], 'same')(x, w), b))));
    expect(Object.keys(convolutions)).toContain('FusedConv2D');
  });
});

test('channels first are refused', () => {
  const convolve = () =>
    tf.tidy(() =>
      tf.conv2d(tf.ones([1, 2, 4, 4]) as T4, tf.ones([2, 2, 2, 1]) as T4, 1, 'valid', 'NCHW'),
    );
  expect(convolve).toThrow(BackendError);
  expect(convolve).toThrow('not NCHW. Transpose them to (m, n_H, n_W, n_C).');
});
