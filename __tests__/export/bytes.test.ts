import { expect, test } from '@jest/globals';
import { bytesOf, joined } from '../../src/export/bytes.js';

const buffer = (...bytes: number[]) => Uint8Array.from(bytes).buffer;

test.each([
  ['one buffer', buffer(1, 2, 3), [1, 2, 3]],
  ['several, in their order', [buffer(1), buffer(), buffer(2, 3)], [1, 2, 3]],
  ['none', undefined, []],
])('%s', (_, data, expected) => {
  expect([...new Uint8Array(joined(data))]).toEqual(expected);
});

test('the bytes of values in the middle of a buffer', () => {
  const values = Float32Array.of(7, 1, -2, 7).subarray(1, 3);
  // IEEE 754: 1 is 3f800000, -2 is c0000000, the lowest byte first.
  expect([...bytesOf(values)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
});
