import { hostname } from 'node:os';
import { join } from 'node:path';
import { JobError } from '../../core/errors.js';
import { userCacheDirectory } from '../../files/cache.js';
import { type Fingerprint, queueOf } from '../../jobs/fingerprint.js';
import { FolderStore } from '../../jobs/folderStore.js';
import { putListed } from '../../jobs/manifest.js';
import { beginRun } from '../../jobs/redis/runs.js';
import { Bullmq } from '../../jobs/runners/bullmq.js';
import { hashOf } from '../../jobs/store.js';
import { version } from '../../version.js';
import { gradeKind } from '../jobs/grade.js';
import { isolation } from '../jobs/gradersIn.js';
import type { GradeTask } from '../jobs/gradeTask.js';
import { gradingFingerprint } from '../jobs/grading.js';
import { lookForWorkers } from '../jobs/lookForWorkers.js';
import { ownFingerprint } from '../jobs/ownFingerprint.js';
import { openRedis } from '../jobs/redis.js';
import { say } from '../terminal.js';
import { leaveOrCancel } from '../tune/leaveOrCancel.js';
import { remember } from './attach.js';
import { firstLineOf, referenceFor } from './grader.js';
import type { GradingJobs, Planned } from './planned.js';
import { assertNames, tasksOf } from './tasks.js';

/** How submissions are graded by workers: in their name, with their files by hash. */
export async function remoteJobs(planned: Planned, signal: AbortSignal): Promise<GradingJobs> {
  const { options, limits, expected } = planned;
  assertNames(await tasksOf(planned, async (root) => ({ path: root })));
  await (await referenceFor(expected, limits, signal))?.end(); // better known before
  const { prefix = 'handgrad', store } = options;
  const shared = await openRedis({ redis: options.redis, prefix, store });
  try {
    const { redis, remote, blobs } = shared;
    const local = new FolderStore(join(userCacheDirectory(), 'jobs'));
    const fingerprint = gradingFingerprint(await ownFingerprint('float64', local.folder));
    const put = () =>
      tasksOf(planned, async (root, files) => ({ manifest: await putListed(root, files, remote) }));
    const tasks = await put();
    const run = nameOf(tasks, fingerprint);
    assertSame(run, options.attach);
    const queue = queueOf(fingerprint);
    const about = { name: run, kind: 'grade', queue, handgrad: version, host: hostname() };
    await beginRun(redis, prefix, {
      ...about,
      asked: await remember(run, planned),
      began: Date.now(),
    });
    say(`Run: ${run}, at ${shared.shown}`);
    const runner = new Bullmq({
      ...{ redis, prefix, queue, run, remote, blobs, fingerprint, local },
      restore: async () => void (await put()),
      onStop: () => leaveOrCancel(run, 'grade'),
    });
    const lookNoMore = lookForWorkers(shared, fingerprint);
    return {
      ...{ runner, tasks },
      kind: gradeKind(() => Promise.reject(new JobError('The jobs are for workers.'))),
      firstLine: (results) => {
        const isHeld = results.length > 0 && results.every(({ isHeld }) => isHeld);
        return firstLineOf({ isolation, isHeld }, limits, expected);
      },
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

/** The same submissions, held to the same, have the same name: what is graded is not graded again. */
function nameOf(tasks: readonly GradeTask[], fingerprint: Fingerprint): string {
  const words = JSON.stringify([tasks, fingerprint]);
  return `grade-${hashOf(new TextEncoder().encode(words)).slice(0, 10)}`;
}

function assertSame(run: string, attach: string | undefined): void {
  if (attach === undefined || attach === run) return;
  throw new JobError(
    `What ${attach} graded has changed since, or is of another handgrad. Grade it anew: leave out --attach, and give the folder.`,
  );
}
