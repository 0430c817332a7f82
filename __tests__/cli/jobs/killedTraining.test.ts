import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { RandomState } from '../../../src/core/random.js';
import { type Fingerprint, schemaVersion } from '../../../src/jobs/fingerprint.js';
import { sayPresence } from '../../../src/jobs/redis/presence.js';
import { hashOf } from '../../../src/jobs/store.js';
import { TestRedis, withRedis } from '../../jobs/support/redis.js';
import { LoopbackNetwork } from '../../support/loopbackNetwork.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad } from '../handgrad.js';
import { killAtRandom } from './killAtRandom.js';
import { WorkerProcess } from './workerProcess.js';

const here = temporaryFolder();
const path = (name: string) => join(here, name);
/** A step that loses its worker waits for up to 12 seconds. */
const kills = Number(process.env.HANDGRAD_KILLS ?? 2);
jest.setTimeout(300_000 + kills * 40_000);

const cutSeconds = Number(process.env.HANDGRAD_CUT ?? 9);
/** A run that has a step about every hundredth of a second. */
const long = ['--epochs', String(40 + 60 * kills), '--batch-size', '100', '--no-early-stopping'];
/** Steps as they are written, with noise; and recorded, on a backend that records. */
const written = ['--backend', 'cpu', '--dropout', '0.2'];
const recorded = ['--backend', 'wasm'];
type Child = { kill(signal: string): boolean };

const train = (name: string, how: readonly string[], circumstances = {}) =>
  handgrad(
    [
      'train',
      '--data',
      path('table.csv'),
      '--save',
      path(name),
      '--l2',
      '0.1',
      '--no-check',
      ...(how.includes('--backend') ? [] : written),
      ...how,
    ],
    circumstances,
  );
const epochsIn = (said: string) =>
  [...said.matchAll(/^Cost after epoch (\d+):/gm)].map(([, epoch]) => Number(epoch));
const filesOf = (name: string) =>
  (readdirSync(path(name), { recursive: true }) as string[])
    .filter((file) => statSync(join(path(name), file)).isFile() && file !== 'README.md')
    .sort()
    .map((file) => [file, readFileSync(join(path(name), file), 'base64')]);

beforeAll(async () => {
  const random = new RandomState(1);
  const rows = Array.from({ length: 600 }, (_, i) => {
    const [a, b] = random.randn(2);
    return `${a + (i % 3)},${b - (i % 3)},${'xyz'[i % 3]}`;
  });
  writeFileSync(path('table.csv'), ['a,b,kind', ...rows].join('\n'));
  expect((await train('short', ['--epochs', '8', '--shards', '8'])).code).toBe(0);
  expect((await train('long', [...long, '--shards', '8'])).code).toBe(0);
  expect((await train('still', [...long, ...recorded, '--shards', '8'])).code).toBe(0);
});

