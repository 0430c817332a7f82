import { hostname } from 'node:os';
import { JobError } from '../../core/errors.js';
import {
  difference,
  type Fingerprint,
  isSame,
  mixedQueueOf,
  queueOf,
} from '../../jobs/fingerprint.js';
import { putFiles } from '../../jobs/manifest.js';
import { Pool } from '../../jobs/pool.js';
import { workersAt } from '../../jobs/redis/presence.js';
import { beginRun } from '../../jobs/redis/runs.js';
import { Bullmq } from '../../jobs/runners/bullmq.js';
import { hashOf } from '../../jobs/store.js';
import type { BackendName } from '../../runtime/backendNames.js';
import { version } from '../../version.js';
import { childEntry, cores, usualLimits } from '../jobs/children.js';
import { fingerprintOf } from '../jobs/fingerprintKind.js';
import { openRedis, type Shared } from '../jobs/redis.js';
import { trialKind } from '../jobs/trial.js';
import { inThisCommand, say } from '../terminal.js';
import { remember } from './attach.js';
import { whatIsSought } from './howRun.js';
import { leaveOrCancel } from './leaveOrCancel.js';
import type { Jobs, Planned } from './planned.js';
import { commonOf, taskOf } from './tasks.js';

/** How the candidates of a search are trained by workers: in their name, with their files by hash. */
export async function remoteJobs(search: Planned): Promise<Jobs> {
  const { options, prepared, journal } = search;
  const { prefix = 'handgrad', store, allowMixed } = options;
  const shared = await openRedis({ redis: options.redis, prefix, store });
  try {
    const { redis, remote, blobs } = shared;
    const fingerprint = await ours(prepared.backend.name, journal.store.folder);
    const common = await commonTo(search, shared);
    const run = nameOf(search, fingerprint, common);
    const queue = (allowMixed ? mixedQueueOf : queueOf)(fingerprint);
    const asked = JSON.stringify({ ...whatIsSought(options), resume: undefined, json: undefined });
    const began = Date.now();
    const about = { name: run, kind: 'trial', queue, asked, handgrad: version, host: hostname() };
    await beginRun(redis, prefix, { ...about, began });
    await remember(run, options.save);
    say(`Run: ${run}, at ${shared.shown}`);
    const runner = new Bullmq({
      ...{ redis, prefix, queue, run, remote, blobs, fingerprint },
      local: journal.store,
      restore: async () => void (await commonTo(search, shared)),
      onStop: () => leaveOrCancel(run),
    });
    const looking = lookForWorkers(shared, fingerprint, Boolean(allowMixed));
    return {
      runner,
      kind: trialKind(() => Promise.reject(new JobError('The jobs are for workers.'))),
      taskOf: (candidate, index, budget) => taskOf(candidate, [index, budget], journal, common),
      retries: options.retries,
      strangers: () => runner.strangers,
      close: async () => {
        clearInterval(looking);
        await runner.close();
        redis.disconnect();
      },
    };
  } catch (error) {
    shared.redis.disconnect();
    throw error;
  }
}

/** What all jobs need, in Redis or in the folder that all share. */
async function commonTo({ options, prepared: { data, backend } }: Planned, { remote }: Shared) {
  const common = await commonOf(options, data, backend, async (path) => ({
    manifest: await putFiles(path, remote),
  }));
  // Another machine has other cores, and would sum in another order.
  const threads = common.backend.threads ?? (backend.name === 'native' ? cores() : undefined);
  const asked = { name: backend.name, ...(threads !== undefined && { threads }) };
  return { ...common, backend: asked, keeps: false };
}

async function ours(backend: BackendName, folder: string): Promise<Fingerprint> {
  const pool = new Pool({ size: 1, limits: usualLimits(1), entry: childEntry(folder, 'here') });
  try {
    const found = await fingerprintOf(backend, pool);
    if (found) return found;
    throw new JobError(`The ${backend} backend does not start in a process of its own.`);
  } finally {
    pool.close();
  }
}

/** The same search has the same name: what is done of it is not done again. */
function nameOf({ candidates, rungs }: Planned, fingerprint: Fingerprint, common: object): string {
  const wanted = candidates.map(({ data, from, save, checkpointEvery, ...one }) => one);
  const words = JSON.stringify([wanted, rungs, fingerprint, common]);
  return `tune-${hashOf(new TextEncoder().encode(words)).slice(0, 10)}`;
}

const lookEvery = 10_000; // milliseconds

/** Says, once for each state of things, that nobody takes the jobs, and why. */
function lookForWorkers({ redis, prefix, shown }: Shared, wanted: Fingerprint, isMixed: boolean) {
  let said = '';
  const look = async () => {
    const workers = await workersAt(redis, prefix);
    const fits = (one: Fingerprint) =>
      isMixed ? one.backend === wanted.backend : isSame(one, wanted);
    if (workers.some(({ fingerprints }) => fingerprints.some(fits))) {
      said = '';
      return;
    }
    const why = workers.map(
      ({ host, fingerprints }) => `${host} ${difference(fingerprints, wanted)}`,
    );
    const line =
      why.length === 0
        ? `No worker is at ${shown}: start one with \`handgrad worker\`.`
        : `No worker fits: ${[...new Set(why)].join('; ')}. Start one of handgrad ${wanted.handgrad}, or give --allow-mixed.`;
    if (line !== said) say(inThisCommand(line));
    said = line;
  };
  const quietly = () => void look().catch(() => {}); // Redis says itself when it is gone
  quietly();
  return setInterval(quietly, lookEvery);
}
