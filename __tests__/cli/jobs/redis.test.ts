import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RandomState } from '../../../src/core/random.js';
import { version } from '../../../src/version.js';
import { TestRedis, withRedis } from '../../jobs/support/redis.js';
import { freePort } from '../../support/freePort.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad, oneLine } from '../handgrad.js';
import { WorkerProcess } from './workerProcess.js';

const here = temporaryFolder();
const path = (name: string) => join(here, name);
const secret = 'swordfish-7391';

beforeAll(() => {
  const random = new RandomState(1);
  const rows = Array.from({ length: 240 }, (_, i) => {
    const [a, b] = random.randn(2);
    return `${a + (i % 3)},${b - (i % 3)},${'xyz'[i % 3]}`;
  });
  writeFileSync(path('table.csv'), ['a,b,kind', ...rows].join('\n'));
});

const asked = ['--layers', '8;4', '--learning-rate', '0.003,0.03,0.1', '--epochs', '9'];
const tune = (name: string, more: readonly string[], circumstances = {}) => {
  const where = ['--backend', 'cpu', '--save', path(name), '--report', path(`${name}.html`)];
  return handgrad(['tune', '--data', path('table.csv'), ...where, ...more], circumstances);
};
const withoutSeconds = (text: string) => text.replace(/"seconds": ?[\d.e-]+/g, '"seconds": 0');
const filesOf = (name: string) =>
  readdirSync(path(name))
    .filter((file) => file !== 'tune.jsonl')
    .map((file) => [file, readFileSync(join(path(name), file), 'base64')]);

