import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { mapValues } from '../../../src/compiled/step.js';
import { relu, sigmoid } from '../../../src/core/activations.js';
import { ValueError } from '../../../src/core/errors.js';
import { zeros } from '../../../src/core/initializers.js';
import type { Layer } from '../../../src/core/layer.js';
import { type DenseOptions, dense } from '../../../src/core/layers/dense.js';
import { RandomState } from '../../../src/core/random.js';
import { anyBackend } from '../../support/backends.js';
import { expectMatrix } from '../../support/expectMatrix.js';
import { describeGoldens } from '../../support/layerGoldens.js';
import { toRows, toTensor } from '../../support/matrices.js';

beforeAll(anyBackend);

describe('a dense layer of two relu units on two inputs, by hand', () => {
  const layer = dense(2, relu);
  const given = () => ({ params: params(), training: true });
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
    const { Y, cache } = layer.forward(toTensor(APrev), given());
    const { APrev: kept, Z } = cache as Record<string, Tensor2D>;
    expect(toRows(kept)).toEqual(APrev);
    expect(toRows(Z)).toEqual([
      [6, 19],
      [1, -2],
    ]);
    expect(toRows(Y)).toEqual([
      [6, 19],
      [1, 0],
    ]);
  });

  test('backward: the relu, whose second unit is off in sample 2, and the linear step', () => {
    const { cache } = layer.forward(toTensor(APrev), given());
    const dA = toTensor([
      [2, 4],
      [6, 9],
    ]);
    const { grads, dX } = layer.backward(dA, given(), cache);
    expect(toRows(grads.dW)).toEqual([
      [5, 18],
      [3, 6],
    ]);
    expect(toRows(grads.db)).toEqual([[3], [3]]);
    expect(toRows(dX())).toEqual([
      [20, 4],
      [-2, 8],
    ]);
  });
});

const drawn = (layer: Layer, n: number) =>
  mapValues(layer.parameters([n]), (P) => P.initialize(new RandomState(1)) as Tensor2D);

test('it starts with drawn weights and biases of zero', () => {
  const { W, b } = drawn(dense(3), 5);
  expect(W.shape).toEqual([3, 5]);
  expect(new Set(W.dataSync()).size).toBe(15);
  expectMatrix(b, [[0], [0], [0]]);
  expect(toRows(drawn(dense(1, sigmoid, zeros), 2).W)).toEqual([[0, 0]]);
});

test.each([0, -1, 2.5, Number.NaN])('%p units are refused', (units) => {
  expect(() => dense(units)).toThrow(ValueError);
  expect(() => dense(units)).toThrow(`dense: a layer of ${units} units`);
});

describeGoldens('dense', (config) => dense(config as unknown as DenseOptions));
