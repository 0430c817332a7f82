import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname } from 'node:path';
import { expect, test } from '@jest/globals';
import { TemporaryStore } from '../../src/jobs/temporaryStore.js';

test('two are apart, keep what is put into them, and leave nothing', async () => {
  const [one, other] = [await TemporaryStore.make('train'), await TemporaryStore.make('train')];
  const hash = await one.put(Uint8Array.of(1, 2, 3));
  expect([...(await one.get(hash))]).toEqual([1, 2, 3]);
  expect(await other.has(hash)).toBe(false);
  expect([dirname(one.folder), basename(one.folder)]).toEqual([tmpdir(), expect.stringMatching(/^handgrad-train-/)]); // biome-ignore format: one line
  await one.remove();
  await one.remove();
  expect([existsSync(one.folder), existsSync(other.folder)]).toEqual([false, true]);
  await other.remove();
});
