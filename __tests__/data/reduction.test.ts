import { expect, test } from '@jest/globals';
import { reduced, reductionFor } from '../../src/data/reduction.js';

const small = { width: 64, height: 64 };

test.each([
  ['a picture of the cat set', 64, 64, 1],
  ['4 megapixels', 2000, 2000, 1],
  ['12 megapixels', 4032, 3024, 2],
  ['48 megapixels', 8064, 6048, 4],
  ['50 megapixels', 8160, 6144, 4],
  ['108 megapixels', 12_000, 9000, 8],
  ['200 megapixels', 16_320, 12_240, 8],
  ['one that is thin', 65_535, 100, 1], // 50 rows would be fewer than twice 64
])('%s: %i x %i is read at 1/%i of its sides', (_, width, height, by) => {
  expect(reductionFor({ width, height }, small)).toBe(by);
  expect(reductionFor({ width: height, height: width }, small)).toBe(by);
});

test('never below twice the size that is wanted, and not at all where none is', () => {
  const picture = { width: 8064, height: 6048 };
  expect(reductionFor(picture, { width: 1512, height: 100 })).toBe(2);
  expect(reductionFor(picture, { width: 100, height: 1513 })).toBe(1);
  expect(reductionFor(picture)).toBe(1);
});

test('sides are rounded up', () => {
  expect(reduced({ width: 17, height: 8 }, 8)).toEqual({ width: 3, height: 1 });
});
