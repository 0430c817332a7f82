import { describe, expect, test } from '@jest/globals';
import { axis } from '../../../web/playground/costCurve.js';
import { CostHistory } from '../../../web/playground/costHistory.js';

describe('CostHistory', () => {
  test('keeps all of a short run', () => {
    const history = new CostHistory(10);
    for (let i = 0; i < 9; i++) history.add(i, 1 / (i + 1));
    expect(history.marks.map(([i]) => i)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('stays short over 100,000 iterations, in even steps, with the first and the last of them', () => {
    const history = new CostHistory(600);
    const last = 100_000;
    for (let i = 0; i <= last; i += 7) history.add(i, Math.exp(-i / 1e4));
    const { marks } = history;
    expect(marks.length).toBeLessThanOrEqual(601);
    expect(marks.length).toBeGreaterThanOrEqual(300);
    expect(marks[0]).toEqual([0, 1]);
    expect(marks.at(-1)![0]).toBe(7 * Math.floor(last / 7));
    const gaps = marks.slice(1, -1).map(([i], k) => i - marks[k][0]);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * Math.min(...gaps));
    for (const [i, cost] of marks) expect(cost).toBe(Math.exp(-i / 1e4));
  });
});

describe('the axis', () => {
  test.each([
    [[0.69, 0.21], { low: 0, high: 0.8, ticks: [0, 0.2, 0.4, 0.6, 0.8] }],
    [[37, 12], { low: 0, high: 40, ticks: [0, 10, 20, 30, 40] }],
    [[0], { low: 0, high: 1, ticks: [0, 1] }],
  ])('of %j is linear from 0 in round steps', (costs, expected) => {
    expect(axis(costs, false)).toEqual(expected);
  });

  test('goes in powers of ten where it is logarithmic', () => {
    expect(axis([0.69, 0.004], true)).toEqual({
      low: 0.001,
      high: 1,
      ticks: [0.001, 0.01, 0.1, 1],
    });
  });
});
