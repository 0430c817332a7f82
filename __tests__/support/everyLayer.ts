import * as tf from '@tensorflow/tfjs-core';
import {
  elu,
  gelu,
  hardSigmoid,
  leakyRelu,
  relu,
  silu,
  softmax,
  softplus,
  tanh,
} from '../../src/core/activations.js';
import { batchShape, sizeOf } from '../../src/core/layer.js';
import {
  averagePool2d,
  batchNorm,
  conv2d,
  dense,
  depthwiseConv2d,
  dropout,
  embedding,
  flatten,
  gaussianNoise,
  globalAveragePool2d,
  groupNorm,
  gru,
  layerNorm,
  lstm,
  maxPool2d,
  normalization,
  positionalEmbedding,
  rescaling,
  reshape,
  residual,
  rmsNorm,
  selfAttention,
  sequential,
  simpleRnn,
  upSampling2d,
  zeroPadding2d,
} from '../../src/core/layers.js';
import { meanSquaredError } from '../../src/core/losses.js';
import { type Network, type NetworkDefinition, network } from '../../src/core/network.js';
import { parametersOf } from '../../src/core/parameters.js';
import { RandomState } from '../../src/core/random.js';
import { type Params, tensor } from '../../src/core/tensors.js';

/** A small network for each kind of layer, with drawn parameters: biases and statistics too. */
export interface EveryLayer {
  readonly name: string;
  readonly network: Network;
  /** Which tools know all of its layers, beside npz, safetensors and the model folder. */
  readonly in: readonly ('tfjs' | 'keras3' | 'onnx')[];
}

const all = ['tfjs', 'keras3', 'onnx'] as const;
type In = EveryLayer['in'];

