import { join } from 'node:path';
import { BackendError, JobError } from '../core/errors.js';
import { userCacheDirectory } from '../files/cache.js';
import type { Fingerprint } from '../jobs/fingerprint.js';
import { FolderStore } from '../jobs/folderStore.js';
import { Pool } from '../jobs/pool.js';
import { startWorker } from '../jobs/worker.js';
import { type BackendName, backendNames } from '../runtime/backendNames.js';
import { version } from '../version.js';
import type { WorkerCommandOptions } from './commands/worker.js';
import { chooseIsolation } from './grade/isolation/launch.js';
import { childEntry, cores, usualLimits } from './jobs/children.js';
import { fingerprintOf } from './jobs/fingerprintKind.js';
import { gradeEntry } from './jobs/gradeEntry.js';
import { isolation } from './jobs/gradersIn.js';
import { gradingFingerprint } from './jobs/grading.js';
import { gradingKindsIn } from './jobs/gradingKinds.js';
import { kindsIn } from './jobs/kinds.js';
import { openRedis } from './jobs/redis.js';
import { say } from './terminal.js';

/** `handgrad worker`: takes jobs until the signal says stop, and finishes those in hand. */
export async function run(options: WorkerCommandOptions, signal: AbortSignal): Promise<void> {
  const { concurrency = cores(), cacheSize, allowGrade } = options;
  if (allowGrade) assertSandbox();
  const shared = await openRedis(options);
  const cache = new FolderStore(join(userCacheDirectory(), 'jobs'), cacheSize);
  const { pool, kinds } = (allowGrade ? graders : trainers)(cache, concurrency, options);
  try {
    const fingerprints = allowGrade
      ? (await fingerprintsOf(pool, 'float64')).map(gradingFingerprint)
      : await fingerprintsOf(pool, options.backend);
    const stop = await startWorker({
      ...{ ...shared, cache, pool, kinds, concurrency, fingerprints, tell: say },
    });
    const does = allowGrade
      ? 'grades in bubblewrap'
      : `on ${fingerprints.map(({ backend }) => backend).join(', ')}`;
    say(`Worker: handgrad ${version}, ${concurrency} at once, ${does}; jobs of ${shared.shown}`);
    await stopped(signal);
    say('Stopping: the jobs in hand are finished; once more ends at once.');
    await stop();
  } finally {
    pool.close();
    shared.redis.disconnect();
  }
}

function trainers(cache: FolderStore, size: number, options: WorkerCommandOptions) {
  const usual = usualLimits(size);
  const { timeout: seconds = usual.seconds, memory = usual.memory } = options;
  const entry = childEntry(cache.folder, 'elsewhere');
  const pool = new Pool({ size, limits: { seconds, memory }, entry });
  return { pool, kinds: kindsIn(cache, 'elsewhere') };
}

/** Seconds and MB of who grades a submission, and of the reference beside it. */
const besides = { seconds: 600, memory: 1024 };

/** The limits are of a submission, and end it; those of the job are wider. */
function graders(cache: FolderStore, size: number, options: WorkerCommandOptions) {
  const { timeout: seconds = 3600, memory = usualLimits(size).memory } = options;
  const most = { seconds, memory };
  const limits = {
    seconds: seconds + besides.seconds,
    memory: 2 * memory + besides.memory,
  };
  const pool = new Pool({ size, limits, entry: gradeEntry(cache.folder, most) });
  return { pool, kinds: gradingKindsIn(cache, most) };
}

/** @throws JobError where submissions would not be kept from this machine */
function assertSandbox(): void {
  if (chooseIsolation('auto') === isolation) return;
  throw new JobError(
    '--allow-grade needs bubblewrap, which does not work here. Install it (Debian: apt install bubblewrap).',
  );
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
