import { queueOf, schemaVersion } from '../../../src/jobs/fingerprint.js';
import { FolderStore } from '../../../src/jobs/folderStore.js';
import { kindTable } from '../../../src/jobs/kind.js';
import { MemoryStore } from '../../../src/jobs/memoryStore.js';
import { Pool } from '../../../src/jobs/pool.js';
import { addressOf, connect } from '../../../src/jobs/redis/connect.js';
import { RedisStore } from '../../../src/jobs/redis/redisStore.js';
import type { Runner } from '../../../src/jobs/runner.js';
import { Bullmq } from '../../../src/jobs/runners/bullmq.js';
import { ChildProcesses } from '../../../src/jobs/runners/childProcesses.js';
import { hashOf } from '../../../src/jobs/store.js';
import { startWorker } from '../../../src/jobs/worker.js';
import { bareKind } from './bare.js';

const many = 1000;
const { signal } = new AbortController();
const limits = { seconds: 60, memory: 512 };
const entryIn = (folder: string) => ({
  file: new URL('./child.ts', import.meta.url),
  args: [folder],
});

/** Seconds that a thousand jobs of nothing take in two children of this process. */
export async function inChildren(folder: string, rounds: number): Promise<number> {
  const store = new MemoryStore();
  const runner = new ChildProcesses({ size: 2, limits, store, entry: entryIn(folder) });
  try {
    return await fastest(() => runner, rounds);
  } finally {
    await runner.close();
  }
}

/** The same through Redis, with a worker that has two children. */
export async function onRedis(url: string, folder: string, rounds: number): Promise<number> {
  const by = {
    ...{ handgrad: '0', schema: schemaVersion, backend: 'none' },
    roundings: hashOf(new Uint8Array()),
  };
  const [redis, theirs] = [await connect(addressOf(url)), await connect(addressOf(url))];
  const cache = new FolderStore(folder, 1e9);
  const pool = new Pool({ size: 2, limits, entry: entryIn(folder) });
  const common = { prefix: 'bench', remote: new RedisStore(redis, 'bench', 'Redis') };
  const stop = await startWorker({
    ...{ ...common, redis: theirs, cache, pool, concurrency: 2, fingerprints: [by] },
    ...{ kinds: kindTable(bareKind), blobs: 'redis', tell: () => {} },
  });
  const runners: Bullmq[] = [];
  const another = (round: number) => {
    const runner = new Bullmq({
      ...{ ...common, redis, queue: queueOf(by), run: `round-${round}`, local: cache },
      ...{ blobs: 'redis', fingerprint: by, restore: async () => {}, onStop: async () => 'cancel' },
    });
    runners.push(runner);
    return runner;
  };
  try {
    return await fastest(another, rounds);
  } finally {
    for (const runner of runners) await runner.close();
    await stop();
    pool.close();
    redis.disconnect();
    theirs.disconnect();
  }
}

async function fastest(runnerOf: (round: number) => Runner, rounds: number): Promise<number> {
  const tasks = Array.from({ length: many }, (_, i) => ({ i }));
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    await runnerOf(round).run(bareKind, tasks, { signal });
    // The first one starts the children.
    if (round > 0) least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}
