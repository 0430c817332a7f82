import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { matrix, type Params } from '../../src/core/tensors.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import type { FitOptions } from '../../src/training/fitOptions.js';
import { onEachBackend } from '../support/backends.js';

/** Six points, of which the last two are of class 1. */
const X = () => matrix([0, 1, 0.5, -1, 2, 1.5, 1, 0, -0.5, 0.25, -2, 0.75], [2, 6]);
const Y = () => matrix([0, 0, 0, 0, 1, 1], [1, 6]);
const values = (params: Params) => Object.values(params).flatMap((P) => Array.from(P.dataSync()));

const fitted = async (options: FitOptions, samples = { X: X(), Y: Y() }) => {
  const model = new DeepNeuralNetwork([2, 3, 1], undefined, { seed: 2 });
  const { history } = await model.fit(samples.X, samples.Y, {
    ...{ iterations: 25, learningRate: 0.2, costEvery: 5 },
    ...options,
  });
  const found = { W: values(model.parameters), costs: history.cost };
  model.dispose();
  tf.dispose([samples.X, samples.Y]);
  return found;
};
const near = (a: readonly number[], b: readonly number[]) => {
  expect(a).toHaveLength(b.length);
  a.forEach((value, i) => {
    expect(Math.abs(value - b[i])).toBeLessThan(1e-5);
  });
};

onEachBackend(() => {
  test('a weight of 2 is the sample twice, one of 0 is none', async () => {
    // 4 of the 6 are there, two of them twice: the same six terms over the same m.
    const weighted = await fitted({ sampleWeight: [1, 0, 2, 0, 1, 2] });
    const indices = tf.tensor1d([0, 2, 2, 4, 5, 5], 'int32');
    const taken = tf.tidy(() => ({ X: tf.gather(X(), indices, 1), Y: tf.gather(Y(), indices, 1) }));
    indices.dispose();
    const twice = await fitted({}, taken as never);
    near(weighted.W, twice.W);
    near(weighted.costs, twice.costs);
    expect(weighted.W).not.toEqual((await fitted({})).W);
  });

  test("class weights are those of the class's samples; balanced ones m / (k m_k)", async () => {
    const byClass = await fitted({ classWeight: { 0: 0.75, 1: 1.5 } });
    const bySample = await fitted({ sampleWeight: [0.75, 0.75, 0.75, 0.75, 1.5, 1.5] });
    near(byClass.W, bySample.W);
    near((await fitted({ classWeight: 'balanced' })).W, bySample.W);
    near(
      (await fitted({ classWeight: { 0: 0.5 }, sampleWeight: [2, 2, 2, 2, 1, 1] })).W,
      (await fitted({})).W,
    );
  });
});

test.each<[string, FitOptions, typeof ValueError | typeof ShapeError, string]>([
  ['too few', { sampleWeight: [1, 2] }, ShapeError, '2 sample weights for 6 samples'],
  ['a negative one', { sampleWeight: [1, 1, -1, 1, 1, 1] }, ValueError, 'sampleWeight[2] is -1'],
  ['an unknown class', { classWeight: { 2: 1 } }, ValueError, '2'],
])('%s is refused', async (_, options, kind, sentence) => {
  const samples = { X: X(), Y: Y() };
  const model = new DeepNeuralNetwork([2, 3, 1]);
  const run = () => model.fit(samples.X, samples.Y, { iterations: 1, ...options });
  await expect(run()).rejects.toThrow(kind);
  await expect(run()).rejects.toThrow(sentence);
  model.dispose();
});
