import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { leakyRelu, sigmoid, tanh } from '../../src/core/activations.js';
import { AbortError, ValueError } from '../../src/core/errors.js';
import { matrix } from '../../src/core/tensors.js';
import { flower, planarMatrices } from '../../src/data/planar.js';
import { useBackend } from '../../src/runtime/backends.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import {
  type Candidate,
  candidateGrid,
  type Samples,
  type SweepOptions,
  type SweepResult,
  sweep,
} from '../../src/training/sweep.js';
import { golden } from '../support/goldens.js';
import { expectFlatMemory } from '../support/memory.js';

interface Run extends Omit<Candidate, 'activation'> {
  readonly cost: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  /** How far the cost moves when a first weight is moved by a part in 10¹². */
  readonly reach: number;
}
const { iterations, runs, divergence } = golden<{
  iterations: number;
  runs: Run[];
  divergence: { learningRate: number; iterations: number; diverged: number | null }[];
}>('sweep');

let train: Samples;
let held: Samples;
beforeAll(async () => {
  await useBackend('float64');
  train = planarMatrices(flower());
  held = planarMatrices(flower({ seed: 2 }));
});
afterAll(() => tf.dispose([{ ...train }, { ...held }]));

const candidate = (changes: Partial<Candidate> = {}): Candidate => ({
  learningRate: 1,
  depth: 1,
  width: 2,
  activation: tanh,
  ...changes,
});

async function all(candidates: readonly Candidate[], options: SweepOptions) {
  const results: SweepResult[] = [];
  for await (const result of sweep(candidates, train, held, options)) results.push(result);
  return results;
}

describe("the grid is every combination, each once, and the hidden layers' activation is tanh", () => {
  test('two by one by two', () => {
    expect(candidateGrid({ learningRates: [0.1, 1, 0.1], depths: [2], widths: [3, 4] })).toEqual([
      { learningRate: 0.1, depth: 2, width: 3, activation: tanh },
      { learningRate: 0.1, depth: 2, width: 4, activation: tanh },
      { learningRate: 1, depth: 2, width: 3, activation: tanh },
      { learningRate: 1, depth: 2, width: 4, activation: tanh },
    ]);
  });
  test('with activations', () => {
    const activations = [tanh, leakyRelu];
    const found = candidateGrid({ learningRates: [1], depths: [1, 2], widths: [3], activations });
    expect(found.map(({ activation, depth }) => [activation, depth])).toEqual([
      [tanh, 1],
      [tanh, 2],
      [leakyRelu, 1],
      [leakyRelu, 2],
    ]);
  });
});

test('costs and accuracies are those of numpy and PyTorch, from the same start each', async () => {
  // Where the last bit decides there is nothing to compare with.
  const known = runs.filter(({ reach, width, learningRate }) => {
    return reach < 1e-9 && width === 8 && learningRate > 0.01;
  });
  expect(known).toHaveLength(4);
  const candidates = known.map(({ learningRate, depth, width }) => {
    return candidate({ learningRate, depth, width });
  });
  const shares: number[] = [];
  const onProgress = (share: number) => shares.push(share);
  const found = await expectFlatMemory(() => all(candidates, { iterations, onProgress }));
  known.forEach(({ cost, trainAccuracy, testAccuracy }, i) => {
    expect(found[i].candidate).toBe(candidates[i]);
    expect(found[i].cost).toBeCloseTo(cost, 10);
    expect(found[i].trainAccuracy).toBeCloseTo(trainAccuracy, 10);
    expect(found[i].testAccuracy).toBeCloseTo(testAccuracy, 10);
    expect(found[i]).not.toHaveProperty('diverged');
    expect(found[i].costs.map(([i]) => i)).toEqual([
      ...Array.from({ length: iterations / 2 }, (_, k) => 2 * k),
      iterations - 1,
    ]);
  });
  expect(shares.at(-1)).toBe(1);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
});

test('another seed starts elsewhere', async () => {
  const [{ costs }] = await all([candidate()], { iterations: 1, seed: 2 });
  const model = new DeepNeuralNetwork([2, 2, 1], [tanh, sigmoid], { seed: 2 });
  expect(costs).toEqual([[0, model.costFunction(train.X, train.Y)]]);
  model.dispose();
});

test.each(divergence)(
  'a learning rate of $learningRate for $iterations iterations: it diverges at $diverged, which is a result',
  async ({ learningRate, iterations, diverged }) => {
    const one = candidate({ learningRate, depth: 2, width: 8, activation: leakyRelu });
    const [result] = await expectFlatMemory(() => all([one], { iterations }));
    expect(result.diverged ?? null).toBe(diverged);
    const numbers = [result.cost, result.trainAccuracy, result.testAccuracy];
    expect(numbers.map(Number.isFinite)).toEqual(numbers.map(() => diverged === null));
    expect(result.costs.every(([, cost]) => Number.isFinite(cost))).toBe(true);
  },
);

test('the others go on behind one that diverges, and a last update that leads nowhere is seen', async () => {
  const lost = candidate({ learningRate: 1e300, activation: leakyRelu });
  const results = await all([lost, candidate()], { iterations: 1 });
  expect(results.map(({ diverged }) => diverged)).toEqual([1, undefined]);
});

test('several rows of Y: a softmax over the classes', async () => {
  // Four corners, a class each: as many as one hidden layer of two units can tell apart.
  const X = () => matrix([-1, -1, 1, 1, -1, 1, -1, 1], [2, 4]);
  const Y = () => tf.tidy(() => tf.eye(4)) as ReturnType<typeof X>;
  const samples = { X: X(), Y: Y() };
  await expectFlatMemory(async () => {
    for await (const { trainAccuracy, costs, cost } of sweep([candidate()], samples, samples)) {
      expect(trainAccuracy).toBe(100);
      expect(cost).toBeLessThan(0.2 * costs[0][1]);
    }
  });
  tf.dispose([{ ...samples }]);
});

describe('an early end', () => {
  test('a signal: the results before it are kept, and nothing is left behind', async () => {
    const controller = new AbortController();
    const results: SweepResult[] = [];
    const candidates = [candidate(), candidate({ width: 3 }), candidate({ width: 4 })];
    await expectFlatMemory(async () => {
      const onProgress = (share: number) => share > 0.5 && controller.abort();
      const ended = (async () => {
        const { signal } = controller;
        const options = { iterations: 20, signal, onProgress };
        for await (const result of sweep(candidates, train, held, options)) results.push(result);
      })();
      await expect(ended).rejects.toThrow(AbortError);
    });
    expect(results.map(({ candidate }) => candidate)).toEqual([candidates[0]]);
  });

  test('a consumer that has seen enough', async () => {
    await expectFlatMemory(async () => {
      for await (const _ of sweep([candidate(), candidate()], train, held, { iterations: 2 }))
        break;
    });
  });

  test.each([0, 1.5, -1, Number.NaN])('a depth of %p is none', async (depth) => {
    await expectFlatMemory(async () => {
      await expect(all([candidate({ depth })], {})).rejects.toThrow(ValueError);
    });
  });
});
