import { afterEach, describe, expect, test } from '@jest/globals';
import { DataError, ModelError, ValueError } from '../../src/core/errors.js';
import { allowedFor, Budget } from '../../src/files/bounds.js';
import { orDamaged } from '../../src/files/damaged.js';
import { parseJson } from '../../src/files/json.js';
import { NoRegularFile } from '../../src/files/reason.js';
import { readRegular } from '../../src/files/regular.js';
import { bytesIn, inBytes } from '../../src/files/size.js';

afterEach(() => {
  delete process.env.HANDGRAD_MEMORY;
});

describe('what a file may take', () => {
  test('32 MB, or 32 bytes for each of its own, or what the user says', () => {
    expect([allowedFor(0), allowedFor(1e6), allowedFor(1e7)]).toEqual([32e6, 32e6, 320e6]);
    process.env.HANDGRAD_MEMORY = '2GiB';
    expect(allowedFor(1)).toBe(2147483648);
    process.env.HANDGRAD_MEMORY = 'much';
    expect(() => allowedFor(1)).toThrow(ValueError);
  });

  test('is shared by all that read it', () => {
    const budget = new Budget('a.npz', 100, DataError);
    budget.take(20e6);
    expect(() => budget.take(13e6)).toThrow(
      'a.npz has 100 bytes, and it unpacks to 33 MB, where 32 MB are allowed for its size. It is damaged or was made to take memory; if you trust it, set HANDGRAD_MEMORY=33MB.',
    );
    expect(() => budget.take(Number.POSITIVE_INFINITY)).toThrow(/more than any machine has/);
  });

  test('sizes in words', () => {
    expect([bytesIn('500MB'), bytesIn('4GiB'), bytesIn('4i')]).toEqual([5e8, 2 ** 32, undefined]);
    expect([inBytes(999), inBytes(257_020), inBytes(5.3e9)]).toEqual([
      '999 bytes',
      '258 kB',
      '5.3 GB',
    ]);
  });
});

test('JSON: a byte order mark is nothing, brackets in strings are none, 101 in each other are refused', () => {
  expect(parseJson('\ufeff{"a":1}', 'it', ModelError)).toEqual({ a: 1 });
  const inString = JSON.stringify({ a: '['.repeat(1000), b: '\\"[' });
  expect(parseJson(inString, 'it', ModelError)).toEqual(JSON.parse(inString));
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(() => parseJson(nested(100), 'it', ModelError)).not.toThrow();
  expect(() => parseJson(nested(101), 'it', ModelError)).toThrow(ModelError);
  expect(() => parseJson('{"a":{"__proto__":1}}', 'it', DataError)).toThrow(
    'it has a key __proto__',
  );
  expect(parseJson('"__proto__"', 'it', ModelError)).toBe('__proto__');
});

test('what is thrown by accident becomes an error that names the file; ours comes through', async () => {
  const endless = (): number => 1 + endless();
  expect(() => orDamaged('f', ModelError, endless)).toThrow(/^f is damaged.*nests deeper/);
  const own = new DataError('own');
  expect(() => orDamaged('f', ModelError, () => { throw own; })).toThrow(own); // biome-ignore format: one line
  await expect(
    orDamaged('f', ModelError, () => Promise.reject(Object.create(null))),
  ).rejects.toThrow(ModelError);
});

test('a device is no file, nor is a folder', async () => {
  await expect(readRegular('/dev/zero', ModelError)).rejects.toThrow(NoRegularFile);
  await expect(readRegular('/', ModelError)).rejects.toMatchObject({ code: 'EISDIR' });
  await expect(readRegular('package.json', ModelError, 3)).rejects.toThrow(ModelError);
});
