import { describe, expect, test } from '@jest/globals';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { RandomState } from '../../src/core/random.js';
import type { Params } from '../../src/core/tensors.js';
import { accuracy } from '../../src/course/accuracy.js';
import {
  backwardPropagation,
  computeCost,
  forwardPropagation,
  initializeParameters,
  layerSizes,
  nnModel,
  type PlanarCache,
  predict,
  updateParameters,
} from '../../src/course/planarNetwork.js';
import { flower, planarMatrices } from '../../src/data/planar.js';
import { checkGradients } from '../../src/oracle/checkGradients.js';
import type { Subject } from '../../src/oracle/subject.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { golden } from '../support/goldens.js';
import { toRows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { inDoubles, onFloat64, reference, toRow, toTensors } from './reference.js';

onFloat64();
const step = reference.planarStep; // 2-4-1

describe("a step is PyTorch's", () => {
  const point = () => {
    const [X, Y, parameters] = [toTensor(step.X), toTensor(step.Y), toTensors(step.parameters)];
    return { X, Y, parameters, ...forwardPropagation(X, parameters) };
  };

  test('forwardPropagation: A1 and A2', () => {
    const { A2, cache } = point();
    expectMatrix(cache.A1, step.A[1], inDoubles);
    expectMatrix(A2, step.A[2], inDoubles);
    expect(cache.A2).toBe(A2);
    expect([cache.Z1.shape, cache.Z2.shape]).toEqual([
      [4, 9],
      [1, 9],
    ]);
  });

  test('computeCost: J', () => {
    const { A2, Y } = point();
    expect(computeCost(A2, Y).dataSync()[0]).toBeCloseTo(step.cost, 14);
  });

  test('backwardPropagation: dW1, db1, dW2, db2', () => {
    const { X, Y, parameters, cache } = point();
    const grads = backwardPropagation(parameters, cache, X, Y);
    expect(Object.keys(grads)).toEqual(['dW1', 'db1', 'dW2', 'db2']);
    for (const [name, gradient] of Object.entries(grads)) {
      expectMatrix(gradient, step.grads[name], inDoubles);
    }
  });

  test('updateParameters: W - 1.2 dW and b - 1.2 db', () => {
    const updated = updateParameters(toTensors(step.parameters), toTensors(step.grads));
    expect(Object.keys(updated)).toEqual(['W1', 'b1', 'W2', 'b2']);
    for (const [name, P] of Object.entries(updated)) {
      expectMatrix(P, step.updated[name], inDoubles);
    }
  });

  test('predict: A2 rounded', () => {
    const { X, parameters } = point();
    expect(toRows(predict(parameters, X))).toEqual([step.A[2][0].map(Math.round)]);
  });

  test('what comes back is all there is', async () => {
    const { X, Y, parameters, cache } = point();
    await expectFlatMemory(() => {
      const forward = forwardPropagation(X, parameters);
      const grads = backwardPropagation(parameters, cache, X, Y);
      tf.dispose([forward, computeCost(cache.A2, Y), predict(parameters, X)]);
      tf.dispose([grads, updateParameters(parameters, grads)]);
    });
  });
});

describe('the oracle', () => {
  const subject: Subject = {
    shapes: {
      X: ['n_x', 'm'],
      Y: [1, 'm'],
      W1: ['n_h', 'n_x'],
      b1: ['n_h', 1],
      W2: [1, 'n_h'],
      b2: [1, 1],
    },
    forward: (_, params, X, Y) => {
      const { A2, cache } = forwardPropagation(X as Tensor2D, params as Params);
      return { cost: computeCost(A2, Y as Tensor2D), cache };
    },
    backward: (_, params, X, Y, cache) =>
      backwardPropagation(params as Params, cache as PlanarCache, X as Tensor2D, Y as Tensor2D),
  };

  test('finds the backward pass right', async () => {
    const { passed, parameters } = await checkGradients(subject);
    expect(passed).toBe(true);
    expect(parameters.map(({ name }) => name)).toEqual(['dW1', 'db1', 'dW2', 'db2']);
  });

  test('names what is planted: A1 lost from 1 - A1²', async () => {
    const backward: Subject['backward'] = (tf, params, X, Y, cache) => {
      const { A1, A2 } = cache as Record<string, Tensor>;
      const grads = subject.backward(tf, params, X, Y, cache);
      const dA1 = tf.matMul(params.W2, tf.sub(A2, Y), true);
      const dZ1 = tf.mul(dA1, tf.sub(1, A1));
      const dW1 = tf.div(tf.matMul(dZ1, X, false, true), X.shape[1]!);
      return { ...grads, dW1 };
    };
    const { passed, parameters } = await checkGradients({ ...subject, backward });
    expect(passed).toBe(false);
    expect(parameters.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(['dW1']);
  });
});

test('layerSizes are the rows of X and Y, and 4', () => {
  const [X, Y] = [toTensor(step.X), toTensor(step.Y)];
  expect(layerSizes(X, Y)).toEqual({ nX: 2, nH: 4, nY: 1 });
  expect(layerSizes(X, Y, 7)).toEqual({ nX: 2, nH: 7, nY: 1 });
});

test('initializeParameters draws randn * 0.01, W1 before W2, and no biases', () => {
  const { streams } = golden<{ streams: { seed: number; randn: number[] }[] }>('randn');
  const { randn } = streams.find(({ seed }) => seed === 3)!;
  const draws = randn.map((x) => x * 0.01);
  const { W1, b1, W2, b2 } = initializeParameters(2, 2, 1, new RandomState(3));
  expectMatrix(W1, [draws.slice(0, 2), draws.slice(2, 4)], inDoubles);
  expectMatrix(W2, [draws.slice(4, 6)], inDoubles);
  expect([toRows(b1), toRows(b2)]).toEqual([[[0], [0]], [[0]]]);
});

describe('nnModel', () => {
  const planar = golden<{ costs: Record<string, number>; accuracy: number }>('planar');
  const few = { numIterations: 2 };
  const data = () => {
    const { X, Y } = planarMatrices(flower());
    return [X, Y] as const;
  };

  // In doubles the two runs part by rounding alone.
  test("has numpy's costs at iterations 0 and 1,000, to nine digits", async () => {
    const [X, Y] = data();
    const costs: number[][] = [];
    const parameters = await nnModel(X, Y, 4, {
      numIterations: 1001,
      onCost: (i, cost) => costs.push([i, cost]),
    });
    expect(costs.map(([i]) => i)).toEqual([0, 1000]);
    for (const [i, cost] of costs) expect(cost).toBeCloseTo(planar.costs[i], 9);
    expect(Math.abs(accuracy(predict(parameters, X), Y) - planar.accuracy)).toBeLessThan(2);
  });

  test('another seed or learning rate gives other costs', async () => {
    const last = async (options: object) => {
      const costs: number[] = [];
      const [X, Y] = data();
      await nnModel(X, Y, 4, { numIterations: 51, ...options, onCost: (_, J) => costs.push(J) });
      return costs.at(-1)!;
    };
    const right = await last({});
    for (const other of [{ seed: 2 }, { learningRate: 1.1 }]) {
      expect(Math.abs((await last(other)) - right)).toBeGreaterThan(1e-6);
    }
  });

  test('leaves the four parameters, and nothing where it is refused', async () => {
    const [X, Y] = data();
    await expectFlatMemory(async () => tf.dispose({ ...(await nnModel(X, Y, 2, few)) }));
    await expectFlatMemory(() => expect(nnModel(X, Y, 0, few)).rejects.toThrow(ValueError));
  });

  test.each([
    ['no hidden unit', 0, [0, 1, 1], 'a whole number from 1'],
    ['half a unit', 2.5, [0, 1, 1], 'a whole number from 1'],
    ['one class only', 4, [1, 1, 1], 'No label is 0'],
    ['a label of 2', 4, [0, 1, 2], '2 in column 2'],
    ['labels of other samples', 4, [0, 1], 'expected (1, 3)'],
  ])('%s is refused, with the cure', async (_, nH, labels, what) => {
    const X = toTensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const run = nnModel(X, toRow(labels), nH, few);
    await expect(run).rejects.toThrow(labels.length === 3 ? ValueError : ShapeError);
    await expect(run).rejects.toThrow(what);
  });
});
