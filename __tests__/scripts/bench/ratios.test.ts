import { expect, test } from '@jest/globals';
import { ratiosOf } from '../../../scripts/bench/ratios.js';
import { rowsOf, threeDigits, toJson, verdict } from '../../../scripts/bench/report.js';
import { timing } from '../../../scripts/bench/takeTurns.js';

test('the median of an odd and of an even number of rounds, and the spread', () => {
  expect(timing([3, 1, 20])).toEqual({ msPerIteration: 3, spread: [1, 20], rounds: 3 });
  expect(timing([4, 1, 2, 9])).toEqual({ msPerIteration: 3, spread: [1, 9], rounds: 4 });
});

const timings = { a: timing([4]), b: timing([2]), x: timing([8]), y: timing([10]) };

test('the fastest against the fastest; who did not run does not count', () => {
  const goals = [
    { name: 'ours / theirs', of: ['a', 'b', 'gone'], over: ['y', 'x'], target: 0.25 },
    { name: 'nobody there', of: ['a'], over: ['gone'], target: 1 },
    { name: 'nobody here', of: ['gone'], over: ['x'] },
  ];
  const ratios = ratiosOf('w', goals, timings);
  expect(ratios).toEqual([{ name: 'w: ours / theirs', value: 0.25, target: 0.25 }]);
  expect(verdict(ratios[0])).toBe('reached');
  expect(verdict({ ...ratios[0], value: 0.2500001 })).toBe('not reached');
});

test('rows are sorted, in µs, ms, or for whole runs in seconds', () => {
  const rows = rowsOf({ name: 'w', title: '', timings: { a: timing([1234.5]), b: timing([0.5]) } });
  expect(rows.map(([name, time]) => [name, time])).toEqual([
    ['b', '500 µs'],
    ['a', '1235 ms'],
  ]);
  const [[, run]] = rowsOf({ name: 'w', title: '', timings: { a: timing([2]) }, run: 2500 });
  expect(run).toBe('5 s');
  expect([0.012345, 1.5, 99.96, 12345.6].map(threeDigits)).toEqual([
    '0.0123',
    '1.5',
    '100',
    '12346',
  ]);
});

test('the JSON has workloads by name, then contestants', () => {
  const measured = [{ name: 'w', title: 't', timings }];
  const json = JSON.parse(toJson({ measured, ratios: [], machine: 'm', versions: { Node: '20' } }));
  expect(json.workloads.w.b).toEqual({ msPerIteration: 2, spread: [2, 2], rounds: 1 });
  expect(json.versions).toEqual({ Node: '20' });
});
