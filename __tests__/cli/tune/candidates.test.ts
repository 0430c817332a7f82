import { describe, expect, test } from '@jest/globals';
import type { TuneOptions } from '../../../src/cli/commands/tune.js';
import { candidatesOf, rungsOf } from '../../../src/cli/tune/candidates.js';
import { candidateText, valueText, variedIn } from '../../../src/cli/tune/words.js';

const options = (more: Partial<TuneOptions> = {}): TuneOptions => ({
  ...{ learningRate: [0.1, 0.2], activation: ['relu'], search: 'grid', seed: 1, backend: 'cpu' },
  ...{ save: 'models/x', report: 'x.html', checkpointEvery: 30, compile: true },
  ...more,
});

test('every combination, with what is the same for all; null is left out', () => {
  const found = candidatesOf(
    options({ layers: [[8], [4, 2]], clipNorm: [null, 1], data: 'x.csv', validation: 0.3 }),
    false,
  );
  const common = { activation: 'relu', optimizer: 'adam', seed: 1, backend: 'cpu', data: 'x.csv' };
  const loops: object[] = [];
  for (const learningRate of [0.1, 0.2]) {
    for (const layers of [[8], [4, 2]]) {
      for (const clip of [{}, { clipNorm: 1 }]) {
        loops.push({ ...common, learningRate, layers, ...clip, validation: 0.3 });
      }
    }
  }
  expect(found).toHaveLength(8);
  const others = { save: 'models/x', checkpointEvery: 30, compile: true, check: false };
  for (const one of loops) expect(found).toContainEqual({ ...one, ...others });
});

test('momentum is for those optimizers that have one, and adds no candidates to the others', () => {
  const optimizer = ['adam', 'momentum', 'adamw'] as const;
  const found = candidatesOf(
    options({
      ...{ learningRate: [0.1], optimizer: [...optimizer], momentum: [0.8, 0.9] },
      weightDecay: [0, 0.1],
    }),
    false,
  );
  expect(found.map((one) => [one.optimizer, one.momentum, one.weightDecay])).toEqual([
    ['adam', undefined, undefined],
    ['momentum', 0.8, undefined],
    ['momentum', 0.9, undefined],
    ['adamw', undefined, 0],
    ['adamw', undefined, 0.1],
  ]);
});

test('momentum that no optimizer has is kept, so that it is refused as train refuses it', () => {
  const [one] = candidatesOf(options({ optimizer: ['adam'], momentum: [0.8] }), false);
  expect(one).toMatchObject({ optimizer: 'adam', momentum: 0.8 });
});

test("the course's optimizer for the course's data", () => {
  expect(candidatesOf(options(), true)[0].optimizer).toBe('gradientDescent');
});

test('random: ten unless one says how many, none twice, the same for a seed', () => {
  const rates = Array.from({ length: 40 }, (_, i) => (i + 1) / 100);
  const drawn = (more: Partial<TuneOptions>) =>
    candidatesOf(options({ search: 'random', learningRate: rates, ...more }), false).map(
      ({ learningRate }) => learningRate,
    );
  expect(new Set(drawn({})).size).toBe(10);
  expect(drawn({})).toEqual(drawn({}));
  expect(drawn({ seed: 2 })).not.toEqual(drawn({}));
  expect(drawn({ trials: 3 })).toHaveLength(3);
});

test('halving has rungs; the others one, to the end', () => {
  expect(rungsOf(options(), 9, 90)).toEqual([{ count: 9, budget: 90 }]);
  expect(rungsOf(options({ search: 'halving' }), 9, 90)).toEqual([
    { count: 9, budget: 10 },
    { count: 3, budget: 30 },
    { count: 1, budget: 90 },
  ]);
});

describe('refused', () => {
  const many = Array.from({ length: 101 }, (_, i) => i + 1);
  test.each([
    [{ trials: 3 }, '--trials is for --search random and halving: a grid tries all.'],
    [{ learningRate: many, batchSize: many }, 'There are 10201 combinations to try.'],
  ])('%#', (more, message) => {
    expect(() => candidatesOf(options(more), false)).toThrow(message);
  });
});

test('in words: what differs, in the order of the tables', () => {
  const found = candidatesOf(
    options({ layers: [[8], [4, 2]], augment: [null, ['flip', 'shift']] }),
    false,
  );
  const varied = variedIn(found);
  expect(varied).toEqual(['learningRate', 'layers', 'augment']);
  const last = found.find(({ layers, augment }) => layers?.length === 2 && augment)!;
  expect(candidateText(last, varied)).toBe('learning rate 0.1, layers 4-2, augment flip + shift');
  expect(valueText(found[0], 'augment')).toBe('–');
  expect(variedIn([found[0]])).toEqual(['learningRate']);
});
