import { beforeAll, describe, expect, test } from '@jest/globals';
import { relu, sigmoid } from '../../src/core/activations.js';
import { ValueError } from '../../src/core/errors.js';
import { zeros } from '../../src/core/initializers.js';
import { dense } from '../../src/core/layers.js';
import { RandomState } from '../../src/core/random.js';
import { anyBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { toRows, toTensor } from '../support/matrices.js';

beforeAll(anyBackend);

describe('a dense layer of two relu units on two inputs, by hand', () => {
  const layer = dense(2, relu);
  const params = () => ({
    W: toTensor([
      [1, 2],
      [3, -1],
    ]),
    b: toTensor([[1], [0]]),
  });
  const APrev = [
    [1, 2],
    [2, 8],
  ];

  test('forward: Z = W A_prev + b, A = relu(Z)', () => {
    const cache = layer.forward(toTensor(APrev), params());
    expect(toRows(cache.APrev)).toEqual(APrev);
    expect(toRows(cache.Z)).toEqual([
      [6, 19],
      [1, -2],
    ]);
    expect(toRows(cache.A)).toEqual([
      [6, 19],
      [1, 0],
    ]);
  });

  test('backward: the linear step, from dZ', () => {
    const cache = layer.forward(toTensor(APrev), params());
    const dZ = toTensor([
      [2, 4],
      [6, 0],
    ]);
    const { grads, dAPrev } = layer.backward(dZ, params(), cache);
    expect(toRows(grads.dW)).toEqual([
      [5, 18],
      [3, 6],
    ]);
    expect(toRows(grads.db)).toEqual([[3], [3]]);
    expect(toRows(dAPrev())).toEqual([
      [20, 4],
      [-2, 8],
    ]);
  });
});

test('it starts with drawn weights and biases of zero', () => {
  const { W, b } = dense(3).initialize(5, new RandomState(1));
  expect(W.shape).toEqual([3, 5]);
  expect(new Set(W.dataSync()).size).toBe(15);
  expectMatrix(b, [[0], [0], [0]]);
  expect(toRows(dense(1, sigmoid, zeros).initialize(2, new RandomState(1)).W)).toEqual([[0, 0]]);
});

test.each([0, -1, 2.5, Number.NaN])('%p units are refused', (units) => {
  expect(() => dense(units)).toThrow(ValueError);
  expect(() => dense(units)).toThrow(`dense: a layer of ${units} units`);
});
