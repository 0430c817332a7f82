import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../../src/core/errors.js';
import { layerNorm } from '../../../src/core/layers/layerNorm.js';
import { describeGoldens } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

describeGoldens('layerNorm', layerNorm);

const axisOf = ({ rank }: tf.Tensor) => (rank === 2 ? 0 : -1);
const mean = (M: tf.Tensor) => tf.mean(M, axisOf(M), true);

describePlanted({
  kind: 'layerNorm',
  layerOf: layerNorm,
  situations: [
    [layerNorm(), { input: [5], m: 3 }],
    [layerNorm({ axis: 0, epsilon: 1e-5 }), { input: [2], m: 4 }],
    [layerNorm(), { input: [3, 4], m: 2 }],
    [layerNorm({ axis: 3, center: false }), { input: [2, 3, 4], m: 2, training: false }],
    [layerNorm({ scale: false }), { input: [2, 5], m: 1 }],
  ],
  mistakes: {
    'nothing through the mean': ({ dX }, dY, { deviation }, { params: { gamma } }) => ({
      dX: () => tf.add(dX(), tf.div(mean(gamma ? tf.mul(dY, gamma) : dY), deviation)),
    }),
    'nothing through the variance': (_, dY, { deviation }, { params: { gamma } }) => {
      const dXHat = gamma ? tf.mul(dY, gamma) : dY;
      return { dX: () => tf.div(tf.sub(dXHat, mean(dXHat)), deviation) };
    },
    'gamma behind the means, as in batchNorm': (
      _,
      dY,
      { XHat, deviation },
      { params: { gamma } },
    ) => ({
      dX: () => {
        const dX = tf.sub(tf.sub(dY, mean(dY)), tf.mul(XHat, mean(tf.mul(dY, XHat))));
        return tf.div(gamma ? tf.mul(dX, gamma) : dX, deviation);
      },
    }),
    'dgamma of dY alone': ({ grads }) => ({
      grads: { ...grads, ...(grads.dgamma && grads.dbeta && { dgamma: grads.dbeta }) },
    }),
    'the mean over positions too': ({ grads }, dY) => ({
      grads: {
        ...grads,
        ...(grads.dbeta && { dbeta: tf.div(grads.dbeta, dY.rank === 2 ? 2 : dY.shape[1]!) }),
      },
    }),
  },
});

test.each([
  [[4], 0],
  [[3, 4], -1],
  [[3, 4], 2],
  [[2, 3, 4], 3],
])('input %j has its features at axis %i', (input, axis) => {
  expect(layerNorm({ axis }).output(input)).toEqual(input);
});

test.each([
  [
    [4],
    -1,
    'axis -1 is not the features of a 4 input; they are axis 0 of a matrix (n, m). Leave axis out.',
  ],
  [
    [3, 4],
    0,
    'axis 0 is not the features of a 3x4 input; they are axis -1 of (m, 3, 4). Leave axis out.',
  ],
  [[3, 4], 1, 'axis 1 is not the features of a 3x4 input'],
])('input %j has not at axis %i', (input, axis, message) => {
  expect(() => layerNorm({ axis }).output(input)).toThrow(new ShapeError(message).message);
});

test('its config makes it again', () => {
  const { config } = layerNorm({ axis: -1, scale: false });
  expect(config).toEqual({ axis: -1, epsilon: 0.001, center: true, scale: false });
  expect(layerNorm(config).config).toEqual(config);
});

test('parameters of features', () => {
  expect(layerNorm().parameters([3]).gamma.shape).toEqual([3, 1]);
  expect(layerNorm().parameters([2, 5]).beta.shape).toEqual([5]);
  expect(Object.keys(layerNorm({ center: false }).parameters([3]))).toEqual(['gamma']);
});

test('epsilon is above 0', () => {
  expect(() => layerNorm({ epsilon: -1 })).toThrow(
    'layerNorm: epsilon is -1; give a small number above 0',
  );
});
