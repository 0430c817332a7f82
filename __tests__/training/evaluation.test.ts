import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { linear, relu, sigmoid } from '../../src/core/activations.js';
import { NumericError } from '../../src/core/errors.js';
import { binaryCrossEntropy, meanSquaredError } from '../../src/core/losses.js';
import { useBackend } from '../../src/runtime/backends.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { outputsOf } from '../../src/training/evaluation.js';

test.each([
  ['numbers', linear, meanSquaredError],
  ['a class', sigmoid, binaryCrossEntropy],
])('%s that are not finite have no score: training has diverged', async (_, output, loss) => {
  await useBackend('cpu');
  const model = new DeepNeuralNetwork([2, 3, 1], [relu, output], { loss });
  const X = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const Y = tf.tensor2d([0, 1], [1, 2]);
  const { network, parameters } = model;
  const b2 = tf.fill([1, 1], Number.NaN);
  const judged = outputsOf(network, { ...parameters, b2 }, { X, Y });
  await expect(judged).rejects.toThrow(NumericError);
  await expect(judged).rejects.toThrow(
    'An output of the network is NaN: its training has diverged.',
  );
  expect((await outputsOf(network, parameters, { X, Y })).AL).toHaveLength(2);
  tf.dispose([X, Y, b2]);
  model.dispose();
});
