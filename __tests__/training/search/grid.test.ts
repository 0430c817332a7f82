import { expect, test } from '@jest/globals';
import { ValueError } from '../../../src/core/errors.js';
import { RandomState } from '../../../src/core/random.js';
import { grid, randomChoices, sizeOfGrid } from '../../../src/training/search/grid.js';

const space = { rate: [0.1, 1], layers: ['a', 'b', 'c'], l2: [0] };

test('every combination once, as three loops have them', () => {
  const loops = [];
  for (const rate of space.rate) {
    for (const layers of space.layers) {
      for (const l2 of space.l2) loops.push({ rate, layers, l2 });
    }
  }
  expect(grid(space)).toEqual(loops);
  expect(sizeOfGrid(space)).toBe(6);
});

test('at random: none twice, all in the grid, each as often as another', () => {
  const random = new RandomState(3);
  const every = grid(space).map((choice) => JSON.stringify(choice));
  const counts = every.map(() => 0);
  for (let draw = 0; draw < 3000; draw++) {
    const chosen = randomChoices(space, 2, random).map((choice) => JSON.stringify(choice));
    expect(new Set(chosen).size).toBe(2);
    for (const one of chosen) counts[every.indexOf(one)]++;
  }
  // 1000 expected, with a deviation of √(3000 · 1/3 · 2/3) = 26.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * 26);
  expect(randomChoices(space, 9, random)).toEqual(grid(space));
});

test('a space too large to lay out', () => {
  const long = Array.from({ length: 1000 }, (_, i) => i);
  const large = { a: long, b: long, c: long, d: long };
  expect(randomChoices(large, 3, new RandomState(1))).toHaveLength(3);
});

test('refused', () => {
  expect(() => grid({ rates: [] })).toThrow(ValueError);
  expect(() => grid({ rates: [] })).toThrow('no rates to choose from');
  expect(() => randomChoices(space, 0, new RandomState(1))).toThrow('n is 0');
});
