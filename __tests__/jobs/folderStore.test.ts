import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { DataError } from '../../src/core/errors.js';
import { FolderStore } from '../../src/jobs/folderStore.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const here = temporaryFolder();
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = (n: number, size = 100) => new Uint8Array(size).fill(n);

test.each([undefined, 1e9])(
  'what is put stands under its SHA-256, once, and comes out (limit %s)',
  async (limit) => {
    const store = new FolderStore(join(here, `a-${limit}`), limit);
    const bytes = Uint8Array.of(1, 2, 3);
    expect(await store.has(sha256(bytes))).toBe(false);
    await expect(store.get(sha256(bytes))).rejects.toThrow(DataError);
    const hashes = await Promise.all([store.put(bytes), store.put(bytes)]);
    expect(hashes).toEqual([sha256(bytes), sha256(bytes)]);
    expect(readdirSync(store.folder)).toEqual([sha256(bytes)]);
    expect(await store.get(hashes[0])).toEqual(Buffer.from(bytes));
  },
);

test('what was changed is refused, and gone: it can be put again', async () => {
  const store = new FolderStore(join(here, 'b'));
  const hash = await store.put(bytesOf(1));
  writeFileSync(store.path(hash), 'other');
  await expect(store.get(hash)).rejects.toThrow('has another hash: it is damaged');
  expect(await store.put(bytesOf(1))).toBe(hash);
  expect(await store.get(hash)).toHaveLength(100);
});

test('a sweep leaves the limit: what was used last, and what is pinned', async () => {
  const store = new FolderStore(join(here, 'c'), 250);
  const hashes: string[] = [];
  for (let n = 0; n < 5; n++) {
    hashes.push(await store.put(bytesOf(n)));
    const used = new Date(Date.now() - 1e7 + n * 1e5);
    utimesSync(store.path(hashes[n]), used, used);
  }
  writeFileSync(join(store.folder, 'not-a-blob'), bytesOf(9, 20));
  expect(await store.has(hashes[1])).toBe(true); // that is a use
  expect(Date.now() - statSync(store.path(hashes[1])).mtimeMs).toBeLessThan(60_000);
  const unpin = store.pin([hashes[0]]);
  const left = async () => {
    await store.sweep();
    return hashes.filter((hash) => readdirSync(store.folder).includes(hash));
  };
  expect(await left()).toEqual([hashes[0], hashes[1]]);
  unpin();
  await store.put(bytesOf(7));
  expect(await left()).toEqual([hashes[1]]);
  expect(readFileSync(join(store.folder, 'not-a-blob'))).toHaveLength(20);
});
