import { expect, test } from '@jest/globals';
import { loadDataset } from '../../src/data/datasetFolder.js';
import { toMatrices } from '../../src/data/pictureSet.js';
import { useBackend } from '../../src/runtime/backends.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { workingBackends } from '../support/backends.js';
import { golden } from '../support/goldens.js';
import { cats, withCats } from '../support/needs.js';

const [backend] = workingBackends; // the fastest

interface LayerModel {
  layers: number[];
  seed: number;
  learning_rate: number;
  iterations: number;
  costs: Record<number, number>;
  train_accuracy: number;
  test_accuracy: number;
}
const { l_layer: course } = golden<{ l_layer: LayerModel }>('cat');

// The costs that the course's note prints.
test('the reference is the published one', () => {
  expect(course.costs[0]).toBeCloseTo(0.771749, 6);
  expect(course.costs[2400]).toBeCloseTo(0.092878, 6);
});

const title = `12288-20-7-5-1 on the cat set learns as in the course (${backend} backend)`;

// In float32 the costs follow numpy's for some 300 iterations, then drift; the accuracies stay.
withCats.test(
  title,
  async () => {
    await useBackend(backend);
    const { train, test } = await loadDataset(cats);
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
    // In float64 they are the published ones exactly: the course's own tests hold that.
    for (const [{ X, Y }, percent] of [
      [training, course.train_accuracy],
      [held, course.test_accuracy],
    ] as const) {
      const pictures = Y.shape[1] * Math.abs(net.accuracyScore(X, Y) - percent / 100);
      expect(Math.round(pictures)).toBeLessThanOrEqual(2);
    }
  },
  10 * 60_000,
);
