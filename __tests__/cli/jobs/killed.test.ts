import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { childEntry } from '../../../src/cli/jobs/children.js';
import { kindsIn } from '../../../src/cli/jobs/kinds.js';
import { RandomState } from '../../../src/core/random.js';
import { type Fingerprint, schemaVersion } from '../../../src/jobs/fingerprint.js';
import { FolderStore } from '../../../src/jobs/folderStore.js';
import { Pool } from '../../../src/jobs/pool.js';
import { addressOf, connect } from '../../../src/jobs/redis/connect.js';
import { RedisStore } from '../../../src/jobs/redis/redisStore.js';
import { hashOf } from '../../../src/jobs/store.js';
import { startWorker } from '../../../src/jobs/worker.js';
import { version } from '../../../src/version.js';
import { TestRedis, withRedis } from '../../jobs/support/redis.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad } from '../handgrad.js';
import { killAtRandom } from './killAtRandom.js';
import { WorkerProcess } from './workerProcess.js';

const here = temporaryFolder();
const path = (name: string) => join(here, name);
/** 50 of them take some minutes. */
const kills = Number(process.env.HANDGRAD_KILLS ?? 8);
jest.setTimeout(600_000 + kills * 30_000);

beforeAll(() => {
  const random = new RandomState(1);
  const rows = Array.from({ length: 1500 }, (_, i) => {
    const [a, b] = random.randn(2);
    return `${a + (i % 3)},${b - (i % 3)},${'xyz'[i % 3]}`;
  });
  writeFileSync(path('table.csv'), ['a,b,kind', ...rows].join('\n'));
});

const tune = (name: string, more: readonly string[], circumstances = {}) => {
  const where = ['--backend', 'cpu', '--save', path(name), '--report', path(`${name}.html`)];
  return handgrad(['tune', '--data', path('table.csv'), ...where, ...more], circumstances);
};
const filesOf = (name: string) =>
  readdirSync(path(name))
    .filter((file) => file !== 'tune.jsonl')
    .map((file) => [file, readFileSync(join(path(name), file), 'base64')]);
/** What the search found, in the order of its rounds; a result that stands there twice stays so. */
const resultsOf = (name: string) =>
  readFileSync(join(path(name), 'tune.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line))
    .map(({ seconds, ...result }) => result)
    .sort((a, b) => a.budget - b.budget || a.index - b.index);

withRedis.describe('killed', () => {
  let redis: TestRedis;
  let workers: WorkerProcess[] = [];
  const env = (cache = 'mine') => ({ HANDGRAD_REDIS: redis.url, HANDGRAD_CACHE: path(cache) });
  const newWorker = async (cache: string) => {
    const worker = new WorkerProcess(['--concurrency', '1', '--backend', 'cpu'], env(cache));
    workers.push(worker);
    await worker.ready();
    return worker;
  };
  beforeEach(async () => {
    redis = await TestRedis.start(['--appendonly', 'yes']);
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
    workers = [];
    await redis.end();
  });

  test(`workers, at ${kills} random moments: nothing lost, nothing twice, the same bytes`, async () => {
    const rates = Array.from({ length: 15 + 5 * kills }, (_, i) => (0.001 * (i + 1)).toFixed(3));
    const asked = ['--layers', '16;8,8', '--learning-rate', rates.join(), '--epochs', '60'];
    const one = tune('one', [...asked, '--jobs', '2']);
    expect((await one).code).toBe(0);

    const seed = Date.now() % 1e6;
    const random = new RandomState(seed);
    await Promise.all([newWorker('a'), newWorker('b')]);
    let isDone = false;
    const many = tune('many', [...asked, '--redis'], { env: env() }).finally(() => {
      isDone = true;
    });
    const how = { kills, random, apart: 200, isDone: () => isDone };
    const killed = await killAtRandom(workers, newWorker, how);
    const { code, stderr } = await many;
    console.info(`seed ${seed}: ${killed} of ${kills} kills`);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('failed')]);
    expect(killed).toBeGreaterThanOrEqual(Math.min(4, kills));
    expect(resultsOf('many')).toEqual(resultsOf('one'));
    expect(filesOf('many')).toEqual(filesOf('one'));
  });

  test('redis-server, twice, with appendonly: it is waited for, and the search goes on', async () => {
    const rates = ['--learning-rate', '0.001,0.003,0.01,0.03,0.1', '--epochs', '120'];
    const asked = ['--layers', '16;8,8', '--search', 'grid', '--no-early-stopping', ...rates];
    expect((await tune('still', [...asked, '--jobs', '1'])).code).toBe(0);
    await Promise.all([newWorker('a'), newWorker('b')]);
    let went = 0;
    const restart = async () => {
      await redis.kill();
      await setTimeout(1500);
      await redis.start();
    };
    const { code, stderr } = await tune('shaken', [...asked, '--redis'], {
      env: env(),
      onStderr: (said: string) => {
        const isTime = [/andidate 1 of 10: /, /andidate 5 of 10: /][went]?.test(said);
        if (!isTime) return;
        went++;
        void restart();
      },
    });
    expect([went, code]).toEqual([2, 0]);
    expect(stderr).toMatch(/^Redis at redis:.* is waited for\.$/m);
    expect(stderr).toMatch(/^Redis at redis:.* is back\.$/m);
    expect(resultsOf('shaken')).toEqual(resultsOf('still'));
    expect(filesOf('shaken')).toEqual(filesOf('still'));
  });
});

