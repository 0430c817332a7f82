import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { linear, relu, sigmoid, softmax } from '../../src/core/activations.js';
import { AbortError, HandgradError, ShapeError, ValueError } from '../../src/core/errors.js';
import { categoricalCrossEntropy, meanSquaredError } from '../../src/core/losses.js';
import { RandomState } from '../../src/core/random.js';
import { oneHot } from '../../src/core/samples.js';
import { matrix } from '../../src/core/tensors.js';
import { type CrossValidationOptions, crossValidate } from '../../src/training/crossValidate.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { kFolds } from '../../src/training/folds.js';
import { anyBackend } from '../support/backends.js';
import { expectFlatMemory } from '../support/memory.js';

beforeAll(anyBackend);

const random = new RandomState(4);
const m = 33;
const x = [...random.randn(m)];
const y = [...random.randn(m)];
const labels = x.map((value, i) => Number(value * y[i] > 0));
const samples = () => ({ X: matrix([...x, ...y], [2, m]), Y: matrix(labels, [1, m]) });
const fit = { iterations: 60, learningRate: 0.3 };
const make = (seed = 1) => new DeepNeuralNetwork([2, 4, 1], [relu, sigmoid], { seed });

/** The columns of a matrix, by a plain loop over its rows. */
const columns = (rows: number[][], indices: Int32Array) =>
  matrix(
    rows.flatMap((row) => [...indices].map((i) => row[i])),
    [rows.length, indices.length],
  );

async function withSamples<T>(work: (given: ReturnType<typeof samples>) => Promise<T>): Promise<T> {
  const given = samples();
  try {
    return await expectFlatMemory(() => work(given));
  } finally {
    tf.dispose([given.X, given.Y]);
  }
}

test('the scores are those of a plain loop over the folds of kFolds', async () => {
  const seen: number[] = [];
  const { scores, mean, standardError } = await withSamples(({ X, Y }) =>
    crossValidate(() => make(), X, Y, {
      folds: 3,
      random: new RandomState(7),
      fit,
      onFold: (fold, { accuracy }) => seen.push(fold, accuracy),
    }),
  );
  const byHand: [accuracy: number, cost: number][] = [];
  for (const { train, test } of kFolds(labels, 3, new RandomState(7))) {
    const model = make();
    await model.fit(columns([x, y], train), columns([labels], train), fit);
    const [X, Y] = [columns([x, y], test), columns([labels], test)];
    byHand.push([model.accuracyScore(X, Y), model.costFunction(X, Y)]);
  }
  expect(byHand.map(([accuracy]) => accuracy)).not.toEqual([1, 1, 1]);
  byHand.forEach(([accuracy, cost], i) => {
    expect(scores[i].accuracy).toBeCloseTo(accuracy, 6);
    expect(scores[i].cost).toBeCloseTo(cost, 6);
    expect(scores[i]).toEqual(
      expect.objectContaining({ balancedAccuracy: expect.any(Number), auc: expect.any(Number) }),
    );
  });
  expect(seen).toEqual(scores.flatMap(({ accuracy }, fold) => [fold, accuracy]));
  const [a, b, c] = byHand.map(([accuracy]) => accuracy);
  const average = (a + b + c) / 3;
  expect(mean.accuracy).toBeCloseTo(average, 6);
  const variance = ((a - average) ** 2 + (b - average) ** 2 + (c - average) ** 2) / 2;
  expect(standardError.accuracy).toBeCloseTo(Math.sqrt(variance / 3), 6);
});

test('one-hot classes are stratified: every fold holds a third of each', async () => {
  const three = Array.from({ length: 30 }, (_, i) => i % 3);
  const X = matrix(
    three.map((k) => k / 2),
    [1, 30],
  );
  const Y = oneHot(three, 3);
  const held: number[][] = [];
  const options = { loss: categoricalCrossEntropy };
  const { scores } = await crossValidate(
    () => new DeepNeuralNetwork([1, 3], [softmax], options),
    X,
    Y,
    { folds: 5, fit: { iterations: 1 } },
  );
  for (const { test } of kFolds(three, 5, new RandomState(1))) {
    held.push([0, 1, 2].map((k) => [...test].filter((i) => three[i] === k).length));
  }
  expect(held).toEqual(new Array(5).fill([2, 2, 2]));
  expect(scores).toHaveLength(5);
  tf.dispose([X, Y]);
});

test('numbers: a line that has no noise is found in every fold', async () => {
  const X = matrix(x, [1, m]);
  const Y = matrix(
    x.map((value) => 3 * value - 1),
    [1, m],
  );
  const { mean } = await crossValidate(
    () => new DeepNeuralNetwork([1, 1], [linear], { loss: meanSquaredError }),
    X,
    Y,
    { folds: 4, fit: { iterations: 400, learningRate: 0.3 } },
  );
  expect(mean.r2).toBeCloseTo(1, 5);
  tf.dispose([X, Y]);
});

const refuse = (options: CrossValidationOptions, makeModel: unknown = make) =>
  withSamples(async ({ X, Y }) => {
    const run = crossValidate(makeModel as typeof make, X, Y, options);
    return run.then(
      () => undefined,
      (error: HandgradError) => error,
    );
  });

test.each<[string, CrossValidationOptions, unknown, new (m: string) => Error, string]>([
  ['unknown option', { k: 3 } as object, make, ValueError, 'unknown option k'],
  ['more folds than samples', { folds: 34 }, make, ShapeError, '33 samples do not make 34 folds'],
  ['no function', {}, 5, ValueError, 'makeModel is 5; give a function'],
  ['no model', {}, () => 'net', ValueError, "makeModel gives the string 'net'"],
  ['one model for all', { fit }, once(), ValueError, 'disposed'],
  ['a checkpoint', { fit: { checkpoint: { save() {} } } }, make, ValueError, 'fit has checkpoint'],
  ['weights', { fit: { sampleWeight: [1] } }, make, ShapeError, '1 numbers for 33 samples'],
  ['stopped', { fit: { signal: AbortSignal.abort() } }, make, AbortError, 'stopped'],
])('%s: a typed error, and no tensor left behind', async (_, options, makeModel, Kind, message) => {
  const error = await refuse(options, makeModel);
  expect(error).toBeInstanceOf(Kind);
  expect(error).toBeInstanceOf(HandgradError);
  expect(error!.message).toContain(message);
});

function once() {
  let model: DeepNeuralNetwork | undefined;
  return () => {
    model ??= make();
    return model;
  };
}
