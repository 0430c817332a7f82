import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Activation, ActivationLayer } from '../activation.js';
import { sumPerFeature, withFeatures } from '../features.js';
import { course, type Initializer } from '../initializers.js';
import { type Layer, type Parameter, pureLayer, samplesIn } from '../layer.js';
import { assertCount, assertOptions, assertSwitches } from '../options.js';
import { assertInitializer } from '../parts.js';
import { aroundPictures, cropped } from '../pixels.js';
import type { RandomState } from '../random.js';
import { present, zerosOf } from '../tensors.js';
import { ontoPictures } from '../transposed.js';
import { type Axes, over, type Padding, type Sides, slidOver, windowOf } from '../window.js';
import { activated, elementwise, kindOf } from './activated.js';

export interface Conv2dOptions {
  readonly filters: number;
  readonly kernelSize: Sides;
  /** Default: 1. */
  readonly strides?: Sides;
  /** Default: 'valid', none. 'same' gives ⌈n / s⌉ rows and columns. */
  readonly padding?: Padding;
  readonly useBias?: boolean;
  /** Default: none. */
  readonly activation?: Activation | ActivationLayer;
  /** Default: the course's, randn / √(f_H f_W n_C_prev). */
  readonly initializer?: Initializer;
}

/**
 * Z[i, y, x, c] = Σ X[i, y s + p, x s + q, k] W[p, q, k, c] + b[c], over p, q, k (m, n_H, n_W, n_C)
 *
 * where X has the zeros of its padding around it. Each line of the backward step is a convolution too:
 *
 * dW[p, q, k, c] = 1/m Σ X[i, y s + p, x s + q, k] dZ[i, y, x, c], over i, y, x: the filter is dZ, with
 *   its pixels s apart, and slides over X, with samples as channels
 * db[c] = 1/m Σ dZ[i, y, x, c], over i, y, x
 * dX[i, y s + p, x s + q, k] = Σ dZ[i, y, x, c] W[p, q, k, c], over all that meet there: W turned by
 *   180° slides over dZ, as core/transposed.ts has it
 *
 * X (m, n_H_prev, n_W_prev, n_C_prev), W (f_H, f_W, n_C_prev, n_C), b (n_C). Source: Course 4, week 1.
 *
 * @throws ValueError if an option is not what it should be. ShapeError if the filters do not fit.
 */
export function conv2d(options: Conv2dOptions): Layer {
  assertOptions('conv2d', options, {
    ...{ filters: true, kernelSize: true, strides: true, padding: true },
    ...{ useBias: true, activation: true, initializer: true },
  });
  const { filters, kernelSize, useBias = true, initializer = course } = options;
  assertCount('conv2d: filters', filters);
  const window = windowOf('conv2d', { kernelSize }, options.strides, options.padding);
  assertSwitches('conv2d', { useBias });
  assertInitializer('conv2d: the initializer', initializer);
  const g = elementwise('conv2d: the activation', options.activation);
  const { size, strides, padding } = window;
  const config = { filters, kernelSize: size, strides, padding, useBias };

  const layer: Layer<{ readonly X: Tensor4D }> = {
    kind: 'conv2d',
    config,
    output: (input) => [...slidOver(window, input, 'filter'), filters],
    parameters: ([, , nC]) => {
      const [shape, area] = [[...size, nC, filters], size[0] * size[1]];
      const initialize = (random: RandomState) =>
        initializer.initialize(area * filters, area * nC, random, shape);
      const b = { shape: [filters], initialize: () => zerosOf([filters]) };
      return present<Parameter>({
        W: { shape, initialize, decays: true, incoming: [0, 1, 2] },
        b: useBias && b,
      });
    },
    forward: (X, { params: { W, b } }) => {
      // WASM's own 'same' is wrong where the strides are wider than the filter.
      const zeros = aroundPictures(over(window, X.shape));
      const Z = tf.conv2d(X as Tensor4D, W as Tensor4D, [...strides], zeros); // (m, n_H, n_W, n_C)
      return { Y: b ? withFeatures(tf.add, Z, b) : Z, cache: { X: X as Tensor4D } }; // (m, n_H, n_W, n_C)
    },
    backward: (dZ, { params: { W, b } }, { X }) => {
      const [m, axes] = [samplesIn(dZ), over(window, X.shape)];
      const dW = tf.div(overSamples(dZ, X, axes), m); // (f_H, f_W, n_C_prev, n_C)
      const db = b && tf.div(sumPerFeature(dZ), m); // (n_C)
      const dX = () => ontoPictures(dZ, W, axes); // (m, n_H_prev, n_W_prev, n_C_prev)
      return { dX, grads: present({ dW, db }) };
    },
  };
  return { ...activated(pureLayer(layer), g), config: { ...config, activation: kindOf(g) } };
}

/** Σ X[i, y s + p, x s + q, k] dZ[i, y, x, c], over i, y, x (f_H, f_W, n_C_prev, n_C) */
function overSamples(dZ: Tensor, X: Tensor4D, [rows, columns]: Axes): Tensor {
  const channels = tf.transpose(X, [3, 1, 2, 0]) as Tensor4D; // (n_C_prev, n_H_prev, n_W_prev, m)
  const filter = tf.transpose(dZ, [1, 2, 0, 3]) as Tensor4D; // (n_H, n_W, m, n_C)
  const zeros = aroundPictures([rows, columns]);
  const apart: [number, number] = [rows.s, columns.s];
  const sums = tf.conv2d(channels, filter, 1, zeros, 'NHWC', apart); // (n_C_prev, ≥ f_H, ≥ f_W, n_C)
  return tf.transpose(cropped(sums, rows.f, columns.f), [1, 2, 0, 3]); // (f_H, f_W, n_C_prev, n_C)
}
