import { expect, test } from '@jest/globals';
import {
  type CostModel,
  fitted,
  paysFrom,
  type StepShape,
  secondsOf,
} from '../../../../scripts/bench/parallel/costModel.js';
import { RandomState } from '../../../../src/core/random.js';

const model: CostModel = { compute: 3e-10, byte: 4e-9, trips: 9, fixed: 0.003 };
const shapes: StepShape[] = [109_386, 536_000].flatMap((parameters) =>
  [1, 2].flatMap((workers) =>
    [1024, 8192].flatMap((m) => [0, 0.02].map((delay) => ({ parameters, workers, m, delay }))),
  ),
);
const parts = (one: CostModel) => [one.compute, one.byte, one.trips, one.fixed];

test('steps that follow a model give it back', () => {
  const found = fitted(shapes.map((step) => ({ ...step, seconds: secondsOf(model, step) })));
  parts(found).forEach((part, i) => {
    expect(part / parts(model)[i]).toBeCloseTo(1, 6);
  });
});

test('steps that are measured within a few percent give nearly the same', () => {
  const random = new RandomState(1);
  const noisy = shapes.map((step) => ({
    ...step,
    seconds: secondsOf(model, step) * (1 + 0.02 * random.gauss()),
  }));
  const found = fitted(noisy);
  expect(found.compute / model.compute).toBeCloseTo(1, 1);
  expect(found.trips / model.trips).toBeCloseTo(1, 1);
});

test('no part of the time is below nothing', () => {
  const free = { ...model, fixed: -0.01 };
  const found = fitted(shapes.map((step) => ({ ...step, seconds: secondsOf(free, step) })));
  expect(found.fixed).toBe(0);
  expect(Math.min(...parts(found))).toBeGreaterThanOrEqual(0);
});

test('from the batch on that pays, workers take less time than a thread that has nothing to send', () => {
  for (const workers of [2, 8, 64]) {
    const around = { workers, parameters: 109_386, delay: 0.001 };
    const m = paysFrom(model, around);
    const alone = (size: number) => model.compute * size * around.parameters;
    expect(secondsOf(model, { ...around, m: m * 1.01 })).toBeLessThan(alone(m * 1.01));
    expect(secondsOf(model, { ...around, m: m * 0.99 })).toBeGreaterThan(alone(m * 0.99));
  }
});
