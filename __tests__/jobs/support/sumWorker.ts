import { type Fingerprint, queueOf, schemaVersion } from '../../../src/jobs/fingerprint.js';
import { FolderStore } from '../../../src/jobs/folderStore.js';
import { kindTable } from '../../../src/jobs/kind.js';
import { Pool } from '../../../src/jobs/pool.js';
import { addressOf, connect } from '../../../src/jobs/redis/connect.js';
import { RedisStore } from '../../../src/jobs/redis/redisStore.js';
import { Bullmq } from '../../../src/jobs/runners/bullmq.js';
import { hashOf } from '../../../src/jobs/store.js';
import { startWorker } from '../../../src/jobs/worker.js';
import { sumChild } from './childEntry.js';
import { momentKind, sumKind } from './sums.js';

export const fingerprint: Fingerprint = {
  ...{ handgrad: '0.0.0', schema: schemaVersion, backend: 'none' },
  roundings: hashOf(new Uint8Array(1)),
};

/** A worker that does sums, in this process, with children. */
export async function sumWorker(
  url: string,
  folder: string,
  { concurrency = 2, limits = { seconds: 60, memory: 512 }, by = fingerprint } = {},
) {
  const redis = await connect(addressOf(url));
  const cache = new FolderStore(folder, 1e9);
  const pool = new Pool({ size: concurrency, limits, entry: sumChild(folder) });
  const said: string[] = [];
  const stop = await startWorker({
    ...{ redis, prefix: 'test', cache, pool, concurrency, fingerprints: [by] },
    blobs: 'redis',
    remote: new RedisStore(redis, 'test', 'Redis'),
    kinds: kindTable(sumKind, momentKind),
    tell: (line) => void said.push(line),
  });
  return {
    said,
    async end() {
      await stop();
      pool.close();
      redis.disconnect();
    },
  };
}

/** The one who submits sums. */
export async function sumRunner(url: string, folder: string, run = 'a-run') {
  const redis = await connect(addressOf(url));
  const local = new FolderStore(folder);
  let full = 0;
  const runner = new Bullmq({
    ...{ redis, prefix: 'test', queue: queueOf(fingerprint), run, blobs: 'redis', fingerprint },
    ...{ local, remote: new RedisStore(redis, 'test', 'Redis') },
    restore: async () => {},
    onFull: () => void full++,
    onStop: async () => 'cancel',
  });
  return {
    ...{ runner, local, redis },
    /** How often it was told that Redis is full. */
    full: () => full,
    async end() {
      await runner.close();
      redis.disconnect();
    },
  };
}
