import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { scalar } from '../../src/core/tensors.js';
import {
  logisticRegressionModel,
  predict,
  propagate,
} from '../../src/course/logisticRegression.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { toRows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { inDoubles, onFloat64, reference, toRow } from './reference.js';

onFloat64();
const golden = reference.logistic;
const sets = () =>
  [golden.XTrain, golden.YTrain, golden.XTest, golden.YTest].map(toTensor) as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
  ];
const options = { numIterations: 301 };

describe('logisticRegressionModel', () => {
  test("is numpy's, from w = 0", async () => {
    const model = await logisticRegressionModel(...sets(), options);
    expectMatrix(model.w, golden.w, inDoubles);
    expect(model.b.shape).toEqual([]);
    expect(model.b.dataSync()[0]).toBeCloseTo(golden.b, 13);
    expect(model.costs).toHaveLength(4);
    model.costs.forEach((J, i) => {
      expect(J).toBeCloseTo(golden.costs[i], 13);
    });
    expect(model.costs[0]).toBeCloseTo(Math.LN2, 15); // every probability is 1/2
  });

  test('its predictions have a column for each sample of their own set', async () => {
    const { YPredictionTrain, YPredictionTest, trainAccuracy, testAccuracy } =
      await logisticRegressionModel(...sets(), options);
    expect(YPredictionTrain.shape).toEqual([1, 35]);
    expect(YPredictionTest.shape).toEqual([1, 11]);
    expect(toRows(YPredictionTrain)).toEqual(golden.YPredictionTrain);
    expect(toRows(YPredictionTest)).toEqual(golden.YPredictionTest);
    expect(trainAccuracy).toBeCloseTo(golden.trainAccuracy, 10);
    expect(testAccuracy).toBeCloseTo(golden.testAccuracy, 10);
  });

  test('by default it takes 2,000 iterations of 0.5, and the cost of every 100th', async () => {
    const heard: number[] = [];
    const [X, Y] = [toTensor([[-1, 1]]), toRow([0, 1])];
    const { w, costs } = await logisticRegressionModel(X, Y, X, Y, {
      onCost: (i) => heard.push(i),
    });
    expect(costs).toHaveLength(20);
    expect(heard.at(-1)).toBe(1999);
    // One weight, b = 0 by symmetry: w := w + 0.5 (1 - σ(w)), 2,000 times.
    let expected = 0;
    for (let i = 0; i < 2000; i++) expected += 0.5 / (1 + Math.exp(expected));
    expect(w.dataSync()[0]).toBeCloseTo(expected, 10);
  });

  test('leaves what it returns, and nothing where it is refused', async () => {
    const [XTrain, YTrain, XTest, YTest] = sets();
    await expectFlatMemory(async () => {
      const { w, b, YPredictionTrain, YPredictionTest } = await logisticRegressionModel(
        XTrain,
        YTrain,
        XTest,
        YTest,
        options,
      );
      tf.dispose([w, b, YPredictionTrain, YPredictionTest]);
    });
    await expectFlatMemory(async () => {
      const inRows = tf.transpose(XTest);
      const run = logisticRegressionModel(XTrain, YTrain, inRows, YTest, options);
      await expect(run).rejects.toThrow(ShapeError);
      inRows.dispose();
    });
    const fewerInputs = toTensor(golden.XTest.slice(1));
    await expectFlatMemory(async () => {
      const run = logisticRegressionModel(XTrain, YTrain, fewerInputs, YTest, options);
      await expect(run).rejects.toThrow(ShapeError);
    });
  });

  test('a training set of one class is refused, a test set is not', async () => {
    const [X, Y] = [toTensor([[-1, 1]]), toRow([0, 1])];
    const few = { numIterations: 2 };
    await expect(logisticRegressionModel(X, toRow([1, 1]), X, Y, few)).rejects.toThrow(ValueError);
    await expect(logisticRegressionModel(X, Y, X, toRow([0, 3]), few)).rejects.toThrow(
      '3 in column 1',
    );
    const { testAccuracy } = await logisticRegressionModel(X, Y, X, toRow([1, 1]), few);
    expect(testAccuracy).toBe(50);
  });
});

test('propagate from w = 0: a step with it is the first step of the model', async () => {
  const [X, Y, XTest, YTest] = sets();
  const { grads, cost } = propagate(tf.zeros([3, 1]), scalar(0), X, Y);
  const { w, b, costs } = await logisticRegressionModel(X, Y, XTest, YTest, { numIterations: 1 });
  expect(cost.dataSync()[0]).toBeCloseTo(costs[0], 15);
  expectMatrix(w, toRows(tf.mul(-0.5, grads.dw)), inDoubles);
  expect(b.dataSync()[0]).toBeCloseTo(-0.5 * grads.db.dataSync()[0], 15);
});

test('predict is 1 above 0.5, and 0 at it', () => {
  const prediction = predict(toTensor([[2]]), scalar(1), toTensor([[-1, -0.5, -0.49, 3]]));
  expect(toRows(prediction)).toEqual([[0, 0, 1, 1]]);
});
