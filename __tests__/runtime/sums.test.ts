import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { filesIn, parseSums, sha256Of, stateOf, sumsOf, sumsText } from '../../src/runtime/sums.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const folder = temporaryFolder();

// FIPS 180-4, the examples of NIST: one block, none, and a million times 'a', which is of no whole pieces.
const nist = {
  abc: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  empty: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  million: 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
};
beforeEach(() => {
  writeFileSync(join(folder, 'abc'), 'abc');
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'million'), 'a'.repeat(1_000_000));
});

test("SHA-256 of NIST's examples", () => {
  expect(sumsOf(folder)).toEqual(nist);
});

test('a file of more than one piece', () => {
  const path = join(folder, 'long');
  writeFileSync(path, 'a'.repeat(1_000_000));
  writeFileSync(path, 'b'.repeat(1_500_000), { flag: 'a' });
  // sha256sum of 1,000,000 times a and 1,500,000 times b, by coreutils
  expect(sha256Of(path)).toBe('4ea15980552d39804548079a9a854ba3e83bc5e56143f87ad4d1145fe04b6fa6');
  expect(filesIn(folder)).toContain('long');
});

test('written as coreutils do, and read', () => {
  expect(sumsText({ abc: nist.abc })).toBe(`${nist.abc}  abc\n`);
  expect(parseSums(sumsText(nist))).toEqual(nist);
  const binary = `${nist.abc} *abc\n# a remark\n${nist.empty.slice(1)}  short\n${nist.abc}  ../up\n`;
  expect(parseSums(binary)).toEqual({ abc: nist.abc });
});

test('a file has another state after it was written, with the same bytes too', () => {
  const path = join(folder, 'abc');
  const before = stateOf(path);
  expect(stateOf(path)).toBe(before);
  writeFileSync(path, 'abc');
  expect(stateOf(path)).not.toBe(before);
});
