import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { loadDataset } from '../../src/data/datasetFolder.js';
import { toMatrices } from '../../src/data/pictureSet.js';
import { useBackend } from '../../src/runtime/backends.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { golden } from '../support/goldens.js';

const folder =
  process.env.HANDGRAD_DATA ??
  fileURLToPath(new URL('../../../shared/data/catvnoncat', import.meta.url));
const isThere = existsSync(join(folder, 'train_catvnoncat.h5'));

interface LayerModel {
  layers: number[];
  seed: number;
  learning_rate: number;
  costs: Record<string, number>;
  train_accuracy: number;
  test_accuracy: number;
}
const { l_layer: course } = golden<{ l_layer: LayerModel }>('cat');

/** The first 300 iterations as a rule, all of them with `npm run test:slow`. */
const whole = process.env.HANDGRAD_SLOW === '1';
const iterations = whole ? 2500 : 301;
const title = `the course's cost table to six digits, ${whole ? 'all of it' : 'up to iteration 300'}`;

(isThere ? test : test.skip)(
  isThere ? title : `${title}: not run, the set is not there; name its folder in HANDGRAD_DATA`,
  async () => {
    await useBackend('float64');
    const { train, test } = await loadDataset(folder);
    const [training, held] = [toMatrices(train), toMatrices(test)];
    const model = new DeepNeuralNetwork(course.layers, undefined, { seed: course.seed });
    const { epoch, history } = await model.fit(training.X, training.Y, {
      learningRate: course.learning_rate,
      iterations,
    });
    const expected = Object.keys(course.costs)
      .map(Number)
      .filter((i) => i < iterations);
    expect(epoch).toEqual(expected);
    epoch.forEach((i, k) => {
      expect(history.cost[k].toFixed(6)).toBe(course.costs[i].toFixed(6));
    });
    if (!whole) return;
    expect(100 * model.accuracyScore(training.X, training.Y)).toBeCloseTo(
      course.train_accuracy,
      10,
    );
    expect(100 * model.accuracyScore(held.X, held.Y)).toBeCloseTo(course.test_accuracy, 10);
  },
  20 * 60_000,
);