withRedis.describe('training with workers', () => {
  let redis: TestRedis;
  let workers: WorkerProcess[] = [];
  const env = (cache = 'mine') => ({ HANDGRAD_REDIS: redis.url, HANDGRAD_CACHE: path(cache) });
  const newWorker = async (cache: string, concurrency = 1, backend = 'cpu') => {
    const args = ['--concurrency', String(concurrency), '--backend', backend];
    const worker = new WorkerProcess(args, env(cache));
    workers.push(worker);
    await worker.ready();
  };
  beforeEach(async () => {
    redis = await TestRedis.start(['--appendonly', 'yes']);
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
    workers = [];
    await redis.end();
  });

  test('1, 2 and 7 hands: the same bytes as in this process, and nothing is left in Redis', async () => {
    for (const [i, concurrency] of [1, 1, 5].entries()) {
      await newWorker(`cache-${i}`, concurrency);
      const { code } = await train(`hands-${i}`, ['--epochs', '8', '--redis'], { env: env() });
      expect(code).toBe(0);
      expect(filesOf(`hands-${i}`)).toEqual(filesOf('short'));
    }
    const client = redis.client();
    const keys = await client.keys('handgrad:*');
    client.disconnect();
    const blobs = keys.filter((key) => /:blob:[0-9a-f]{64}$/.test(key));
    expect(blobs.length).toBe(2); // the table, and the list of files that names it
    expect(keys.filter((key) => /train-/.test(key)).sort()).toEqual([
      expect.stringMatching(/:run:train-\w+$/),
      expect.stringMatching(/:run:train-\w+:progress$/),
    ]);
    const { stdout } = await handgrad(['status'], { env: env() });
    expect(stdout).toMatch(/^train-\w+ .* 8 of 8 epochs /m);
    const [{ results }] = JSON.parse((await handgrad(['status', '--json'], { env: env() })).stdout);
    const kept = (name: string) => readFileSync(join(results, name), 'utf8');
    const { asked: how, data, results: found } = JSON.parse(kept('run.json'));
    const sha256 = hashOf(readFileSync(path('table.csv')));
    expect([how.epochs, how.seed, data]).toEqual([8, 1, [expect.objectContaining({ sha256 })]]);
    const { costs } = JSON.parse(readFileSync(join(path('short'), 'card.json'), 'utf8'));
    expect(found.costs).toEqual(costs);
    const [titles, ...rows] = kept('table.csv').trimEnd().split('\r\n');
    expect(titles).toMatch(/^epoch,cost/);
    expect(rows[0].split(',').slice(0, 2)).toEqual(['0', String(costs[0])]);
    expect(kept('report.html')).toMatch(/^<!doctype html>/i);
  });

  test(`workers, at ${kills} random moments: the same bytes as an undisturbed run`, async () => {
    const seed = Date.now() % 1e6;
    const random = new RandomState(seed);
    const worker = (cache: string) => newWorker(cache, 1, 'wasm');
    await Promise.all([worker('a'), worker('b')]);
    let isDone = false;
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const onStderr = (said: string) => {
      if (/^Cost after epoch 0:/m.test(said)) begin();
    };
    const run = train('killed', [...long, ...recorded, '--redis'], {
      env: env(),
      onStderr,
    }).finally(() => {
      isDone = true;
      begin();
    });
    await begun;
    const how = { kills, random, apart: 0, isDone: () => isDone };
    const killed = await killAtRandom(workers, worker, how);
    const { code, stderr } = await run;
    console.info(`seed ${seed}: ${killed} of ${kills} kills`);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('failed')]);
    expect(killed).toBeGreaterThanOrEqual(1);
    expect(filesOf('killed')).toEqual(filesOf('still'));
  });

  test('the one who submits, killed, comes back with --attach; redis-server, killed, is waited for', async () => {
    await newWorker('a');
    let isKilled = false;
    const how = [...long, '--checkpoint-every', '0.1', '--redis'];
    const first = await train('both', how, {
      env: env(),
      onStderr: (said: string, child: Child) => {
        if (!isKilled && /^Cost after epoch \d\d:/m.test(said)) isKilled = child.kill('SIGKILL');
      },
    });
    expect(first.code).toBeNull();
    const [, run] = /^Run: (\S+),/m.exec(first.stderr)!;
    let isShaken = false;
    const restart = async () => {
      await redis.kill();
      await setTimeout(500);
      await redis.start();
    };
    const { code, stderr } = await handgrad(['train', '--redis', '--attach', run], {
      env: env(),
      onStderr: (said) => {
        if (isShaken || !/^Cost after epoch/m.test(said)) return;
        isShaken = true;
        void restart();
      },
    });
    expect([code, isShaken]).toEqual([0, true]);
    expect(stderr).toMatch(/^Redis at redis:.* is back\.$/m);
    expect(filesOf('both')).toEqual(filesOf('long'));
  });

  test('a network that is cut, then a Redis that is full: it waits, says so, and ends with the same bytes', async () => {
    const network = await LoopbackNetwork.start(redis.port);
    const client = redis.client();
    const behind = { HANDGRAD_REDIS: `redis://127.0.0.1:${network.port}` };
    const worker = new WorkerProcess(['--concurrency', '1', '--backend', 'cpu'], {
      ...env('cut'),
      ...behind,
    });
    workers.push(worker);
    await worker.ready();
    let next: 'cut' | 'fill' | 'end' = 'cut';
    const cut = async () => {
      network.cut();
      await setTimeout(1000 * cutSeconds);
      network.mend();
    };
    const fill = async () => {
      await client.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '1mb');
      await setTimeout(3000);
      const epochs = epochsIn(said);
      await setTimeout(1500);
      expect(epochsIn(said)).toEqual(epochs); // nothing goes on
      await client.config('SET', 'maxmemory', '0');
    };
    let said = '';
    let shaking: Promise<void> | undefined;
    const { code, stderr } = await train('shaken', [...long, '--redis'], {
      env: { ...env(), ...behind },
      onStderr: (all: string) => {
        said = all;
        const epoch = epochsIn(all).at(-1);
        if (next === 'cut' && epoch !== undefined) {
          next = 'fill';
          shaking = cut();
        } else if (next === 'fill' && epoch! > 40) {
          next = 'end';
          shaking = shaking!.then(fill);
        }
      },
    });
    await shaking;
    expect([code, next]).toEqual([0, 'end']);
    expect(stderr).toMatch(/^Redis at redis:.* is back\.$/m);
    expect(stderr).toMatch(/^Redis at redis:.* is full/m);
    expect(filesOf('shaken')).toEqual(filesOf('long'));
    client.disconnect();
    network.end();
  });

  test('workers that round otherwise get nothing, and a Ctrl-C in the first step keeps the run', async () => {
    const by: Fingerprint = {
      ...{ handgrad: '0.0.9', schema: schemaVersion, backend: 'cpu' },
      roundings: hashOf(new Uint8Array(1)),
    };
    const client = redis.client();
    await sayPresence(client, 'handgrad', 'other', {
      ...{ host: 'there', pid: 1, handgrad: '0.0.9', concurrency: 1, fingerprints: [by] },
      ...{ jobs: [], now: Date.now() },
    });
    client.disconnect();
    let isStopped = false;
    const { code, stderr } = await train('refused', ['--epochs', '8', '--redis'], {
      env: env(),
      onStderr: (said: string, child: Child) => {
        if (!isStopped && /^Plan:/m.test(said)) isStopped = child.kill('SIGINT');
      },
    });
    expect([code, stderr]).toEqual([
      130,
      expect.stringMatching(/^No worker fits: there has handgrad 0\.0\.9\. .*--allow-mixed/m),
    ]);
    const resumed = await handgrad(['train', '--resume', path('refused')]);
    expect(resumed.code).toBe(0);
    expect(filesOf('refused')).toEqual(filesOf('short'));
  });
});