export const everyLayer: readonly EveryLayer[] = (
  [
    [
      'dense without biases',
      {
        nX: 5,
        layers: [
          dense({ units: 4, useBias: false, activation: leakyRelu(0.2) }),
          dense(3, softmax),
        ],
      },
    ],
    [
      'dense over a sequence',
      {
        input: [6, 4],
        layers: [dense(5, tanh), dense({ units: 3, useBias: false, activation: softmax })],
      },
    ],
    [
      'activations with options',
      {
        nX: 5,
        layers: [
          dense(4, elu),
          dense(4, gelu),
          dense(4, silu),
          dense(4, softplus),
          dense(3, hardSigmoid),
        ],
      },
    ],
    [
      'activations alone',
      {
        nX: 5,
        layers: [
          dense({ units: 4 }),
          tanh(),
          leakyRelu(0.3),
          batchNorm(),
          relu(),
          dense({ units: 4 }),
          softmax(),
        ],
      },
    ],
    [
      'gelu by tanh',
      { nX: 5, layers: [dense(4, gelu({ approximate: 'tanh' }).activation), dense(2, tanh)] },
      ['onnx'],
    ],
    [
      'softmax over an axis',
      { input: [3, 4, 5], layers: [conv2d({ filters: 2, kernelSize: 1 }), softmax({ axis: 2 })] },
      ['keras3', 'onnx'],
    ],
    [
      'conv2d',
      {
        input: [9, 8, 3],
        layers: [
          conv2d({
            filters: 4,
            kernelSize: [3, 2],
            strides: [2, 1],
            padding: 'same',
            activation: relu,
          }),
          conv2d({ filters: 2, kernelSize: 2, useBias: false }),
          flatten(),
          dense(3, softmax),
        ],
      },
    ],
    [
      'depthwiseConv2d',
      {
        input: [7, 8, 3],
        layers: [
          depthwiseConv2d({
            kernelSize: 3,
            depthMultiplier: 2,
            padding: 'same',
            strides: 2,
            activation: tanh,
          }),
          depthwiseConv2d({ kernelSize: 2, useBias: false }),
        ],
      },
    ],
    [
      'pooling',
      {
        input: [9, 8, 3],
        layers: [
          conv2d({ filters: 4, kernelSize: 3 }),
          maxPool2d({ poolSize: 3, strides: 2, padding: 'same' }),
          maxPool2d(),
          flatten(),
          dense(2, softmax),
        ],
      },
    ],
    [
      'average pooling and upsampling',
      {
        input: [9, 8, 3],
        layers: [
          averagePool2d({ poolSize: 3, strides: 2, padding: 'same' }),
          upSampling2d({ size: [3, 2] }),
          averagePool2d(),
          conv2d({ filters: 4, kernelSize: 2 }),
          globalAveragePool2d(),
          dense(2, softmax),
        ],
      },
    ],
    [
      'batchNorm behind a convolution',
      {
        input: [6, 5, 2],
        layers: [
          conv2d({ filters: 3, kernelSize: 2 }),
          batchNorm({ momentum: 0.9, epsilon: 0.01 }),
          relu(),
          batchNorm({ scale: false }),
          batchNorm({ center: false }),
          flatten(),
          batchNorm(),
          dense(2, tanh),
        ],
      },
    ],
    [
      'dropout and noise',
      {
        nX: 5,
        layers: [
          dropout(0.2),
          dense(4, relu),
          dropout({ keepProb: 0.7 }),
          gaussianNoise(0.1),
          dense(2, tanh),
        ],
      },
    ],
    [
      'reshape',
      {
        nX: 12,
        layers: [
          dense(24, tanh),
          reshape([4, 3, 2]),
          conv2d({ filters: 2, kernelSize: 2 }),
          reshape([3, 4]),
          flatten(),
          dense(2, tanh),
        ],
      },
    ],
    [
      'normalized columns',
      {
        input: [3],
        layers: [normalization({ mean: [0.5, -1, 2], variance: [4, 0.25, 1] }), dense(2)],
      },
    ],
    [
      'rescaling and padding',
      {
        input: [4, 5, 2],
        layers: [
          rescaling({ scale: 1 / 255, offset: -0.5 }),
          zeroPadding2d({
            padding: [
              [1, 0],
              [2, 1],
            ],
          }),
          conv2d({ filters: 2, kernelSize: 3 }),
        ],
      },
    ],
    [
      'layerNorm',
      {
        input: [5, 4],
        layers: [
          layerNorm({ epsilon: 1e-5 }),
          layerNorm({ center: false }),
          layerNorm({ scale: false }),
          flatten(),
          layerNorm(),
          dense(2, tanh),
        ],
      },
    ],
    [
      'rmsNorm and groupNorm',
      {
        input: [5, 4],
        layers: [
          rmsNorm(),
          groupNorm({ groups: 2 }),
          flatten(),
          rmsNorm({ epsilon: 0.01 }),
          groupNorm({ groups: 5, scale: false }),
          dense(2, tanh),
        ],
      },
      ['keras3', 'onnx'],
    ],
    [
      'groupNorm of pictures',
      { input: [5, 4, 6], layers: [groupNorm({ groups: 3 }), flatten(), dense(2, tanh)] },
      ['keras3', 'onnx'],
    ],
    [
      'embedding',
      { input: [5], layers: [embedding({ inputDim: 9, outputDim: 4 }), flatten(), dense(2, tanh)] },
    ],
    [
      'positionalEmbedding',
      {
        input: [5],
        layers: [
          embedding({ inputDim: 9, outputDim: 4 }),
          positionalEmbedding({ maxLength: 7 }),
          positionalEmbedding({ sinusoidal: true }),
          dense(2, tanh),
        ],
      },
      ['onnx'],
    ],
    [
      'simpleRnn',
      {
        input: [5, 3],
        layers: [
          simpleRnn({ units: 4, returnSequences: true }),
          simpleRnn({ units: 2, useBias: false }),
        ],
      },
    ],
    [
      'gru, reset before',
      {
        input: [5, 3],
        layers: [
          gru({ units: 4, returnSequences: true, resetAfter: false }),
          gru({ units: 2, resetAfter: false, update: 'course5' }),
        ],
      },
    ],
    [
      'gru, reset after',
      {
        input: [5, 3],
        layers: [
          gru({ units: 4, returnSequences: true }),
          gru({ units: 3, update: 'course5', returnSequences: true }),
          gru({ units: 2, useBias: false }),
        ],
      },
      ['keras3', 'onnx'],
    ],
    [
      'lstm',
      {
        input: [5, 3],
        layers: [
          lstm({ units: 4, returnSequences: true }),
          lstm({ units: 2, useBias: false }),
          dense(2, softmax),
        ],
      },
    ],
    [
      'selfAttention',
      {
        input: [5, 6],
        layers: [
          selfAttention({ numHeads: 2, keyDim: 4 }),
          selfAttention({ numHeads: 3, keyDim: 2, causal: true, useBias: false }),
        ],
      },
      ['keras3', 'onnx'],
    ],
    [
      'residual',
      {
        input: [6, 6, 3],
        layers: [
          conv2d({ filters: 4, kernelSize: 1 }),
          residual([
            conv2d({ filters: 4, kernelSize: 3, padding: 'same' }),
            batchNorm(),
            relu(),
            conv2d({ filters: 4, kernelSize: 3, padding: 'same' }),
          ]),
          relu(),
          residual(
            [conv2d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same' })],
            [conv2d({ filters: 5, kernelSize: 1, strides: 2 })],
          ),
          flatten(),
          dense(2, softmax),
        ],
      },
    ],
    [
      'blocks in blocks',
      {
        input: [5, 6],
        layers: [
          sequential([
            residual([layerNorm(), dense(6, relu), residual([dense({ units: 6 })])]),
            dropout(0.1),
          ]),
          sequential([lstm({ units: 3 }), dense(2, tanh)]),
        ],
      },
    ],
  ] as [string, Omit<NetworkDefinition, 'loss'>, In?][]
).map(([name, definition, known = all]) => ({
  ...{ name, in: known },
  network: network({ ...definition, loss: meanSquaredError, l2: 0.125 }),
}));

/** Drawn for all parameters; the variances above 0. */
export function drawnFor(net: Network, seed = 4): Params {
  const random = new RandomState(seed);
  return Object.fromEntries(
    Object.entries(parametersOf(net)).map(([name, { shape, trained }]) => {
      const values = random.randn(sizeOf(shape)).map((value) => value / 2);
      const positive = trained === false ? values.map((value) => value * value + 0.5) : values;
      return [name, tensor(positive, shape)];
    }),
  );
}

/** Random samples as the network takes them, and the same with samples in rows, as other tools do. */
export function samplesOf({ input, layers }: Network, m = 3) {
  const random = new RandomState(5);
  const { reads } = layers[0];
  const count = m * sizeOf(input);
  const values = reads
    ? Array.from(random.randint(0, reads.ids, count))
    : Array.from(random.randn(count));
  const rows = tf.tensor(values, [m, ...input], reads ? 'int32' : 'float32');
  const X = batchShape(input, m).length === 2 && !reads ? tf.transpose(rows) : rows;
  return { X, rows };
}
