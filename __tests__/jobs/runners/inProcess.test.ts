import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { AbortError } from '../../../src/core/errors.js';
import { FolderStore } from '../../../src/jobs/folderStore.js';
import { InProcess } from '../../../src/jobs/runners/inProcess.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { type SumTask, sumKind } from '../support/sums.js';

const here = temporaryFolder();
const runner = () => new InProcess(new FolderStore(join(here, 'store')));
const { signal } = new AbortController();

test('one after the other, each told before the next begins; a refusal leaves the others alone', async () => {
  const tasks: SumTask[] = [
    { to: 4, how: 'well' },
    { to: 1, how: 'refuses' },
    { to: 10, how: 'well' },
  ];
  const told: unknown[] = [];
  const outcomes = await runner().run(sumKind, tasks, {
    signal,
    onProgress: (i, { at }) => void told.push([i, at]),
    onDone: (i, { status }) => void told.push([i, status]),
  });
  const sums = outcomes.map((one) => (one.status === 'done' ? one.result.sum : one));
  expect(sums).toEqual([10, { status: 'failed', error: 'This is no sum.', attempts: 1 }, 55]);
  expect(told).toEqual([
    [0, 4],
    [0, 'done'],
    [1, 'failed'],
    [2, 10],
    [2, 'done'],
  ]);
});

test('a defect comes through, and so does a stop', async () => {
  const throws = runner().run(sumKind, [{ to: 1, how: 'throws' }], { signal });
  await expect(throws).rejects.toThrow(TypeError);
  const controller = new AbortController();
  const stopped = runner().run(sumKind, [{ to: 1, how: 'waits' }], { signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await expect(stopped).rejects.toThrow(AbortError);
});
