import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../../src/core/errors.js';
import { gradientDescent, momentum } from '../../src/core/optimizers.js';
import type { Params } from '../../src/core/tensors.js';
import { onEachBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { golden } from '../support/goldens.js';
import { toRows, toTensor } from '../support/matrices.js';

/** Ten steps from w0 on f(w) = 1/2 Σ d w², whose gradient is d w. */
const { d, w0, paths } = golden<{
  d: number[];
  w0: number[];
  paths: Record<'gradient_descent' | 'momentum', number[][]>;
}>('optimizers');

const asColumn = (values: number[]) => values.map((value) => [value]);

onEachBackend(() => {
  test.each([
    ['gradient descent', gradientDescent({ learningRate: 0.05 }), paths.gradient_descent],
    ['momentum', momentum({ learningRate: 0.05 }), paths.momentum],
  ])("%s takes the reference's ten steps", (_, optimizer, path) => {
    let params: Params = { W1: toTensor(asColumn(w0)) };
    let state = optimizer.start(params);
    for (const w of path) {
      const grads = { dW1: tf.mul<tf.Tensor2D>(toTensor(asColumn(d)), params.W1) };
      ({ params, state } = optimizer.update(params, grads, state));
      expectMatrix(params.W1, asColumn(w));
    }
  });

  test('what comes in stays as it is, what comes out is new', () => {
    const params = { W1: toTensor([[1, 2]]), b1: toTensor([[3]]) };
    const grads = { dW1: toTensor([[4, 8]]), db1: toTensor([[-2]]) };
    const next = gradientDescent({ learningRate: 0.5 }).update(params, grads, {});
    expect(toRows(next.params.W1)).toEqual([[-1, -2]]);
    expect(toRows(next.params.b1)).toEqual([[4]]);
    expect(next.state).toEqual({});
    expect(next.params.W1).not.toBe(params.W1);
    expect([params.W1, params.b1, grads.dW1, grads.db1].map(toRows)).toEqual([
      [[1, 2]],
      [[3]],
      [[4, 8]],
      [[-2]],
    ]);
  });
});

describe('learning rate', () => {
  test.each([0, -0.1, Number.NaN, Number.POSITIVE_INFINITY])('%p is refused', (learningRate) => {
    expect(() => gradientDescent({ learningRate })).toThrow(ValueError);
    expect(() => gradientDescent({ learningRate })).toThrow(`the learning rate is ${learningRate}`);
    expect(() => momentum({ learningRate })).toThrow(`momentum: the learning rate`);
  });
  test.each([-0.1, 1, Number.NaN])('and so is a beta of %p', (beta) => {
    expect(() => momentum({ learningRate: 1, beta })).toThrow(`beta is ${beta}`);
  });
  test('it is told to the card', () => {
    expect(gradientDescent({ learningRate: 0.1 }).hyperparameters).toEqual({ learningRate: 0.1 });
  });
});
