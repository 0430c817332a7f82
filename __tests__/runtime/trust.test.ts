import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { BINDING, distrustIn, distrustOfFolder, recordBeside } from '../../src/runtime/trust.js';
import { needing } from '../support/needs.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = temporaryFolder();
let made = 0;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const LIBRARY = 'libtensorflow_cc.so.2';
const pinned = { [LIBRARY]: sha256('the library') };

/** A native folder in a cache, as the set-up makes it, and a package that is linked to it. */
function built({ sums = true } = {}) {
  const home = join(root, `home-${made++}`);
  const folder = join(home, 'cache', 'key');
  const directory = join(home, 'node_modules', 'tfjs-node');
  const binding = join(directory, 'lib', 'napi-v8', BINDING);
  for (const one of [folder, dirname(binding)]) mkdirSync(one, { recursive: true, mode: 0o755 });
  writeFileSync(join(folder, LIBRARY), 'the library');
  writeFileSync(join(folder, BINDING), 'the binding');
  if (sums) writeFileSync(join(folder, 'SHA256SUMS'), `${sha256('the binding')}  ${BINDING}\n`);
  symlinkSync(join(folder, BINDING), binding);
  const distrust = () => distrustIn({ binding, directory }, pinned);
  return { folder, directory, binding, distrust, record: recordBeside(binding) };
}

test('what was built is trusted, with and without the sums that a build from before did not write', () => {
  expect(built().distrust()).toBeUndefined();
  expect(built({ sums: false }).distrust()).toBeUndefined();
});

test('a binding in the package itself is of the package', () => {
  const { binding, directory } = built();
  rmSync(binding);
  writeFileSync(binding, "tfjs-node's own");
  expect(distrustIn({ binding, directory }, pinned)).toBeUndefined();
});

test.each([LIBRARY, BINDING])('other bytes in %s are seen, and named', (name) => {
  const { folder, distrust } = built();
  writeFileSync(join(folder, name), 'planted');
  const expected = name === LIBRARY ? pinned[LIBRARY] : sha256('the binding');
  expect(distrust()).toEqual({
    why: `${join(folder, name)} has SHA-256 ${sha256('planted')}, expected ${expected}`,
    isOwn: true,
  });
});

test('whoever plants a library cannot vouch for it in the sums beside it', () => {
  const { folder, distrust } = built();
  writeFileSync(join(folder, LIBRARY), 'planted');
  appendFileSync(join(folder, 'SHA256SUMS'), `${sha256('planted')}  ${LIBRARY}\n`);
  expect(distrust()?.why).toContain(`expected ${pinned[LIBRARY]}`);
});

// $ORIGIN is looked through before the system: a libc.so.6 there would be loaded for the true one.
test('a library more is refused, whatever the sums say of it', () => {
  const { folder, distrust } = built();
  writeFileSync(join(folder, 'libc.so.6'), 'planted');
  appendFileSync(join(folder, 'SHA256SUMS'), `${sha256('planted')}  libc.so.6\n`);
  expect(distrust()?.why).toBe(`${join(folder, 'libc.so.6')} was not built by handgrad`);
});

test.each([LIBRARY, 'folder', 'link'])('%s that is no file of its own is refused', (name) => {
  const { folder, distrust } = built();
  const path = join(folder, name);
  if (name === 'folder') mkdirSync(path);
  else {
    const elsewhere = join(dirname(folder), 'elsewhere');
    writeFileSync(elsewhere, 'the library');
    rmSync(path, { force: true });
    symlinkSync(elsewhere, path);
  }
  expect(distrust()).toEqual({ why: `${path} is no file`, isOwn: true });
});

test('a library that is missing is named', () => {
  const { folder, distrust } = built();
  rmSync(join(folder, LIBRARY));
  expect(distrust()?.why).toBe(`${join(folder, LIBRARY)} is missing`);
});

test('what was hashed once is not hashed again, until it changes', () => {
  const { folder, distrust, record } = built();
  expect(existsSync(record)).toBe(false);
  expect(distrust()).toBeUndefined();
  const kept = readFileSync(record, 'utf8');
  // Proof that the record is believed: with it, a pin that does not hold is not looked at.
  const other = { [LIBRARY]: sha256('another') };
  expect(distrustOfFolder(folder, other, record)).toBeUndefined();
  expect(distrustOfFolder(folder, other)).toBeDefined();

  // Same name, same size, same times of writing: the time of the change gives it away.
  const at = new Date(2020, 0, 1);
  utimesSync(join(folder, LIBRARY), at, at);
  expect(distrust()).toBeUndefined();
  expect(readFileSync(record, 'utf8')).not.toBe(kept);
  writeFileSync(join(folder, LIBRARY), 'THE LIBRARY');
  utimesSync(join(folder, LIBRARY), at, at);
  expect(distrust()?.why).toContain(`has SHA-256 ${sha256('THE LIBRARY')}`);
  expect(existsSync(record)).toBe(false); // so that the set-up looks at it again
});

test('another folder in the place of the one that was hashed is hashed', () => {
  const { folder, distrust } = built();
  expect(distrust()).toBeUndefined();
  const { folder: planted } = built();
  writeFileSync(join(planted, BINDING), 'the BINDING');
  rmSync(folder, { recursive: true });
  renameSync(planted, folder);
  expect(distrust()?.why).toContain(`${BINDING} has SHA-256`);
});

const posix = needing('posix', process.getuid !== undefined);
posix.describe('a cache that others write', () => {
  test('in the folder: built anew', () => {
    const { folder, distrust } = built();
    expect(distrust()).toBeUndefined();
    chmodSync(folder, 0o777);
    const why = `${folder} can be written by others (mode 777)`;
    expect(distrust()).toEqual({ why, isOwn: true });
  });

  test('above it: another is needed, whatever was recorded', () => {
    const { folder, distrust } = built();
    expect(distrust()).toBeUndefined();
    chmodSync(dirname(folder), 0o777);
    const why = `${dirname(folder)} can be written by others (mode 777)`;
    expect(distrust()).toEqual({ why, isOwn: false });
  });
});

needing('root', process.getuid?.() === 0).test(
  'a folder of another user is never trusted nor built over',
  () => {
    const { folder, distrust } = built();
    chownSync(folder, 12345, 12345);
    const why = `${folder} belongs to another user (uid 12345)`;
    expect(distrust()).toEqual({ why, isOwn: false });
  },
);
