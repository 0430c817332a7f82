import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../../__tests__/support/freePort.js';
import { LoopbackNetwork } from '../../../__tests__/support/loopbackNetwork.js';
import { BenchError } from '../benchError.js';
import type { MeasuredStep } from './costModel.js';
import { writeDigits } from './digits.js';

/** Samples of the training set, and the sizes of its networks between 784 and 10. */
export const samples = 200_000;
export const networks = { small: [128, 64], large: [512, 256] } as const;
export const parametersOf = (hidden: readonly number[]): number =>
  [784, ...hidden, 10].slice(1).reduce((sum, n, i) => sum + n * ([784, ...hidden][i] + 1), 0);

/** What is measured: batches, how often, and with which delays of a round trip, in milliseconds. */
const plans = [
  {
    hidden: networks.small,
    batches: [
      { m: 1024, times: 20 },
      { m: 8192, times: 12 },
      { m: 32_768, times: 8 },
      { m: samples, times: 4 },
    ],
    delays: [5, 20, 50],
  },
  {
    hidden: networks.large,
    batches: [
      { m: 1024, times: 12 },
      { m: 4096, times: 8 },
    ],
    delays: [],
  },
] as const;

/** Steps with one and with two workers, and with no worker at all, in a process of one thread. */
export interface Steps {
  readonly withWorkers: readonly MeasuredStep[];
  readonly here: readonly MeasuredStep[];
}

/** The fastest of each: what else the machine does only takes time. It needs redis-server. @throws BenchError */
export async function measureSteps(say: (line: string) => void): Promise<Steps> {
  const folder = mkdtempSync(join(tmpdir(), 'handgrad-parallel-'));
  const data = join(folder, 'digits');
  const children: ChildProcess[] = [];
  const start = (command: string, args: readonly string[], env = {}) => {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    child.on('error', () => {});
    children.push(child);
    return child;
  };
  const port = await freePort();
  const network = await LoopbackNetwork.start(port);
  const url = `redis://127.0.0.1:${network.port}`;
  const node = (file: string, args: readonly string[], cache: string) =>
    start(process.execPath, ['--import', 'tsx', file, ...args], {
      ...{ HANDGRAD_REDIS: url, HANDGRAD_CACHE: join(folder, cache) },
    });
  try {
    say(`${samples} samples are made ...`);
    writeDigits(data, samples);
    const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    const server = start('redis-server', where);
    await setTimeout(500);
    if (server.exitCode !== null || server.pid === undefined) {
      throw new BenchError("redis-server does not start. Install Debian's package redis-server.");
    }
    const withWorkers: MeasuredStep[] = [];
    const here: MeasuredStep[] = [];
    for (const workers of [0, 1, 2]) {
      const prefix = `with-${workers}`;
      const all = Array.from(
        { length: workers },
        (_, i) =>
        node('src/cli/main.ts', ['worker', '--concurrency', '1', '--backend', 'native', '--redis', '--prefix', prefix], `cache-${workers}-${i}`), // biome-ignore format: one line
      );
      await Promise.all(all.map(({ stderr }) => linesOf(stderr!).until('Worker: ')));
      for (const { hidden, batches, delays } of plans) {
        say(`Steps of 784-${hidden.join('-')}-10 with ${workers === 0 ? 'no worker' : workers === 1 ? 'one worker' : `${workers} workers`} ...`); // biome-ignore format: one line
        const jobs = workers === 0 ? {} : { redis: true, prefix };
        const asked = { data, layers: hidden, save: join(folder, 'model'), ...jobs };
        const file = 'scripts/bench/parallel/coordinator.ts';
        const coordinator = node(file, [JSON.stringify(asked)], 'mine');
        const lines = linesOf(coordinator.stdout!);
        await lines.until('ready');
        const time = async (m: number, times: number, delay: number) => {
          network.delay = delay;
          coordinator.stdin!.write(`${JSON.stringify({ m, times })}\n`);
          const seconds = Math.min(...(JSON.parse(await lines.until('[')) as number[]));
          network.delay = 0;
          const shape = { m, workers: Math.max(1, workers), parameters: parametersOf(hidden) };
          const found = { ...shape, delay: delay / 1000, seconds };
          (workers === 0 ? here : withWorkers).push(found);
        };
        for (const { m, times } of batches) await time(m, times, 0);
        for (const delay of workers === 2 ? delays : []) await time(1024, 5, delay);
        coordinator.stdin!.end();
        await new Promise((resolve) => coordinator.once('exit', resolve));
      }
      for (const child of all) child.kill('SIGKILL');
    }
    return { withWorkers, here };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    network.end();
    await setTimeout(200);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lines as they come. */
function linesOf(stream: NodeJS.ReadableStream) {
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]();
  return {
    async until(beginning: string): Promise<string> {
      let last = '';
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new BenchError(`It ends before it says ${beginning}: ${last}`);
        if (value.startsWith(beginning)) return value;
        last = value;
      }
    },
  };
}
