import { expect, test } from '@jest/globals';
import { joined } from '../../src/export/bytes.js';

const buffer = (...bytes: number[]) => Uint8Array.from(bytes).buffer;

test.each([
  ['one buffer', buffer(1, 2, 3), [1, 2, 3]],
  ['several, in their order', [buffer(1), buffer(), buffer(2, 3)], [1, 2, 3]],
  ['none', undefined, []],
])('%s', (_, data, expected) => {
  expect([...new Uint8Array(joined(data))]).toEqual(expected);
});
