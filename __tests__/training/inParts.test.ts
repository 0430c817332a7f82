import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { Refusal } from '../../src/compiled/step.js';
import { relu, sigmoid, softmax } from '../../src/core/activations.js';
import { he } from '../../src/core/initializers.js';
import {
  batchNorm,
  conv2d,
  dense,
  dropout,
  embedding,
  flatten,
  gru,
  maxPool2d,
} from '../../src/core/layers.js';
import {
  binaryCrossEntropy,
  categoricalCrossEntropy,
  sparseCategoricalCrossEntropy,
} from '../../src/core/losses.js';
import { initialize, type Network, network } from '../../src/core/network.js';
import { drawNoise, noiseOf } from '../../src/core/noise.js';
import { adam, gradientDescent } from '../../src/core/optimizers.js';
import { trainedOf } from '../../src/core/parameters.js';
import { RandomState } from '../../src/core/random.js';
import { oneHot } from '../../src/core/samples.js';
import { useBackend } from '../../src/runtime/backends.js';
import { largestWorkOf, nextInParts, partsFor } from '../../src/training/inParts.js';
import { next } from '../../src/training/step.js';

const deep = network({
  input: [5],
  layers: [dense(4, relu, he), dropout(0.3), dense(3, softmax)],
  loss: categoricalCrossEntropy,
  l2: 0.3,
  l1: 0.01,
});
const pictures = network({
  input: [6, 6, 2],
  layers: [
    conv2d({ filters: 3, kernelSize: 3, activation: relu }),
    maxPool2d({ poolSize: 2 }),
    dropout(0.2),
    flatten(),
    dense(1, sigmoid),
  ],
  loss: binaryCrossEntropy,
});
const letters = network({
  input: [4],
  layers: [
    embedding({ inputDim: 7, outputDim: 3 }),
    gru({ units: 5, returnSequences: true }),
    dense(7, softmax),
  ],
  loss: sparseCategoricalCrossEntropy,
});

const m = 7;
const random = new RandomState(1);
const numbers = (...shape: number[]) => {
  const draws = random.randn(shape.reduce((a, b) => a * b, 1));
  return tf.tensor(Array.from(draws), shape);
};
const classes = (k: number) => oneHot(Int32Array.from(random.randint(0, k, m)), k);
const ids = () => random.randint(0, 7, m * 4);

/** Each with samples along another axis, and labels of another kind. */
const tasks: [string, Network, () => { X: tf.Tensor; Y: tf.Tensor }][] = [
  ['dense layers, dropout, L1 and L2', deep, () => ({ X: numbers(5, m), Y: classes(3) })],
  [
    'pictures',
    pictures,
    () => ({ X: numbers(m, 6, 6, 2), Y: tf.tensor([1, 0, 0, 1, 1, 0, 1], [1, m]) }),
  ],
  [
    'letters',
    letters,
    () => ({ X: tf.tensor(ids(), [m, 4], 'int32'), Y: tf.tensor(ids(), [m, 4]) }),
  ],
];

beforeAll(() => useBackend('float64'));

describe.each(tasks)('%s', (_, net, draw) => {
  test.each([
    ['two', 2, gradientDescent({ learningRate: 0.1 })],
    ['three, of other sizes', 3, adam({ learningRate: 0.01 })],
  ])('%s parts: the whole step, in double precision', (_, parts, optimizer) => {
    tf.tidy(() => {
      const params = initialize(net, new RandomState(2));
      const state = { params, optimizerState: optimizer.start(trainedOf(net, params)) };
      const noise = drawNoise(noiseOf(net), m, new RandomState(3));
      const samples = { ...draw(), noise };
      const whole = next(net, optimizer, state, samples);
      const inParts = nextInParts(net, optimizer, state, samples, parts);
      for (const half of ['params', 'optimizerState'] as const) {
        expect(Object.keys(inParts[half])).toEqual(Object.keys(whole[half]));
        for (const [name, P] of Object.entries(whole[half])) {
          const [a, b] = [P, inParts[half][name]].map((one) => one.dataSync());
          a.forEach((value, i) => {
            expect(Math.abs(value - b[i])).toBeLessThan(1e-12);
          });
        }
      }
    });
  });
});

test('with Xᵀ: the same', () => {
  tf.tidy(() => {
    const params = initialize(deep, new RandomState(2));
    const X = numbers(5, m);
    const samples = { X, Y: classes(3), noise: drawNoise(noiseOf(deep), m, new RandomState(3)) };
    const optimizer = gradientDescent({ learningRate: 0.1 });
    const step = (XT?: tf.Tensor) =>
      nextInParts(deep, optimizer, { params, optimizerState: {} }, { ...samples, XT }, 2).params;
    expect(step(tf.transpose(X)).W1.arraySync()).toEqual(step().W1.arraySync());
  });
});

test('statistics over the samples are refused', () => {
  const net = network({
    input: [5],
    layers: [dense(4), batchNorm(), dense(1, sigmoid)],
    loss: binaryCrossEntropy,
  });
  const params = initialize(net, new RandomState(1));
  const samples = { X: numbers(5, m), Y: tf.zeros([1, m]) };
  const optimizer = gradientDescent({ learningRate: 0.1 });
  const state = { params, optimizerState: {} };
  expect(() => nextInParts(net, optimizer, state, samples, 2)).toThrow(Refusal);
});

describe('how many parts', () => {
  test('the work of the largest layer on a sample, by hand', () => {
    expect(largestWorkOf(deep)).toBe(5 * 4);
    // 3x3x2x3 weights at 36 places, the larger of 6x6 and 4x4; 3 filters take as long as 4
    expect(largestWorkOf(pictures)).toBe((54 * 36 * 4) / 3);
    // three gates of 5 units on 3 numbers and 5, at 4 letters; an embedding looks up
    expect(largestWorkOf(letters)).toBe(4 * 3 * 5 * 8);
  });

  const wide = network({
    input: [784],
    layers: [dense(128, relu), dense(64, relu), dense(10, softmax)],
    loss: categoricalCrossEntropy,
  });
  test.each([
    [64, 2, 2], // 6.4 million multiply-adds in the first layer
    [32, 2, 1], // 3.2 million
    [1, 2, 1],
    [64, 1, 1], // an engine that runs one operation at a time
  ])('%i samples of 784-128-64-10, %i at once: %i', (samples, atOnce, parts) => {
    expect(partsFor(wide, samples, atOnce)).toBe(parts);
  });
});
