import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { FolderStore } from '../../src/jobs/folderStore.js';
import { layOut, listedIn, putFiles, sweepLaidOut } from '../../src/jobs/manifest.js';
import { fetchNeeds } from '../../src/jobs/needs.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const here = temporaryFolder();
const store = (name: string) => new FolderStore(join(here, name), 1e9);
const encoded = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

test('a folder goes from store to store by its hash, and lies there as it was', async () => {
  mkdirSync(join(here, 'photos', 'red'), { recursive: true });
  mkdirSync(join(here, 'photos', 'blue'));
  writeFileSync(join(here, 'photos', 'red', '1.png'), 'one');
  writeFileSync(join(here, 'photos', 'red', '2.png'), 'two');
  writeFileSync(join(here, 'photos', 'blue', 'é 3.png'), 'one'); // the same bytes
  const [mine, theirs] = [store('mine'), store('theirs')];
  const manifest = await putFiles(join(here, 'photos'), mine);
  const brought = await fetchNeeds({ blobs: [], manifests: [manifest] }, mine, theirs);
  expect(new Set(brought).size).toBe(3);
  const path = await layOut(manifest, theirs);
  expect(path.endsWith('photos')).toBe(true);
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).toSorted();
  expect(files).toEqual(['blue', 'blue/é 3.png', 'red', 'red/1.png', 'red/2.png']);
  expect(readFileSync(join(path, 'red', '2.png'), 'utf8')).toBe('two');
  expect(await layOut(manifest, theirs)).toBe(path);
  expect(await putFiles(join(here, 'photos'), mine)).toBe(manifest);

  await sweepLaidOut(theirs);
  expect(readdirSync(path)).toEqual(['blue', 'red']);
  await theirs.drop(manifest);
  await sweepLaidOut(theirs);
  expect(readdirSync(join(theirs.folder, 'files'))).toEqual([]);
});

test('a file goes by itself', async () => {
  writeFileSync(join(here, 'table.csv'), 'a,b\n1,2\n');
  const mine = store('file');
  const path = await layOut(await putFiles(join(here, 'table.csv'), mine), mine);
  expect(path.endsWith('table.csv')).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('a,b\n1,2\n');
});

test.each([
  ...['../x', '/etc/passwd', 'a/../../x', 'a//b', './a', 'a/.', 'a\\b', 'C:x', '', 'a\nb', 'a/'],
])('a list with the path %j is refused: nothing is written outside', (path) => {
  const list = [{ path, size: 1, hash: 'a'.repeat(64) }];
  expect(() => listedIn(encoded(list))).toThrow('is not a path inside a folder');
});

test('what lacks a file says so', async () => {
  const mine = store('lacking');
  const list = await mine.put(encoded([{ path: 'a', size: 1, hash: 'b'.repeat(64) }]));
  const fetched = fetchNeeds({ blobs: [], manifests: [list] }, mine, store('empty'));
  await expect(fetched).rejects.toThrow('A worker lacks what the job needs: ');
});
