import { hostname } from 'node:os';
import { mixedQueueOf, queueOf } from '../../jobs/fingerprint.js';
import { beginRun } from '../../jobs/redis/runs.js';
import { Bullmq } from '../../jobs/runners/bullmq.js';
import { hashOf, type Store } from '../../jobs/store.js';
import type { BackendName } from '../../runtime/backendNames.js';
import { version } from '../../version.js';
import { say } from '../terminal.js';
import { remember } from './attach.js';
import { fingerprintHere } from './fingerprintHere.js';
import { type JobOptions, whatIsSought } from './howRun.js';
import { leaveOrCancel } from './leaveOrCancel.js';
import { openRedis, type Shared } from './redis.js';
import { WorkersThere } from './workersThere.js';

/** A command whose jobs are for workers. */
export interface ForWorkers<Common> {
  readonly command: 'tune' | 'train';
  /** Of its jobs. */
  readonly kind: string;
  readonly options: JobOptions & { readonly save: string };
  readonly backend: BackendName;
  /** Where its jobs' bytes come from and go to. */
  readonly local: Store;
  /** What all jobs need, put where the workers find it. */
  commonTo(remote: Store): Promise<Common>;
  /** What makes it this run and no other, beside backend and version. */
  sought(common: Common): unknown;
}

export interface RemoteRun<Common> {
  readonly name: string;
  readonly runner: Bullmq;
  readonly common: Common;
  readonly shared: Shared;
  readonly workers: WorkersThere;
  close(): Promise<void>;
}

/** Connects, and writes the run down under a name: the same run has the same. @throws JobError */
export async function remoteRun<Common>(asked: ForWorkers<Common>): Promise<RemoteRun<Common>> {
  const { command, kind, options, backend, local } = asked;
  const { prefix = 'handgrad', store, allowMixed } = options;
  const shared = await openRedis({ redis: options.redis, prefix, store });
  try {
    const { redis, remote, blobs } = shared;
    const fingerprint = await fingerprintHere(backend);
    const common = await asked.commonTo(remote);
    const words = JSON.stringify([asked.sought(common), fingerprint, common]);
    const run = `${command}-${hashOf(new TextEncoder().encode(words)).slice(0, 10)}`;
    const queue = (allowMixed ? mixedQueueOf : queueOf)(fingerprint);
    const about = { ...whatIsSought(options), resume: undefined, json: undefined };
    await beginRun(redis, prefix, {
      ...{ name: run, kind, queue, asked: JSON.stringify(about), handgrad: version },
      ...{ host: hostname(), began: Date.now() },
    });
    await remember(run, options.save);
    say(`Run: ${run}, at ${shared.shown}`);
    const runner = new Bullmq({
      ...{ redis, prefix, queue, run, remote, blobs, fingerprint, local },
      restore: async () => void (await asked.commonTo(remote)),
      onStop: () => leaveOrCancel(run, command),
    });
    const workers = new WorkersThere(shared, fingerprint, Boolean(allowMixed));
    await workers.look();
    const close = async () => {
      workers.close();
      await runner.close();
      redis.disconnect();
    };
    return { name: run, runner, common, shared, workers, close };
  } catch (error) {
    shared.redis.disconnect();
    throw error;
  }
}
