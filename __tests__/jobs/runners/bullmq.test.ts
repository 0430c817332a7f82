import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { AbortError } from '../../../src/core/errors.js';
import { queueOf } from '../../../src/jobs/fingerprint.js';
import { cancelRun, jobIdsOf } from '../../../src/jobs/redis/runs.js';
import { hashOf } from '../../../src/jobs/store.js';
import { LoopbackNetwork } from '../../support/loopbackNetwork.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { TestRedis, withRedis } from '../support/redis.js';
import { gauss, momentKind, type SumTask, sumKind, sumsOf, well } from '../support/sums.js';
import { fingerprint, sumRunner, sumWorker } from '../support/sumWorker.js';

const here = temporaryFolder();
const { signal } = new AbortController();
/** 30 by hand. */
const cutSeconds = Number(process.env.HANDGRAD_CUT ?? 9);
const upTo = (n: number) => [...Array(n).keys()];

withRedis.describe('jobs on Redis', () => {
  let redis: TestRedis;
  let worker: Awaited<ReturnType<typeof sumWorker>>;
  beforeAll(async () => {
    redis = await TestRedis.start();
    worker = await sumWorker(redis.url, join(here, 'cache'), {
      limits: { seconds: 4, memory: 300 },
    });
  });
  afterAll(async () => {
    await worker?.end();
    await redis?.end();
  });

  const run = async (name: string, tasks: readonly SumTask[], retries?: number) => {
    const { runner, local, end } = await sumRunner(redis.url, join(here, name), name);
    try {
      const outcomes = await runner.run(sumKind, tasks, { signal, retries });
      return { outcomes, local };
    } finally {
      await end();
    }
  };

  test('outcomes in the order of the tasks; what they need and give goes by its hash', async () => {
    const { runner, local, end } = await sumRunner(redis.url, join(here, 'one'), 'one');
    const large = new Uint8Array(3 * 2 ** 20 + 5).map((_, i) => i % 7); // four pieces
    const needs = await local.put(large);
    const total = large.reduce((sum, one) => sum + one, 0);
    const done: number[] = [];
    const tasks = [{ ...well(2e7), needs }, ...upTo(20).map(well)];
    const outcomes = await runner.run(sumKind, tasks, { signal, onDone: (i) => void done.push(i) });
    expect(sumsOf(outcomes)).toEqual([gauss(2e7) + total, ...upTo(20).map(gauss)]);
    expect(done.toSorted((a, b) => a - b)).toEqual(upTo(21));
    const [first] = outcomes;
    const { bytes } = first.status === 'done' ? first.result : {};
    expect(new TextDecoder().decode(await local.get(bytes!))).toBe(String(gauss(2e7) + total));
    await end();
  });

  test('what is done is not done again: the same run and task', async () => {
    await run('twice', upTo(5).map(well));
    const before = worker.said.length;
    const { outcomes } = await run('twice', upTo(6).map(well));
    expect(sumsOf(outcomes)).toEqual(upTo(6).map(gauss));
    const after = worker.said.slice(before).filter((line) => line.startsWith('Takes'));
    expect(after).toEqual(['Takes twice: the sum to 5']);
  });

  test('a thousand jobs of nothing, each by its place', async () => {
    const { outcomes } = await run(
      'many',
      upTo(1000).map((to) => ({ to, how: 'bare' })),
    );
    expect(sumsOf(outcomes)).toEqual(upTo(1000).map(gauss));
  });

  test.each<[SumTask['how'], string, number]>([
    ['throws', 'undefined is not a function', 2],
    ['refuses', 'This is no sum.', 1],
    ['hangs', 'It is not done after 4 seconds.', 2],
    ['eats', 'It needs more than the 300 MB of memory that it may have.', 2],
    ['exits', 'It ended its process (exit code 3).', 2],
    ['lies', 'The result.sum is not a whole number from 0 to 1000000000000000.', 2],
  ])(
    'a job that %s is tried again, then said; the others are done',
    async (how, error, attempts) => {
      const tasks = [well(10), { to: 1, how }, well(20), well(30)];
      const { outcomes } = await run(how, tasks, 1);
      expect(outcomes[1]).toEqual({ status: 'failed', error, attempts });
      expect(sumsOf(outcomes).toSpliced(1, 1)).toEqual([55, 210, 465]);
    },
  );

  test('a job that was changed in Redis is refused by its schema, and nothing of it runs', async () => {
    const connection = redis.client();
    const queue = new Queue(queueOf(fingerprint), { connection, prefix: 'test' });
    const planted = [
      { run: 'x', kind: 'sum', blobs: 'redis', task: { to: 1, how: 'require("child_process")' } },
      { run: 'x', kind: 'sum', blobs: 'redis', task: { to: { toString: 'x' }, how: 'well' } },
      { run: 'x', kind: '__proto__', blobs: 'redis', task: {} },
      { run: 'x', kind: 'sum', task: well(1) },
      'no envelope',
    ];
    for (const [i, data] of planted.entries()) {
      await queue.add('sum', data, { jobId: `planted-${i}`, attempts: 3 });
    }
    for (let i = 0; i < planted.length; i++) {
      let state = '';
      for (let tries = 0; tries < 100 && state !== 'failed'; tries++) {
        state = await queue.getJobState(`planted-${i}`);
        await setTimeout(50);
      }
      const job = await queue.getJob(`planted-${i}`);
      expect([state, job!.attemptsMade]).toEqual(['failed', 1]);
      expect(job!.failedReason).toMatch(/^The (task|job)(\.\w+)? is not |There are no jobs called/);
    }
    await queue.close();
    connection.disconnect();
  });

  test('a result that was changed in Redis is refused, and the job done again', async () => {
    await run('spoiled', [well(7)]);
    const connection = redis.client();
    const [id] = await jobIdsOf(connection, 'test', 'spoiled');
    const key = `test:${queueOf(fingerprint)}:${id}`;
    const was = JSON.parse((await connection.hget(key, 'returnvalue'))!);
    await connection.hset(key, 'returnvalue', JSON.stringify({ ...was, result: { sum: 1 } }));
    const { outcomes } = await run('spoiled', [well(7)]);
    expect(sumsOf(outcomes)).toEqual([28]);
    connection.disconnect();
  });

  test('bytes that were changed in Redis are refused by their hash; the job says so', async () => {
    const {
      runner,
      local,
      redis: connection,
      end,
    } = await sumRunner(redis.url, join(here, 'b'), 'b');
    const needs = await local.put(Uint8Array.of(9, 9, 9));
    await connection.set(`test:blob:${needs}:0`, 'XXX');
    await connection.set(`test:blob:${needs}`, 1, 'EX', 100);
    await connection.expire(`test:blob:${needs}:0`, 100);
    const [outcome] = await runner.run(sumKind, [{ ...well(1), needs }], { signal, retries: 0 });
    expect(outcome).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('has another hash: it is damaged'),
    });
    expect(hashOf(await local.get(needs))).toBe(needs);
    await end();
  });

  test('a run that is cancelled: AbortError, nothing waits, and the jobs in hand are dropped', async () => {
    const { runner, redis: connection, end } = await sumRunner(redis.url, join(here, 'c'), 'c');
    const controller = new AbortController();
    const tasks: SumTask[] = upTo(10).map((to) => ({ to, how: 'waits' }));
    const waiting = runner.run(sumKind, tasks, { signal: controller.signal });
    void setTimeout(1000).then(() => controller.abort());
    await expect(waiting).rejects.toThrow(AbortError);
    await cancelRun(connection, 'test', 'c');
    const { outcomes } = await run('after', [well(3)]);
    expect(sumsOf(outcomes)).toEqual([6]);
    await end();
  });

  describe('jobs of a moment', () => {
    test('leave their results, and no trace: neither in Redis nor in the words of a worker', async () => {
      const { runner, local, redis: connection, end } = await sumRunner(redis.url, join(here, 'm'), 'm'); // biome-ignore format: one line
      const needs = await local.put(Uint8Array.of(1, 2, 3));
      const before = worker.said.length;
      for (const round of [1, 2]) {
        const tasks = upTo(5).map((i) => ({ ...well(10 * round + i), needs }));
        const outcomes = await runner.run(momentKind, tasks, { signal });
        expect(sumsOf(outcomes)).toEqual(tasks.map(({ to }) => gauss(to) + 6));
        const [first] = outcomes;
        const bytes = first.status === 'done' ? first.result.bytes! : '';
        expect(new TextDecoder().decode(await local.get(bytes))).toBe(
          String(gauss(10 * round) + 6),
        );
        for (const hash of [needs, bytes]) {
          const seconds = await connection.ttl(`test:blob:${hash}`);
          expect(seconds).toBeGreaterThan(0);
          expect(seconds).toBeLessThanOrEqual(60);
        }
      }
      expect(worker.said.slice(before)).toEqual([]);
      const keys = await connection.keys('*');
      expect(keys.filter((key) => /:m\.|run:m:/.test(key))).toEqual([]);
      await end();
    });

    test('that fail are tried again, and then say their error', async () => {
      const { runner, end } = await sumRunner(redis.url, join(here, 'mf'), 'mf');
      const tasks: SumTask[] = [{ to: 1, how: 'throws' }, well(3), { to: 1, how: 'refuses' }];
      const outcomes = await runner.run(momentKind, tasks, { signal, retries: 1 });
      expect(sumsOf(outcomes)).toEqual(['undefined is not a function', 6, 'This is no sum.']);
      expect(outcomes[0]).toMatchObject({ attempts: 2 });
      await end();
    });

    test('that Redis has lost are done again', async () => {
      const { runner, redis: connection, end } = await sumRunner(redis.url, join(here, 'ml'), 'ml');
      const controller = new AbortController();
      const held: SumTask[] = [1, 2].map((to) => ({ to, how: 'waits' }));
      const holding = runner.run(momentKind, held, { signal: controller.signal }).catch(() => {});
      await setTimeout(500); // both children are busy
      const lost = runner.run(momentKind, [well(9)], { signal });
      await setTimeout(500);
      const queue = new Queue(queueOf(fingerprint), { connection, prefix: 'test' });
      for (const job of await queue.getWaiting()) await job.remove();
      controller.abort();
      await cancelRun(connection, 'test', 'ml');
      await holding;
      expect(sumsOf(await lost)).toEqual([45]);
      await queue.close();
      await end();
    });
  });

  test('the same task twice is two jobs', async () => {
    const { outcomes } = await run('same', [well(4), well(4), well(5)]);
    expect(sumsOf(outcomes)).toEqual([10, 10, 15]);
  });
});

