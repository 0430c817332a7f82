import { join } from 'node:path';
import { BackendError } from '../core/errors.js';
import { userCacheDirectory } from '../files/cache.js';
import type { Fingerprint } from '../jobs/fingerprint.js';
import { FolderStore } from '../jobs/folderStore.js';
import { Pool } from '../jobs/pool.js';
import { startWorker } from '../jobs/worker.js';
import { type BackendName, backendNames } from '../runtime/backendNames.js';
import { version } from '../version.js';
import type { WorkerCommandOptions } from './commands/worker.js';
import { childEntry, cores, usualLimits } from './jobs/children.js';
import { fingerprintOf } from './jobs/fingerprintKind.js';
import { kindsIn } from './jobs/kinds.js';
import { openRedis } from './jobs/redis.js';
import { say } from './terminal.js';

/** `handgrad worker`: takes jobs until the signal says stop, and finishes those in hand. */
export async function run(options: WorkerCommandOptions, signal: AbortSignal): Promise<void> {
  const { concurrency = cores(), cacheSize } = options;
  const shared = await openRedis(options);
  const cache = new FolderStore(join(userCacheDirectory(), 'jobs'), cacheSize);
  const usual = usualLimits(concurrency);
  const { timeout = usual.seconds, memory = usual.memory } = options;
  const pool = new Pool({
    ...{ size: concurrency, limits: { seconds: timeout, memory } },
    entry: childEntry(cache.folder, 'elsewhere'),
  });
  try {
    const fingerprints = await fingerprintsOf(pool, options.backend);
    const stop = await startWorker({
      ...{ ...shared, cache, pool, concurrency, fingerprints, tell: say },
      kinds: kindsIn(cache, 'elsewhere'),
    });
    const backends = fingerprints.map(({ backend }) => backend).join(', ');
    say(
      `Worker: handgrad ${version}, ${concurrency} at once, on ${backends}; jobs of ${shared.shown}`,
    );
    await stopped(signal);
    say('Stopping: the jobs in hand are finished; once more ends at once.');
    await stop();
  } finally {
    pool.close();
    shared.redis.disconnect();
  }
}

/** Of the backend that is asked for, or every one that works here. @throws BackendError where none does */
async function fingerprintsOf(pool: Pool, asked: BackendName | 'auto'): Promise<Fingerprint[]> {
  const names = asked === 'auto' ? backendNames : [asked];
  const all = await Promise.all(names.map((name) => fingerprintOf(name, pool)));
  const found = all.flatMap((one) => one ?? []);
  if (found.length > 0) return found;
  const which = asked === 'auto' ? 'No backend works' : `The ${asked} backend does not work`;
  throw new BackendError(`${which} on this machine. See \`handgrad doctor\`.`);
}

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
