import { expect, test } from '@jest/globals';
import { base64 } from '../../src/report/base64.js';

// The vectors of RFC 4648, section 10.
test.each([
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foobar', 'Zm9vYmFy'],
])('%p is %p', (text, encoded) => {
  expect(base64(new TextEncoder().encode(text))).toBe(encoded);
});

test('every byte, and more of them than a call takes arguments', () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 256);
  expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
});
