import { hostname } from 'node:os';
import { JobError } from '../../core/errors.js';
import { type Fingerprint, mixedQueueOf, queueOf } from '../../jobs/fingerprint.js';
import { putFiles } from '../../jobs/manifest.js';
import { beginRun } from '../../jobs/redis/runs.js';
import { Bullmq } from '../../jobs/runners/bullmq.js';
import { hashOf } from '../../jobs/store.js';
import { version } from '../../version.js';
import { cores } from '../jobs/children.js';
import { lookForWorkers } from '../jobs/lookForWorkers.js';
import { ownFingerprint } from '../jobs/ownFingerprint.js';
import { openRedis, type Shared } from '../jobs/redis.js';
import { trialKind } from '../jobs/trial.js';
import { say } from '../terminal.js';
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
    const fingerprint = await ownFingerprint(prepared.backend.name, journal.store.folder);
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
    const lookNoMore = lookForWorkers(shared, fingerprint, allowMixed);
    return {
      runner,
      kind: trialKind(() => Promise.reject(new JobError('The jobs are for workers.'))),
      taskOf: (candidate, index, budget) => taskOf(candidate, [index, budget], journal, common),
      retries: options.retries,
      strangers: () => runner.strangers,
      close: async () => {
        lookNoMore();
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

/** The same search has the same name: what is done of it is not done again. */
function nameOf({ candidates, rungs }: Planned, fingerprint: Fingerprint, common: object): string {
  const wanted = candidates.map(({ data, from, save, checkpointEvery, ...one }) => one);
  const words = JSON.stringify([wanted, rungs, fingerprint, common]);
  return `tune-${hashOf(new TextEncoder().encode(words)).slice(0, 10)}`;
}
