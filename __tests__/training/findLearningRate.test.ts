import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { linear, relu, sigmoid } from '../../src/core/activations.js';
import { AbortError, NumericError, ValueError } from '../../src/core/errors.js';
import { meanSquaredError } from '../../src/core/losses.js';
import { adam, gradientDescent } from '../../src/core/optimizers.js';
import { RandomState } from '../../src/core/random.js';
import { fromRows } from '../../src/core/samples.js';
import type { Schedule } from '../../src/core/schedules.js';
import { matrix } from '../../src/core/tensors.js';
import { flower, planarMatrices } from '../../src/data/planar.js';
import { useBackend } from '../../src/runtime/backends.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import {
  type FindLearningRateOptions,
  findLearningRate,
} from '../../src/training/findLearningRate.js';
import { expectFlatMemory } from '../support/memory.js';

beforeAll(() => useBackend('float64'));

const descent = (learningRate: Schedule) => gradientDescent({ learningRate });

/** y = w x + b at x = ±1, targets ±2: dJ/dw = c (w - 2), dJ/db = c b, whatever the c of the loss. */
const line = () => {
  const parameters = { W1: matrix([0], [1, 1]), b1: matrix([0], [1, 1]) };
  return {
    model: new DeepNeuralNetwork([1, 1], [linear], { loss: meanSquaredError, parameters }),
    X: fromRows([[1], [-1]]),
    Y: fromRows([2, -2]),
  };
};

test('gradient descent on a parabola: rates, costs, average and suggestion as in a plain loop', async () => {
  const { model, X, Y } = line();
  const [from, to, steps] = [1e-3, 100, 60];
  const found = await expectFlatMemory(() =>
    findLearningRate(model, descent, X, Y, { from, to, steps, batchSize: 2 }),
  );
  // The loss's own J at w = 0 and at w = 2, and its slope, from which c: J = c/2 (w - 2)².
  const c = (2 * model.costFunction(X, Y)) / 4;
  let [w, v] = [0, 0];
  const costs: number[] = [];
  const smoothed: number[] = [];
  for (let i = 0; i < steps; i++) {
    costs.push((c / 2) * (w - 2) ** 2);
    v = 0.9 * v + 0.1 * costs[i];
    smoothed.push(v / (1 - 0.9 ** (i + 1)));
    if (smoothed[i] > 4 * Math.min(...smoothed)) break;
    w -= from * (to / from) ** (i / (steps - 1)) * c * (w - 2);
  }
  expect(costs.length).toBeLessThan(steps);
  expect(found.hasRisen).toBe(true);
  expect(found.costs).toHaveLength(costs.length);
  costs.forEach((J, i) => {
    expect(found.costs[i] / J).toBeCloseTo(1, 5);
    expect(found.smoothed[i] / smoothed[i]).toBeCloseTo(1, 5);
    expect(found.rates[i] / (from * (to / from) ** (i / (steps - 1)))).toBeCloseTo(1, 10);
  });
  const at = smoothed.indexOf(Math.min(...smoothed));
  expect(found.suggestion).toBeCloseTo((from * (to / from) ** (at / (steps - 1))) / 10, 10);
  // Descent on a parabola converges below 2 / c, fastest at 1 / c.
  expect(found.suggestion).toBeLessThan(2 / c);
  expect(found.suggestion).toBeGreaterThan(0.05 / c);
  model.dispose();
  tf.dispose([X, Y]);
});

test('the parameters stay, and what is suggested trains: on the flower with adam', async () => {
  const { X, Y } = planarMatrices(flower());
  const model = new DeepNeuralNetwork([2, 16, 16, 1], [relu, relu, sigmoid]);
  const before = { ...model.parameters };
  const values = Object.values(before).map((P) => [...P.dataSync()]);
  const rule = (learningRate: Schedule) => adam({ learningRate });
  const { suggestion, hasRisen } = await expectFlatMemory(() =>
    findLearningRate(model, rule, X, Y, { batchSize: 64, random: new RandomState(2) }),
  );
  expect(model.parameters).toEqual(before);
  expect(Object.values(model.parameters).map((P) => [...P.dataSync()])).toEqual(values);
  expect(hasRisen).toBe(true);
  const first = model.costFunction(X, Y);
  const optimizer = adam({ learningRate: suggestion });
  await model.fit(X, Y, { epochs: 20, batchSize: 64, optimizer });
  expect(model.costFunction(X, Y)).toBeLessThan(0.75 * first);
  model.dispose();
  tf.dispose([X, Y]);
});

test('a cost that still falls at the end says so', async () => {
  const { model, X, Y } = line();
  const options = { from: 1e-4, to: 1e-2, steps: 30 };
  const { hasRisen, rates } = await findLearningRate(model, descent, X, Y, options);
  expect(hasRisen).toBe(false);
  expect(rates.at(-1)).toBeCloseTo(1e-2, 10);
});

async function refusal(options: FindLearningRateOptions, optimizerOf: unknown = descent) {
  const { model, X, Y } = line();
  return expectFlatMemory(() =>
    findLearningRate(model, optimizerOf as typeof descent, X, Y, options).then(
      () => undefined,
      (error: Error) => error,
    ),
  );
}

test.each<[FindLearningRateOptions, unknown, new (m: string) => Error, string]>([
  [{ lr: 1 } as object, descent, ValueError, 'unknown option lr'],
  [{ from: 0 }, descent, ValueError, 'from is 0; give a number above 0.'],
  [{ from: 1, to: 0.1 }, descent, ValueError, 'from is 1; give less than to, 0.1.'],
  [{ steps: 5 }, descent, ValueError, 'steps is 5; give 10 or more.'],
  [{ batchSize: 0.5 }, descent, ValueError, 'batchSize is 0.5'],
  [{}, adam({ learningRate: 1 }), ValueError, 'optimizerOf is an object'],
  [{}, () => adam({ learningRate: 1 }), ValueError, 'Hand on the one that it is given.'],
  [{ signal: AbortSignal.abort() }, descent, AbortError, 'was stopped'],
  [{ from: 1e3, to: 1e6 }, descent, NumericError, 'the cost does not fall'],
])('%j: refused, and no tensor left behind', async (options, optimizerOf, Kind, message) => {
  const error = await refusal(options, optimizerOf);
  expect(error).toBeInstanceOf(Kind);
  expect(error!.message).toContain(message);
});