withRedis.describe('what does not fit', () => {
  test('a Redis without room: one sentence, and --store is the cure', async () => {
    const redis = await TestRedis.start(['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction']);
    const rows = Array.from(
      { length: 100_000 },
      (_, i) => `${i % 97},${(i * 7) % 89},${'xy'[i % 2]}`,
    );
    writeFileSync(path('large.csv'), ['a,b,kind', ...rows, ...rows, ...rows, ...rows].join('\n'));
    const where = ['--backend', 'cpu', '--save', path('full'), '--report', path('full.html')];
    const asked = ['tune', '--data', path('large.csv'), ...where, '--epochs', '1', '--redis'];
    const { code, stderr } = await handgrad(asked, {
      env: { HANDGRAD_REDIS: redis.url, HANDGRAD_CACHE: path('mine') },
    });
    expect([code, stderr.trimEnd().split('\n').at(-1)]).toEqual([
      1,
      expect.stringMatching(/^Redis at .* is full: give it more maxmemory, or .* --store DIR\.$/),
    ]);
    await redis.end();
  });

  test.each([
    ['of another version', '0.0.9', 'has handgrad 0.0.9'],
    ['that round otherwise, and nothing else', version, 'rounds otherwise on the cpu backend'],
  ])(
    'workers %s are said, and left alone; --allow-mixed takes them, and the result says so',
    async (_, handgrad, how) => {
      const redis = await TestRedis.start();
      const env = { HANDGRAD_REDIS: redis.url, HANDGRAD_CACHE: path('mine') };
      const by: Fingerprint = {
        ...{ handgrad, schema: schemaVersion, backend: 'cpu' },
        roundings: hashOf(new Uint8Array(1)),
      };
      const stop = await trialWorker(redis.url, by);
      const asked = ['--learning-rate', '0.01,0.03', '--epochs', '2', '--redis'];
      let isStopped = false;
      const refused = await tune(`refused-${handgrad}`, asked, {
        env,
        onStderr: (said: string, child: { kill(signal: string): boolean }) => {
          if (!isStopped && /^No worker fits/m.test(said)) isStopped = child.kill('SIGINT');
        },
      });
      expect([refused.code, refused.stderr]).toEqual([
        130,
        expect.stringMatching(/No worker fits: \S+ .*\. Start one of handgrad .*--allow-mixed/),
      ]);
      expect(refused.stderr).toContain(how);
      const mixed = await tune(`mixed-${handgrad}`, [...asked, '--allow-mixed', '--json'], { env });
      expect(mixed.code).toBe(0);
      expect(mixed.stderr).toMatch(/^Warning: Some of the workers are of another kind/m);
      expect(mixed.stderr).toContain(how);
      expect(JSON.parse(mixed.stdout).mixed).toEqual([expect.stringContaining(how)]);
      await stop();
      await redis.end();
    },
  );

  test('a worker without the folder that the others share: one sentence', async () => {
    const redis = await TestRedis.start();
    const env = { HANDGRAD_REDIS: redis.url, HANDGRAD_CACHE: path('mine') };
    const worker = new WorkerProcess(['--concurrency', '1', '--backend', 'cpu'], {
      ...{ HANDGRAD_REDIS: redis.url, HANDGRAD_CACHE: path('folderless') },
    });
    await worker.ready();
    const asked = ['--learning-rate', '0.01', '--epochs', '2', '--redis', '--store', path('share')];
    const { code, stderr } = await tune('folderless-run', asked, { env });
    expect([code, stderr.trimEnd().split('\n').at(-1)]).toEqual([
      1,
      'A worker lacks what the job needs: it lies in a folder that all share. Start the worker with the same --store.',
    ]);
    await worker.end('SIGTERM');
    await redis.end();
  });
});

/** A worker in this process that takes itself for another. */
async function trialWorker(url: string, by: Fingerprint): Promise<() => Promise<void>> {
  const redis = await connect(addressOf(url));
  const cache = new FolderStore(path('theirs'), 1e9);
  const pool = new Pool({
    ...{ size: 1, limits: { seconds: 60, memory: 1024 } },
    entry: childEntry(cache.folder, 'elsewhere'),
  });
  const stop = await startWorker({
    ...{ redis, prefix: 'handgrad', cache, pool, concurrency: 1, fingerprints: [by] },
    blobs: 'redis',
    remote: new RedisStore(redis, 'handgrad', 'Redis'),
    kinds: kindsIn(cache, 'elsewhere'),
    tell: () => {},
  });
  return async () => {
    await stop();
    pool.close();
    redis.disconnect();
  };
}
