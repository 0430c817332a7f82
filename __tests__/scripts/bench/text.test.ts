import { expect, test } from '@jest/globals';
import { ownTime, sideBySide } from '../../../scripts/bench/text.js';

test("the bench's own time: minutes, and shares of a whole, the longest first", () => {
  expect(ownTime({ cat: 30, growth: 60, start: 10 })).toBe(
    'All of it took 1.7 minutes: growth 60 %, cat 30 %, start 10 %.',
  );
});

test('numbers stand on the right of their columns', () => {
  expect(
    sideBySide([
      ['step', 'graph', 'wasm'],
      ['2-4-1', '13', '5.55'],
    ]),
  ).toEqual(['step   graph  wasm', '2-4-1     13  5.55']);
});