withRedis.test(
  'a network that is cut for longer than a lock lasts: all is done, and told once',
  async () => {
    const redis = await TestRedis.start();
    const proxy = await LoopbackNetwork.start(redis.port);
    const worker = await sumWorker(`redis://127.0.0.1:${proxy.port}`, join(here, 'cut'));
    const { runner, end } = await sumRunner(redis.url, join(here, 'cut-mine'), 'cut');
    const told: number[] = [];
    const cut = async (i: number) => {
      told.push(i);
      if (told.length !== 3) return;
      proxy.cut();
      void setTimeout(cutSeconds * 1000).then(() => proxy.mend());
    };
    const tasks = upTo(60).map((i) => well(4e7 + i));
    const outcomes = await runner.run(sumKind, tasks, { signal, onDone: cut });
    expect(sumsOf(outcomes)).toEqual(upTo(60).map((i) => gauss(4e7 + i)));
    expect(told.toSorted((a, b) => a - b)).toEqual(upTo(60));
    await end();
    await worker.end();
    proxy.end();
    await redis.end();
  },
);

withRedis.test(
  'a Redis that fills up while jobs run: worker and submitter say so, and all are done once there is room',
  async () => {
    const redis = await TestRedis.start(['--maxmemory-policy', 'noeviction']);
    const client = redis.client();
    const worker = await sumWorker(redis.url, join(here, 'full'));
    const { runner, full, end } = await sumRunner(redis.url, join(here, 'full-mine'), 'full');
    const told: number[] = [];
    const fill = async (i: number) => {
      told.push(i);
      if (told.length === 3) await client.config('SET', 'maxmemory', '1mb'); // less than it holds
    };
    const tasks = upTo(12).map((i) => well(4e7 + i));
    let isDone = false;
    const waiting = runner.run(sumKind, tasks, { signal, onDone: fill }).finally(() => {
      isDone = true;
    });
    while (!worker.said.some((line) => /is full: jobs wait until it has room/.test(line))) {
      await setTimeout(50);
    }
    const more = runner.run(sumKind, [well(5), well(6)], { signal });
    while (full() === 0) await setTimeout(50);
    expect(isDone).toBe(false);
    await client.config('SET', 'maxmemory', '0');
    expect(sumsOf(await more)).toEqual([15, 21]);
    expect(full()).toBe(1);
    expect(sumsOf(await waiting)).toEqual(upTo(12).map((i) => gauss(4e7 + i)));
    expect(told.toSorted((a, b) => a - b)).toEqual(upTo(12));
    client.disconnect();
    await end();
    await worker.end();
    await redis.end();
  },
);
