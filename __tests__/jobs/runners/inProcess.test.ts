import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { AbortError } from '../../../src/core/errors.js';
import { FolderStore } from '../../../src/jobs/folderStore.js';
import { InProcess } from '../../../src/jobs/runners/inProcess.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { type SumTask, sumKind, sumsOf, well } from '../support/sums.js';

const here = temporaryFolder();
const runner = (atOnce?: number) => new InProcess(new FolderStore(join(here, 'store')), atOnce);
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

/** A job that is done once it is let go; how many are at it, and at most were. */
function gates() {
  const opened: (() => void)[] = [];
  let [now, most] = [0, 0];
  const kind = {
    ...sumKind,
    run: async (task: SumTask) => {
      most = Math.max(most, ++now);
      await new Promise<void>((resolve) => opened.push(resolve));
      now--;
      if (task.how === 'throws') throw new TypeError('a defect');
      return { sum: task.to, pid: 1 };
    },
  };
  return { kind, opened, most: () => most };
}

test('some at once where that is asked for, their outcomes in the order of the tasks', async () => {
  const { kind, opened, most } = gates();
  const done: number[] = [];
  const onDone = (i: number) => void done.push(i);
  const running = runner(3).run(kind, [5, 6, 7, 8].map(well), { signal, onDone });
  while (opened.length < 3) await setImmediate();
  opened[2]();
  while (opened.length < 4) await setImmediate();
  for (const open of [opened[3], opened[1], opened[0]]) {
    open();
    await setImmediate();
  }
  expect(sumsOf(await running)).toEqual([5, 6, 7, 8]);
  expect([done[0], done.toSorted(), most()]).toEqual([2, [0, 1, 2, 3], 3]);
});

test('a defect of one ends the run once those in hand are done; no other begins', async () => {
  const { kind, opened } = gates();
  const running = runner(2).run(kind, [{ to: 1, how: 'throws' }, well(2), well(3), well(4)], {
    signal,
  });
  const refused = expect(running).rejects.toThrow('a defect');
  while (opened.length < 2) await setImmediate();
  for (const open of opened) {
    open();
    await setImmediate();
  }
  await refused;
  expect(opened).toHaveLength(2);
});
