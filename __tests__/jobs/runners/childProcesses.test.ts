import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AbortError } from '../../../src/core/errors.js';
import { FolderStore } from '../../../src/jobs/folderStore.js';
import { MemoryStore } from '../../../src/jobs/memoryStore.js';
import { ChildProcesses } from '../../../src/jobs/runners/childProcesses.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { sumChild } from '../support/childEntry.js';
import { gauss, momentKind, type SumTask, sumKind, sumsOf, well } from '../support/sums.js';

const here = temporaryFolder();
const { signal } = new AbortController();
const store = new MemoryStore();

const withChildren = (size: number, limits = { seconds: 60, memory: 512 }) =>
  new ChildProcesses({ size, limits, entry: sumChild(here), store });

describe('two children', () => {
  const runner = withChildren(2);
  afterAll(() => runner.close());

  test('outcomes stand in the order of the tasks, whichever was done first; two processes did them', async () => {
    const store = new FolderStore(here);
    const needs = await store.put(Uint8Array.of(100, 200));
    const done: number[] = [];
    const told: number[] = [];
    const outcomes = await runner.run(
      sumKind,
      [{ to: 3e7, how: 'well' }, ...Array.from({ length: 20 }, (_, i) => ({ ...well(i), needs }))],
      {
        signal,
        onDone: (i) => void done.push(i),
        onProgress: (_, { at }) => void told.push(at),
      },
    );
    expect(sumsOf(outcomes)).toEqual([
      gauss(3e7),
      ...[...Array(20).keys()].map((i) => 300 + gauss(i)),
    ]);
    expect(done.toSorted((a, b) => a - b)).toEqual([...Array(21).keys()]);
    expect(told.toSorted((a, b) => a - b)).toEqual([...Array(20).keys(), 3e7]);
    const pids = outcomes.map((one) => (one.status === 'done' ? one.result.pid : 0));
    expect(new Set(pids).size).toBe(2);
    expect(pids).not.toContain(process.pid);
    const [first] = outcomes;
    const { bytes } = first.status === 'done' ? first.result : {};
    expect(readFileSync(join(here, bytes!), 'utf8')).toBe(String(gauss(3e7)));
  });

  test('what is of use for moments goes to a child and comes back without a file', async () => {
    const needs = await store.put(Uint8Array.of(100, 200));
    const before = readdirSync(here);
    const tasks = Array.from({ length: 10 }, (_, i) => ({ ...well(i), needs }));
    const outcomes = await runner.run(momentKind, tasks, { signal });
    expect(sumsOf(outcomes)).toEqual(tasks.map(({ to }) => 300 + gauss(to)));
    for (const one of outcomes) {
      const { sum, bytes } = one.status === 'done' ? one.result : {};
      expect(new TextDecoder().decode(await store.get(bytes!))).toBe(String(sum));
    }
    expect(readdirSync(here)).toEqual(before);
  });

  test('a thousand jobs of nothing, each by its place', async () => {
    const outcomes = await runner.run(
      sumKind,
      Array.from({ length: 1000 }, (_, i): SumTask => ({ to: i % 10, how: 'bare' })),
      { signal },
    );
    expect(sumsOf(outcomes)).toEqual(Array.from({ length: 1000 }, (_, i) => gauss(i % 10)));
  });
});

describe('a poisoned job is tried again, then said; the others are done', () => {
  const runner = withChildren(2, { seconds: 4, memory: 300 });
  afterAll(() => runner.close());

  test.each<[SumTask['how'], string | RegExp, number]>([
    ['throws', 'undefined is not a function', 2],
    ['refuses', 'This is no sum.', 1],
    ['hangs', 'It is not done after 4 seconds.', 2],
    ['eats', 'It needs more than the 300 MB of memory that it may have.', 2],
    ['eatsOutside', 'It needs more than the 300 MB of memory that it may have.', 2],
    ['exits', 'It ended its process (exit code 3).', 2],
    ['lies', 'The result.sum is not a whole number from 0 to 1000000000000000.', 2],
  ])('%s', async (how, error, attempts) => {
    const tasks: SumTask[] = [well(10), { to: 1, how }, well(20), well(30)];
    const outcomes = await runner.run(sumKind, tasks, { signal, retries: 1 });
    expect(outcomes[1]).toEqual({ status: 'failed', error, attempts });
    expect(sumsOf(outcomes).toSpliced(1, 1)).toEqual([55, 210, 465]);
  });
});

test('what the caller throws ends the run, and the jobs with it', async () => {
  const runner = withChildren(2);
  const tasks: SumTask[] = [well(1), { to: 1, how: 'waits' }];
  const onDone = () => {
    throw new RangeError('The disk is full.');
  };
  await expect(runner.run(sumKind, tasks, { signal, onDone })).rejects.toThrow('The disk is full.');
  await runner.close();
});

test('a signal stops all: AbortError, and the children can go on with others', async () => {
  const runner = withChildren(1);
  const controller = new AbortController();
  const tasks: SumTask[] = [{ to: 1, how: 'waits' }, well(1)];
  const run = runner.run(sumKind, tasks, { signal: controller.signal });
  void setTimeout(1500).then(() => controller.abort());
  await expect(run).rejects.toThrow(AbortError);
  expect(sumsOf(await runner.run(sumKind, [well(4)], { signal }))).toEqual([10]);
  await runner.close();
});

describe('what is secret stays here', () => {
  beforeAll(() => {
    process.env.HANDGRAD_REDIS = 'redis://:hush@127.0.0.1:1';
  });
  afterAll(() => {
    delete process.env.HANDGRAD_REDIS;
  });

  test('a child has neither the variable nor the word among its arguments', async () => {
    const runner = withChildren(1);
    const [outcome] = await runner.run(sumKind, [well(1)], { signal });
    const pid = outcome.status === 'done' ? outcome.result.pid : 0;
    for (const file of ['cmdline', 'environ']) {
      expect(readFileSync(`/proc/${pid}/${file}`, 'utf8')).not.toContain('hush');
    }
    await runner.close();
  });
});
