import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { queueOf } from '../../../src/jobs/fingerprint.js';
import { workersAt } from '../../../src/jobs/redis/presence.js';
import { beginRun, runAt, runsAt } from '../../../src/jobs/redis/runs.js';
import { standingOf } from '../../../src/jobs/redis/standing.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { TestRedis, withRedis } from '../support/redis.js';
import { type SumTask, sumKind } from '../support/sums.js';
import { fingerprint, sumRunner, sumWorker } from '../support/sumWorker.js';

const here = temporaryFolder();

withRedis.test(
  'a run is counted: done, running, failed, waiting; its worker says what it has in hand',
  async () => {
    const server = await TestRedis.start();
    const worker = await sumWorker(server.url, join(here, 'cache'), { concurrency: 1 });
    const { runner, redis, end } = await sumRunner(server.url, join(here, 'mine'), 'counted');
    const about = {
      kind: 'sum',
      queue: queueOf(fingerprint),
      asked: '{}',
      handgrad: '0',
      host: 'h',
    };
    await beginRun(redis, 'test', { name: 'older', ...about, began: 1 });
    await beginRun(redis, 'test', { name: 'counted', ...about, began: 2 });
    await beginRun(redis, 'test', { name: 'counted', ...about, began: 3 }); // comes back to it
    expect((await runsAt(redis, 'test')).map(({ name, began }) => [name, began])).toEqual([
      ...[
        ['counted', 2],
        ['older', 1],
      ],
    ]);
    const hows = ['well', 'well', 'well', 'refuses', 'waits', 'well', 'well'] as const;
    const tasks: SumTask[] = hows.map((how, to) => ({ to, how }));
    const controller = new AbortController();
    const run = runner.run(sumKind, tasks, { signal: controller.signal });
    run.catch(() => {});
    const found = (await runAt(redis, 'test', 'counted'))!;
    for (let tries = 0; tries < 100; tries++) {
      const { failed, running } = await standingOf(redis, 'test', found);
      if (failed === 1 && running === 1) break;
      await setTimeout(100);
    }
    const { left, ...counts } = await standingOf(redis, 'test', found);
    expect(counts).toEqual({
      done: 3,
      running: 1,
      failed: 1,
      waiting: 2,
      errors: ['This is no sum.'],
    });
    expect(left).toBeGreaterThan(0);
    const [one] = await workersAt(redis, 'test');
    expect(one).toMatchObject({ pid: process.pid, concurrency: 1, fingerprints: [fingerprint] });
    expect(one.jobs.map(({ run, title }) => [run, title])).toEqual([['counted', 'the sum to 4']]);
    controller.abort();
    await expect(run).rejects.toThrow('stopped');
    const { waiting } = await standingOf(redis, 'test', found);
    expect(waiting).toBe(0);
    await worker.end();
    expect(await workersAt(redis, 'test')).toEqual([]);
    await end();
    await server.end();
  },
);