withRedis.describe('tune --redis', () => {
  let redis: TestRedis;
  const workers: WorkerProcess[] = [];
  const env = () => ({ HANDGRAD_REDIS: redis.url, HANDGRAD_CACHE: path('mine') });
  const everySaid: string[] = [];
  beforeAll(async () => {
    redis = await TestRedis.start([], secret);
    for (const name of ['cache-1', 'cache-2']) {
      workers.push(
        new WorkerProcess(['--concurrency', '1'], {
          HANDGRAD_REDIS: redis.url,
          HANDGRAD_CACHE: path(name),
        }),
      );
    }
    await Promise.all(workers.map((worker) => worker.ready()));
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.end('SIGTERM')));
    everySaid.push(...workers.map(({ said }) => said));
    expect(everySaid.join('\n')).not.toContain(secret);
    await redis?.end();
  });

  test('two workers give the words and the bytes that one process gives', async () => {
    const one = await tune('one', [...asked, '--jobs', '1', '--json']);
    const many = await tune('many', [...asked, '--redis', '--json'], { env: env() });
    everySaid.push(many.stdout, many.stderr);
    expect([one.code, many.code]).toEqual([0, 0]);
    const renamed = (text: string) => text.replaceAll(path('many'), path('one'));
    expect(renamed(withoutSeconds(many.stdout))).toBe(withoutSeconds(one.stdout));
    const lines = renamed(many.stderr)
      .split('\n')
      .filter((line) => !line.startsWith('Run: tune-'));
    expect(lines.join('\n')).toBe(one.stderr);
    expect(filesOf('many')).toEqual(filesOf('one'));
    expect(workers.every(({ said }) => said.includes('Takes tune-'))).toBe(true);
    expect(everySaid.join()).toContain(`Run: tune-`);
    expect(many.stderr).toContain(`at redis://127.0.0.1:${redis.port}\n`);
  });

  test('status and workers say how far, and who', async () => {
    const status = await handgrad(['status', '--json'], { env: env() });
    const [run] = JSON.parse(status.stdout);
    expect(run).toMatchObject({ kind: 'trial', done: 8, running: 0, failed: 0, waiting: 0 });
    const table = await handgrad(['status', run.name], { env: env() });
    expect(table.stdout).toMatch(new RegExp(`${run.name} .* 8 +0 +0 +0`));
    const who = await handgrad(['workers', '--json'], { env: env() });
    const pids = JSON.parse(who.stdout).map(({ pid }: { pid: number }) => pid);
    expect(pids.toSorted()).toEqual(workers.map(({ pid }) => pid).toSorted());
    expect(run.results).toBe(join(path('mine'), 'runs', run.name));
    expect(table.stderr).toBe(`Results: ${run.results}\n`);
    const kept = readFileSync(join(run.results, 'run.json'), 'utf8');
    expect(kept).toBe(readFileSync(join(path('many-results'), 'run.json'), 'utf8'));
    const { asked: options, command, handgrad: by, data, results } = JSON.parse(kept);
    expect([options.seed, by, command]).toEqual([
      1,
      version,
      expect.stringMatching(/^handgrad tune --data \S+table\.csv .* --redis --json$/),
    ]);
    const sha256 = createHash('sha256')
      .update(readFileSync(path('table.csv')))
      .digest('hex');
    expect(data).toEqual([expect.objectContaining({ sha256 })]);
    expect(results.candidates).toHaveLength(6);
    const rows = readFileSync(join(run.results, 'table.csv'), 'utf8').trimEnd().split('\r\n');
    expect(rows).toHaveLength(7);
    const page = readFileSync(join(run.results, 'report.html'), 'utf8');
    expect(page).toBe(readFileSync(path('many.html'), 'utf8'));
    everySaid.push(kept);
    const none = await handgrad(['status', 'tune-none'], { env: env() });
    expect(oneLine(none)).toContain('knows no run tune-none');
    everySaid.push(status.stdout, table.stdout, who.stdout, none.stderr);
  });

  test('no process of a worker or of its children has the password among its arguments; children have it nowhere', async () => {
    for (const worker of workers) {
      const children = readFileSync(`/proc/${worker.pid}/task/${worker.pid}/children`, 'utf8');
      const pids = children.trim().split(/\s+/).filter(Boolean);
      expect(pids.length).toBeGreaterThan(0);
      for (const pid of [String(worker.pid), ...pids]) {
        expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(secret);
      }
      for (const pid of pids) {
        expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(secret);
      }
    }
  });

  test('a password among the arguments is warned of, and not repeated', async () => {
    const { code, stderr } = await handgrad(['workers', '--redis', redis.url]);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/Whoever lists processes sees the password/),
    ]);
    expect(stderr).not.toContain(secret);
  });

  test('a folder that all share takes the place of Redis for data and states', async () => {
    const shared = ['--prefix', 'by-folder', '--store', path('shared')];
    const worker = new WorkerProcess(['--concurrency', '1', ...shared], {
      HANDGRAD_REDIS: redis.url,
      HANDGRAD_CACHE: path('cache-3'),
    });
    await worker.ready();
    const { code } = await tune('by-folder', [...asked, '--redis', ...shared], { env: env() });
    expect(code).toBe(0);
    expect(filesOf('by-folder')).toEqual(filesOf('one'));
    const client = redis.client();
    expect(await client.keys('by-folder:blob:*')).toEqual([]);
    client.disconnect();
    await worker.end('SIGTERM');
  });

  test('Ctrl-C without a terminal cancels; --attach goes on where it was', async () => {
    const more = [...asked.slice(0, -1), '400', '--redis'];
    let isStopped = false;
    const stopped = await tune('stopped', more, {
      env: env(),
      onStderr: (stderr: string, child: ChildProcess) => {
        if (!isStopped && /candidate 2 of 6: /.test(stderr)) isStopped = child.kill('SIGINT');
      },
    });
    expect([stopped.code, stopped.stderr]).toEqual([130, expect.stringMatching(/^Cancelled: /m)]);
    const [, run] = /^Run: (\S+),/m.exec(stopped.stderr)!;
    const back = await handgrad(['tune', '--attach', run, '--report', path('stopped.html')], {
      env: env(),
    });
    expect(back.code).toBe(0);
    const whole = await tune('whole', [...asked.slice(0, -1), '400', '--jobs', '1']);
    expect(whole.code).toBe(0);
    expect(filesOf('stopped')).toEqual(filesOf('whole'));
    const elsewhere = await handgrad(['tune', '--attach', run], {
      env: { ...env(), HANDGRAD_CACHE: path('other') },
    });
    expect(oneLine(elsewhere)).toContain('was not begun on this machine');
  });

  test('a terminal that is closed leaves the jobs: they are done when it comes back', async () => {
    const more = [...asked.slice(0, -1), '300', '--redis', '--search', 'grid'];
    let isStopped = false;
    const stopped = await tune('left', more, {
      env: env(),
      onStderr: (stderr: string, child: ChildProcess) => {
        if (!isStopped && /andidate 1 of 6: /.test(stderr)) isStopped = child.kill('SIGHUP');
      },
    });
    expect([stopped.code, stopped.stderr]).toEqual([129, expect.stringMatching(/^Left: /m)]);
    const [, run] = /^Run: (\S+),/m.exec(stopped.stderr)!;
    for (let tries = 0; tries < 300; tries++) {
      const { stdout } = await handgrad(['status', run, '--json'], { env: env() });
      if (JSON.parse(stdout).done === 6) break;
      await setTimeout(200);
    }
    const taken = workers.map(({ said }) => said.length);
    const back = await handgrad(['tune', '--attach', run, '--report', path('left.html')], {
      env: env(),
    });
    expect(back.code).toBe(0);
    expect(workers.map(({ said }) => said.length)).toEqual(taken); // nothing was done again
  });
});

