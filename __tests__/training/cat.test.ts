import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { loadDataset } from '../../src/data/datasetFolder.js';
import { toMatrices } from '../../src/data/pictureSet.js';
import { backends } from '../../src/runtime/backends.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { workingBackends } from '../support/backends.js';
import { golden } from '../support/goldens.js';

const folder =
  process.env.HANDGRAD_DATA ??
  fileURLToPath(new URL('../../../shared/data/catvnoncat', import.meta.url));
const isThere = existsSync(folder);
const [backend] = workingBackends; // the fastest

interface LayerModel {
  layers: number[];
  seed: number;
  learning_rate: number;
  iterations: number;
  costs: Record<number, number>;
}
const { l_layer: course } = golden<{ l_layer: LayerModel }>('cat');

// The costs that the course's note prints.
test('the reference is the published one', () => {
  expect(course.costs[0]).toBeCloseTo(0.771749, 6);
  expect(course.costs[2400]).toBeCloseTo(0.092878, 6);
});

const title = `12288-20-7-5-1 on the cat set learns as in the course (${backend} backend)`;

// In float32 the costs follow numpy's for some 300 iterations, then drift; the accuracies stay.
(isThere ? test : test.skip)(
  isThere ? title : `${title}: not run, the set is not there; name its folder in HANDGRAD_DATA`,
  async () => {
    await tf.setBackend(backends[backend].tfjsName);
    const { train, test } = await loadDataset(folder);
    const [training, held] = [toMatrices(train), toMatrices(test)];
    const net = new DeepNeuralNetwork(course.layers, undefined, { seed: course.seed });
    const { epoch, history } = await net.fit(training.X, training.Y, {
      learningRate: course.learning_rate,
      iterations: course.iterations,
    });
    const cost = (iteration: number) => history.cost[epoch.indexOf(iteration)];

    expect(epoch).toEqual(Object.keys(course.costs).map(Number));
    expect(Math.abs(cost(0) - course.costs[0])).toBeLessThan(1e-4);
    expect(Math.abs(cost(100) - course.costs[100])).toBeLessThan(2e-3);
    expect(net.accuracyScore(training.X, training.Y)).toBeGreaterThanOrEqual(0.97);
    expect(net.accuracyScore(held.X, held.Y)).toBeGreaterThanOrEqual(0.74);
  },
  10 * 60_000,
);
