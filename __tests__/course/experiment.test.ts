import { describe, expect, test } from '@jest/globals';
import {
  type Experiment,
  isNear,
  runExperiment,
  type Setting,
} from '../../src/course/experiment.js';

describe('isNear', () => {
  test.each([
    ['the same number', 1, 1, 0, true],
    ['a number within', 1.04, 1, 0.05, true],
    ['a number beyond', 1.06, 1, 0.05, false],
    ['NaN', Number.NaN, 1, 10, false],
    ['the same list', [1, 2], [1, 2], 0, true],
    ['a list too long', [1, 2, 3], [1, 2], 10, false],
    ['a list too short', [1], [1, 2], 10, false],
    ['another order', [2, 1], [1, 2], 0, false],
    ['by name', { 0: 0.5, 100: 0.25 }, { 0: 0.5, 100: 0.25 }, 0, true],
    ['another name', { 0: 0.5, 99: 0.25 }, { 0: 0.5, 100: 0.25 }, 1, false],
    ['nothing found', undefined, { 0: 0.5 }, 1, false],
    ['one of them beyond', { 0: 0.5, 100: 0.3 }, { 0: 0.5, 100: 0.25 }, 0.01, false],
  ] as const)('%s', (_, found, expected, within, near) => {
    expect(isNear(found, expected, within)).toBe(near);
  });

  test('a bound of its own for each name', () => {
    const within = (name: string) => (name === 'a' ? 0 : 1);
    expect(isNear({ a: 1, b: 2.9 }, { a: 1, b: 2 }, within)).toBe(true);
    expect(isNear({ a: 1.1, b: 2 }, { a: 1, b: 2 }, within)).toBe(false);
  });
});

describe('runExperiment', () => {
  const setting = {} as Setting;
  const experiment = (found: number): Experiment => ({
    name: 'xor',
    note: '000',
    title: 'One',
    text: [],
    equations: [],
    code: [],
    run: async () => ({
      found: { a: found, b: 7 },
      expected: { a: { value: 1, within: 0.1 } },
      blocks: [],
    }),
  });

  test('what is found beside what is expected', async () => {
    const { found, expected, passed, seconds } = await runExperiment(experiment(1.05), setting);
    expect([found, expected, passed]).toEqual([{ a: 1.05, b: 7 }, { a: 1 }, true]);
    expect(seconds).toBeGreaterThanOrEqual(0);
  });
  test('and the verdict where it is not near', async () => {
    expect((await runExperiment(experiment(1.2), setting)).passed).toBe(false);
  });
});