describe('one sentence, and exit 1', () => {
  const ended = async (args: readonly string[], env: NodeJS.ProcessEnv) => {
    const line = oneLine(await handgrad(args, { env }));
    expect(line).not.toContain(secret);
    return line;
  };

  test('nobody listens there', async () => {
    const port = await freePort();
    const env = { HANDGRAD_REDIS: `redis://:${secret}@127.0.0.1:${port}` };
    expect(await ended(['worker'], env)).toBe(
      `Redis at redis://127.0.0.1:${port} is not there: nobody listens.`,
    );
    expect(await ended(['status'], env)).toContain('nobody listens');
  });

  test('an address that is none', async () => {
    const line = await ended(['workers'], { HANDGRAD_REDIS: `localhost ${secret}` });
    expect(line).toContain('The address of Redis is no URL such as redis://HOST:6379');
  });

  test('who grades without a sandbox', async () => {
    const line = await ended(['worker', '--allow-grade'], { PATH: path('nowhere') });
    expect(line).toBe(
      '--allow-grade needs bubblewrap, which does not work here. Install it (Debian: apt install bubblewrap).',
    );
  });

  withRedis.test('the password is wrong, or missing', async () => {
    const redis = await TestRedis.start([], 'right');
    const address = `127.0.0.1:${redis.port}`;
    expect(await ended(['workers'], { HANDGRAD_REDIS: `redis://:${secret}@${address}` })).toBe(
      `Redis at redis://${address} refuses the password.`,
    );
    expect(await ended(['workers'], { HANDGRAD_REDIS: `redis://${address}` })).toContain(
      'wants a password: give it in HANDGRAD_REDIS.',
    );
    await redis.end();
  });

  test('a Redis that is too old', async () => {
    // A server that answers as Redis 6.0 would.
    const info = '# Server\r\nredis_version:6.0.16\r\n';
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (text) => {
        const commands = String(text).match(/^\*\d+/gm)?.length ?? 1;
        for (let i = 0; i < commands; i++) socket.write(`$${info.length}\r\n${info}\r\n`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const line = await ended(['workers'], { HANDGRAD_REDIS: `redis://127.0.0.1:${port}` });
    expect(line).toContain('is version 6.0.16; jobs need 6.2 or later.');
    server.close();
  });
});
