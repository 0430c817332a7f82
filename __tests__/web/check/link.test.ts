import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { deflateSync } from 'fflate';
import { ValueError } from '../../../src/core/errors.js';
import { codeOf, hashOf } from '../../../web/check/link.js';

const base64url = (bytes: Uint8Array) => `#code=${Buffer.from(bytes).toString('base64url')}`;

test.each([
  ['', 'nothing'],
  ['const dZ2 = A2.sub(Y); // (1, m)\n', 'a line'],
  ['dZ = ∂J/∂Z, λ/m Σ‖W‖² 🐈\r\n\t', 'other letters'],
  [
    Array.from({ length: 4000 }, (_, i) => `const a${i} = ${Math.sin(i)};`).join('\n'),
    'a long one',
  ],
])('there and back: %#', (code) => {
  const hash = hashOf(code);
  expect(hash).toMatch(/^#code=[\w-]*$/);
  expect(codeOf(hash)).toBe(code);
});

test('it is raw deflate in base64url: node:zlib reads it', () => {
  const bytes = Buffer.from(hashOf('const m = 5;').slice('#code='.length), 'base64url');
  expect(inflateRawSync(bytes).toString()).toBe('const m = 5;');
});

test.each([[''], ['#'], ['#main'], ['#coda=x']])('%j holds no code', (hash) => {
  expect(codeOf(hash)).toBeUndefined();
});

describe('a link that is not whole says so', () => {
  const hash = hashOf('const m = X.shape[1];\n'.repeat(40) + Math.sin(1));
  test.each([
    ['cut off', hash.slice(0, -6)],
    ['empty', '#code='],
    ['no base64', '#code=%%%'],
    ['another base64', '#code=AA+/'],
    ['with a line break', '#code=AA\nAA'],
    ['markup', '#code=<b>'],
    ['no deflate', '#code=____'],
    ['no text', base64url(deflateSync(Uint8Array.of(0xff, 0xfe, 0x80)))],
  ])('%s', (_, hash) => {
    expect(() => codeOf(hash)).toThrow(ValueError);
    expect(() => codeOf(hash)).toThrow(
      'The code in the link cannot be read: it was cut off or changed. Copy the link again.',
    );
  });

  test('one that is longer than any code', () => {
    expect(() => codeOf(`#code=${'A'.repeat(200_001)}`)).toThrow(
      'The code in the link is longer than 200000 bytes.',
    );
  });

  test('a small one that stands for much more', () => {
    const bomb = base64url(deflateSync(new Uint8Array(20_000_000), { level: 9 }));
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => codeOf(bomb)).toThrow('The code in the link is longer than 200000 bytes.');
  });
});
