import { join } from 'node:path';
import { JobError } from '../../core/errors.js';
import { userCacheDirectory } from '../../files/cache.js';
import { FolderStore } from '../../jobs/folderStore.js';
import { putListed } from '../../jobs/manifest.js';
import { gradeKind } from '../jobs/grade.js';
import { isolation } from '../jobs/gradersIn.js';
import { gradingFingerprint } from '../jobs/grading.js';
import { ownFingerprint } from '../jobs/ownFingerprint.js';
import { submitting } from '../jobs/submitting.js';
import { remember } from './attach.js';
import { firstLineOf, referenceFor } from './grader.js';
import type { GradingJobs, Planned } from './planned.js';
import { assertNames, tasksOf } from './tasks.js';

/** How submissions are graded by workers: in their name, with their files by hash. */
export async function remoteJobs(planned: Planned, signal: AbortSignal): Promise<GradingJobs> {
  const { options, limits, expected } = planned;
  assertNames(await tasksOf(planned, async (root) => ({ path: root })));
  await (await referenceFor(expected, limits, signal))?.end(); // better known before
  const local = new FolderStore(join(userCacheDirectory(), 'jobs'));
  const { runner, close, common, run } = await submitting({
    ...{ command: 'grade', kind: 'grade', options, local },
    fingerprint: async () => gradingFingerprint(await ownFingerprint('float64')),
    put: ({ remote }) =>
      tasksOf(planned, async (root, files) => ({ manifest: await putListed(root, files, remote) })),
    about: (tasks) => tasks,
    remember: (run) => remember(run, planned),
  });
  return {
    ...{ runner, close, run, tasks: common },
    kind: gradeKind(() => Promise.reject(new JobError('The jobs are for workers.'))),
    firstLine: (results) => {
      const isHeld = results.length > 0 && results.every(({ isHeld }) => isHeld);
      return firstLineOf({ isolation, isHeld }, limits, expected);
    },
  };
}
