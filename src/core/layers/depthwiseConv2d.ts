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
import { ontoChannels } from '../transposed.js';
import { type Axes, over, type Padding, type Sides, slidOver, windowOf } from '../window.js';
import { activated, elementwise, kindOf } from './activated.js';

export interface DepthwiseConv2dOptions {
  readonly kernelSize: Sides;
  /** The number of filters of each channel, r. Default: 1. */
  readonly depthMultiplier?: number;
  /** Default: 1. */
  readonly strides?: Sides;
  /** Default: 'valid', none. 'same' gives ⌈n / s⌉ rows and columns. */
  readonly padding?: Padding;
  readonly useBias?: boolean;
  /** Default: none. */
  readonly activation?: Activation | ActivationLayer;
  /** Default: the course's, randn / √(f_H f_W). */
  readonly initializer?: Initializer;
}

/**
 * Z[i, y, x, k r + j] = Σ X[i, y s + p, x s + q, k] W[p, q, k, j] + b[k r + j], over p, q
 *
 * A convolution of each channel k by r filters of its own (m, n_H, n_W, n_C r). Each line of the
 * backward step is one too:
 *
 * dW[p, q, k, j] = 1/m Σ X[i, y s + p, x s + q, k] dZ[i, y, x, k r + j], over i, y, x: each channel of
 *   each sample is a picture, and its filter is that of dZ, with its pixels s apart
 * db[c] = 1/m Σ dZ[i, y, x, c], over i, y, x
 * dX[i, y s + p, x s + q, k] = Σ dZ[i, y, x, k r + j] W[p, q, k, j], over j and all that meet there: W
 *   turned by 180° slides over dZ, as core/transposed.ts has it
 *
 * X (m, n_H_prev, n_W_prev, n_C), W (f_H, f_W, n_C, r), b (n_C r). Source: Course 4, week 2, MobileNet.
 *
 * @throws ValueError if an option is not what it should be. ShapeError if the filters do not fit.
 */
export function depthwiseConv2d(options: DepthwiseConv2dOptions): Layer {
  assertOptions('depthwiseConv2d', options, {
    ...{ kernelSize: true, depthMultiplier: true, strides: true, padding: true },
    ...{ useBias: true, activation: true, initializer: true },
  });
  const { kernelSize, depthMultiplier: r = 1, useBias = true, initializer = course } = options;
  const window = windowOf('depthwiseConv2d', { kernelSize }, options.strides, options.padding);
  assertCount('depthwiseConv2d: depthMultiplier', r);
  assertSwitches('depthwiseConv2d', { useBias });
  assertInitializer('depthwiseConv2d: the initializer', initializer);
  const g = elementwise('depthwiseConv2d: the activation', options.activation);
  const { size, strides, padding } = window;
  const config = { kernelSize: size, depthMultiplier: r, strides, padding, useBias };

  const layer: Layer<{ readonly X: Tensor4D }> = {
    kind: 'depthwiseConv2d',
    config,
    output: (input) => [...slidOver(window, input, 'filter'), input[2] * r],
    parameters: ([, , nC]) => {
      const [shape, area] = [[...size, nC, r], size[0] * size[1]];
      const initialize = (random: RandomState) =>
        initializer.initialize(area * r, area, random, shape);
      const b = { shape: [nC * r], initialize: () => zerosOf([nC * r]) };
      return present<Parameter>({
        W: { shape, initialize, decays: true, incoming: [0, 1] },
        b: useBias && b,
      });
    },
    forward: (X, { params: { W, b } }) => {
      const zeros = aroundPictures(over(window, X.shape));
      const Z = tf.depthwiseConv2d(X as Tensor4D, W as Tensor4D, [...strides], zeros); // (m, n_H, n_W, n_C r)
      return { Y: b ? withFeatures(tf.add, Z, b) : Z, cache: { X: X as Tensor4D } }; // (m, n_H, n_W, n_C r)
    },
    backward: (dZ, { params: { W, b } }, { X }) => {
      const [m, axes] = [samplesIn(dZ), over(window, X.shape)];
      const dW = tf.div(overSamples(dZ, X, axes, r), m); // (f_H, f_W, n_C, r)
      const db = b && tf.div(sumPerFeature(dZ), m); // (n_C r)
      const dX = () => overWindows(dZ, W, axes); // (m, n_H_prev, n_W_prev, n_C)
      return { dX, grads: present({ dW, db }) };
    },
  };
  return { ...activated(pureLayer(layer), g), config: { ...config, activation: kindOf(g) } };
}

/** Σ X[i, y s + p, x s + q, k] dZ[i, y, x, k r + j], over i, y, x (f_H, f_W, n_C, r) */
function overSamples(dZ: Tensor, X: Tensor4D, axes: Axes, r: number): Tensor {
  const [[m, nH, nW, nC], [rows, columns]] = [X.shape, axes];
  const pictures = repeated(tf.transpose(X, [1, 2, 0, 3]), r, [1, nH, nW, m * nC * r]); // (1, n_H_prev, n_W_prev, m n_C r)
  const sides: [number, number] = [rows.out, columns.out];
  const filters = tf.reshape<tf.Rank.R4>(tf.transpose(dZ, [1, 2, 0, 3]), [...sides, m * nC * r, 1]); // (n_H, n_W, m n_C r, 1)
  const apart: [number, number] = [rows.s, columns.s];
  const each = tf.depthwiseConv2d(pictures, filters, 1, aroundPictures(axes), 'NHWC', apart); // (1, ≥ f_H, ≥ f_W, m n_C r)
  const ofSamples = tf.reshape(cropped(each, rows.f, columns.f), [rows.f, columns.f, m, nC, r]);
  return tf.sum(ofSamples, 2); // (f_H, f_W, n_C, r)
}

/** Each number r times, one beside the other. */
const repeated = (M: Tensor, r: number, shape: [number, number, number, number]): Tensor4D =>
  tf.reshape(r === 1 ? M : tf.tile(tf.reshape(M, [-1, 1]), [1, r]), shape);

/** Σ dZ[i, y, x, k r + j] W[p, q, k, j], over j and all that meet (m, n_H_prev, n_W_prev, n_C) */
function overWindows(dZ: Tensor, W: Tensor, axes: Axes): Tensor {
  const [fH, fW, nC, r] = W.shape as [number, number, number, number];
  const each = ontoChannels(dZ, tf.reshape(W, [fH, fW, nC * r, 1]), axes); // (m, n_H_prev, n_W_prev, n_C r)
  if (r === 1) return each;
  return tf.sum(tf.reshape(each, [...each.shape.slice(0, 3), nC, r]), 4); // (m, n_H_prev, n_W_prev, n_C)
}
