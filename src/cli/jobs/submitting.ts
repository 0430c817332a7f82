import { hostname } from 'node:os';
import { type Fingerprint, mixedQueueOf, queueOf } from '../../jobs/fingerprint.js';
import { beginRun } from '../../jobs/redis/runs.js';
import { Bullmq } from '../../jobs/runners/bullmq.js';
import { hashOf, type Store } from '../../jobs/store.js';
import { version } from '../../version.js';
import { say } from '../terminal.js';
import { leaveOrCancel } from './leaveOrCancel.js';
import { openRedis, type Shared } from './redis.js';
import type { SharingOptions } from './redisOptions.js';
import { WorkersThere } from './workersThere.js';

/** Jobs for workers, as a command submits them. */
export interface Submission<Common> {
  /** The command, by which its runs are called. */
  readonly command: string;
  /** The kind of its jobs. */
  readonly kind: string;
  readonly options: Partial<SharingOptions> & { readonly allowMixed?: boolean };
  /** Where what the jobs give goes. */
  readonly local: Store;
  fingerprint(): Promise<Fingerprint>;
  /** Puts what all jobs need where workers find it, and says how they name it. */
  put(shared: Shared): Promise<Common>;
  /** All that makes the results what they are: by it the run is called. */
  about(common: Common): unknown;
  /** Remembers how it was asked for, here, and says it for those who look on. @throws where it is another run than was asked for */
  remember(run: string): Promise<string>;
}

/** A run that has begun. */
export interface Submitting<Common> {
  readonly run: string;
  readonly runner: Bullmq;
  readonly common: Common;
  readonly shared: Shared;
  readonly workers: WorkersThere;
  close(): Promise<void>;
}

/**
 * Begins a run, or comes back to it: the same work has the same name, so that what is done of it is not done again.
 *
 * @throws JobError where Redis cannot be used
 */
export async function submitting<Common>(
  submission: Submission<Common>,
): Promise<Submitting<Common>> {
  const { command, kind, options, local } = submission;
  const { redis: address, prefix = 'handgrad', store, allowMixed = false } = options;
  const shared = await openRedis({ redis: address, prefix, store });
  const { redis, remote, blobs } = shared;
  try {
    const fingerprint = await submission.fingerprint();
    const common = await submission.put(shared);
    const run = nameOf(command, [submission.about(common), fingerprint]);
    const asked = await submission.remember(run);
    const queue = (allowMixed ? mixedQueueOf : queueOf)(fingerprint);
    const about = { name: run, kind, queue, asked, handgrad: version, host: hostname() };
    await beginRun(redis, prefix, { ...about, began: Date.now() });
    say(`Run: ${run}, at ${shared.shown}`);
    const runner = new Bullmq({
      ...{ redis, prefix, queue, run, remote, blobs, fingerprint, local },
      restore: async () => void (await submission.put(shared)),
      onFull: () => say(`Redis at ${shared.shown} is full: it is waited for until it has room.`),
      onStop: () => leaveOrCancel(run, command),
    });
    const workers = new WorkersThere(shared, fingerprint, allowMixed);
    await workers.look();
    const close = async () => {
      workers.close();
      await runner.close();
      redis.disconnect();
    };
    return { run, runner, common, shared, workers, close };
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}

const nameOf = (command: string, words: unknown): string =>
  `${command}-${hashOf(new TextEncoder().encode(JSON.stringify(words))).slice(0, 10)}`;
