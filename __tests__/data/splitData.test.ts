import { describe, expect, test } from '@jest/globals';
import { DataError } from '../../src/core/errors.js';
import { RandomState } from '../../src/core/random.js';
import type { OwnData, SampleSet } from '../../src/data/sampleSet.js';
import { splitData } from '../../src/data/splitData.js';
import { rowsOf, trial } from './formats/trial.js';

const { read } = trial();
const random = () => new RandomState(3);

/** Forty rows: a number that says its place, one that is missing in every fourth row, and a class. */
const csv = (a: (i: number) => number = (i) => i) =>
  `a,b,kind\n${Array.from({ length: 40 }, (_, i) => `${a(i)},${i % 4 === 0 ? '' : i % 7},${i % 2 ? 'odd' : 'even'}`).join('\n')}\n`;
const column = (set: SampleSet, k: number) => rowsOf(set).map((row) => row[k]);

describe('splitData', () => {
  test('a fifth tests by default; every row is in one part', async () => {
    const data = splitData(await read('t.csv', csv(), { missing: 'mean' }), { random: random() });
    expect([data.train.m, data.validation, data.test!.m]).toEqual([32, undefined, 8]);
    const all = [...column(data.train, 0), ...column(data.test!, 0)].sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(data.warnings).toEqual([]);
  });

  test('what is missing is filled by the mean of the training rows alone', async () => {
    const data = splitData(await read('t.csv', csv(), { missing: 'mean' }), {
      ...{ test: 0.25, validation: 0.25, random: random() },
    });
    const isThere = (i: number) => i % 4 !== 0;
    const there = column(data.train, 0).filter(isThere).map((i) => i % 7); // biome-ignore format: one line
    const mean = there.reduce((sum, b) => sum + b, 0) / there.length;
    for (const part of [data.train, data.validation!, data.test!]) {
      for (const [a, b] of rowsOf(part)) {
        expect(b).toBeCloseTo(isThere(a) ? a % 7 : mean, 5);
      }
    }
    // A mean of all rows is another one: this test would see it.
    const every = Array.from({ length: 40 }, (_, i) => i).filter(isThere);
    const ofAll = every.reduce((sum, i) => sum + (i % 7), 0) / every.length;
    expect(Math.abs(ofAll - mean)).toBeGreaterThan(1e-3);
  });

  test('rows in two parts are counted in a warning', async () => {
    const data = await read('t.csv', csv(() => 1).replaceAll(',,', ',0,'));
    const { train, test: held, warnings } = splitData(data, { random: random() });
    const known = new Set(rowsOf(train).map(String));
    const count = rowsOf(held!).filter((row) => known.has(String(row))).length;
    expect(count).toBeGreaterThan(0);
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`^${count} of the 8 test samples are in the training set`)),
    ]);
  });

  test('parts that are there are left alone, and refuse a share', async () => {
    const whole = await read('t.csv', csv(), { missing: 'mean' });
    const data: OwnData = { ...whole, test: whole.train };
    const split = splitData(data, { random: random() });
    expect([split.train.m, split.test!.m]).toEqual([40, 40]);
    expect(() => splitData(data, { test: 0.2, random: random() })).toThrow(DataError);
    expect(() => splitData(data, { test: 0.2, random: random() })).toThrow(
      't has a test set of its own. Leave out the share for it.',
    );
    const some = splitData(data, { validation: 0.1, random: random() });
    expect([some.train.m, some.validation!.m, some.test!.m]).toEqual([36, 4, 40]);
  });
});
