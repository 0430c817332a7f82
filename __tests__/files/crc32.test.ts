import { expect, test } from '@jest/globals';
import { crc32 } from '../../src/files/crc32.js';

const ofText = (text: string) => crc32(new TextEncoder().encode(text));

test('the check value of the catalogue of CRCs, and the end of every PNG', () => {
  expect(ofText('123456789')).toBe(0xcbf43926);
  expect(ofText('IEND')).toBe(0xae426082);
  expect(ofText('')).toBe(0);
});
