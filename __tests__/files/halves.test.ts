import { expect, test } from '@jest/globals';
import { bfloat16, float16 } from '../../src/files/halves.js';

// IEEE 754-2019, binary16: the examples of its tables of smallest, largest and special numbers.
test.each([
  [0x0000, 0],
  [0x0001, 2 ** -24], // the smallest
  [0x03ff, 1023 * 2 ** -24], // the largest below the normal ones
  [0x0400, 2 ** -14], // the smallest normal one
  [0x3555, 0.333251953125],
  [0x3800, 0.5],
  [0x3bff, 1 - 2 ** -11], // the last before 1
  [0x3c00, 1],
  [0x3c01, 1 + 2 ** -10], // the first after 1
  [0xc000, -2],
  [0x8001, -(2 ** -24)],
  [0x7bff, 65504], // the largest
  [0x7c00, Number.POSITIVE_INFINITY],
  [0xfc00, Number.NEGATIVE_INFINITY],
  [0x7e00, Number.NaN],
  [0x7c01, Number.NaN],
  [0x8000, -0],
])('float16 %i is %d', (bits, value) => {
  expect(float16(bits)).toBe(value);
});

// The upper half of 0x3f800000 (1), 0xc0490fdb (-π) and 0x7f7fffff (the largest).
test.each([
  [0x3f80, 1],
  [0xc049, -3.140625],
  [0x7f7f, (2 - 2 ** -7) * 2 ** 127],
  [0x7f80, Number.POSITIVE_INFINITY],
  [0x7fc0, Number.NaN],
  [0x0001, 2 ** -133],
])('bfloat16 %i is %d', (bits, value) => {
  expect(bfloat16(bits)).toBe(value);
});
