import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { JobError } from '../../src/core/errors.js';
import { FolderStore } from '../../src/jobs/folderStore.js';
import { putFiles } from '../../src/jobs/manifest.js';
import { KnownNeeds } from '../../src/jobs/needs.js';
import type { Hash } from '../../src/jobs/store.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const here = temporaryFolder();

class Asked extends FolderStore {
  times = 0;

  override async has(hash: Hash): Promise<boolean> {
    this.times++;
    return super.has(hash);
  }
}

test('a list of files is gone through once, and again where the cache was swept; bytes each time', async () => {
  const [from, to] = [new FolderStore(join(here, 'from')), new Asked(join(here, 'to'), 1e9)];
  mkdirSync(join(here, 'data'));
  for (const name of 'abcdefghij') writeFileSync(join(here, 'data', name), name);
  const manifest = await putFiles(join(here, 'data'), from);
  const step = await from.put(Uint8Array.of(1));
  const needs = new KnownNeeds(from, to);
  const asked = { blobs: [step], manifests: [manifest] };
  const first = await needs.fetch(asked);
  expect(first.length).toBe(1 + 1 + 10);
  to.times = 0;
  expect(await needs.fetch(asked)).toEqual(first);
  expect(to.times).toBe(1); // the step
  await to.drop(first[4]);
  await to.drop(step);
  needs.forget();
  await needs.fetch(asked);
  expect(await to.has(first[4])).toBe(true);
  const lost = '0'.repeat(64);
  await expect(needs.fetch({ blobs: [lost], manifests: [] })).rejects.toThrow(JobError);
});
