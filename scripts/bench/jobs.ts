// What a job costs that does nothing, in children and through Redis; and a sweep of 64 candidates, two
// workers against one. It needs redis-server.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../__tests__/support/freePort.js';
import { RandomState } from '../../src/core/random.js';
import { BenchError } from './benchError.js';
import { inChildren, onRedis } from './jobs/overhead.js';
import type { Ratio } from './ratios.js';
import type { Workload } from './workload.js';

let found: readonly Ratio[] = [];

export const jobs: Workload = {
  measure: async ({ rounds, say }) => {
    const folder = mkdtempSync(join(tmpdir(), 'handgrad-jobs-'));
    const port = await freePort();
    const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    const server = spawn('redis-server', where, { stdio: 'ignore' });
    server.on('error', () => {});
    try {
      await setTimeout(500);
      if (server.exitCode !== null || server.pid === undefined) {
        throw new BenchError("redis-server does not start. Install Debian's package redis-server.");
      }
      const url = `redis://127.0.0.1:${port}`;
      say('1,000 jobs of nothing, in children and through Redis ...');
      const [here, there] = [
        await inChildren(join(folder, 'children'), rounds),
        await onRedis(url, join(folder, 'cache'), rounds),
      ];
      say('A sweep of 64 candidates with one worker, then with two ...');
      // Once: they are the longest of the bench, and their 64 candidates as many rounds.
      const one = await sweep(1, join(folder, 'one'), url);
      const two = await sweep(2, join(folder, 'two'), url);
      found = [
        { name: 'jobs: of nothing in two children, ms each', value: here, target: 5 },
        { name: 'jobs: of nothing through Redis, ms each', value: there, target: 5 },
        { name: 'jobs: 1,000 of nothing through Redis, s', value: there, target: 2 },
        { name: 'jobs: 64 candidates, two workers / one', value: two / one, target: 0.55 },
        { name: 'jobs: 64 candidates, one worker, s', value: one },
      ];
      return [];
    } finally {
      server.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  },
  ratios: () => found,
};

const epochs = 12;

/** Seconds from the first job to the end of the search, by so many workers of one job at once each. */
async function sweep(workers: number, own: string, url: string): Promise<number> {
  mkdirSync(own);
  writeFileSync(join(own, 'table.csv'), table());
  const prefix = ['--redis', '--prefix', basename(own)];
  const start = (args: readonly string[], cache: string) =>
    spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, HANDGRAD_REDIS: url, HANDGRAD_CACHE: join(own, cache) },
    });
  const all = Array.from({ length: workers }, (_, i) =>
    start(['worker', '--concurrency', '1', '--backend', 'cpu', ...prefix], `cache-${i}`),
  );
  await Promise.all(all.map(({ stderr }) => says(stderr, 'Worker: ')));
  // The first search loads the data into each child; the second is the one that counts.
  const rates = (n: number, from: number) =>
    Array.from({ length: n }, (_, i) => (from + 0.0005 * i).toFixed(4)).join();
  const search = async (learningRates: string) => {
    const how = ['--search', 'grid', '--no-early-stopping', '--epochs', String(epochs)];
    const saved = ['--save', join(own, learningRates.slice(0, 6)), '--report', join(own, 'r.html')];
    const data = ['--data', join(own, 'table.csv'), '--backend', 'cpu', '--layers', '32,16'];
    const asked = [...data, ...how, ...saved, '--learning-rate', learningRates];
    const child = start(['tune', ...asked, ...prefix], 'mine');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    await says(child.stderr, 'Run: ');
    const began = performance.now();
    await says(child.stderr, 'Accuracy: ');
    const seconds = (performance.now() - began) / 1000;
    await gone;
    return seconds;
  };
  try {
    await search(rates(2 * workers, 0.0001));
    return await search(rates(64, 0.001));
  } finally {
    for (const child of all) child.kill('SIGKILL');
  }
}

function table(): string {
  const random = new RandomState(1);
  const rows = Array.from({ length: 1500 }, (_, i) => {
    const values = random.randn(8).map((value) => value + (i % 3));
    return [...values, 'xyz'[i % 3]].join();
  });
  return ['a,b,c,d,e,f,g,h,kind', ...rows].join('\n');
}

function says(stream: NodeJS.ReadableStream | null, word: string): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    stream?.on('data', (text) => {
      said += text;
      if (said.includes(word)) resolve();
    });
    stream?.on('end', () => reject(new BenchError(`It ends before it says ${word}: ${said}`)));
  });
}
