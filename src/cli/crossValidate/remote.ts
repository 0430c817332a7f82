import { JobError } from '../../core/errors.js';
import type { FolderStore } from '../../jobs/folderStore.js';
import { foldKind } from '../jobs/fold.js';
import { ownFingerprint } from '../jobs/ownFingerprint.js';
import { submitting } from '../jobs/submitting.js';
import { commonForWorkers } from '../tune/tasks.js';
import { remember } from './attach.js';
import type { FoldJobs, Planned } from './planned.js';
import { tasksOf } from './tasks.js';

/** How folds are trained by workers: in their name, with their files by hash. */
export async function remoteJobs(planned: Planned, local: FolderStore): Promise<FoldJobs> {
  const { options, candidate, whole, backend } = planned;
  const { run, runner, common, close } = await submitting({
    ...{ command: 'cross-validate', kind: 'fold', options, local },
    fingerprint: () => ownFingerprint(backend.name),
    put: async ({ remote }) =>
      tasksOf(planned, await commonForWorkers(candidate, whole, backend, remote)),
    about: (tasks) => tasks,
    remember: (run) => remember(run, options),
  });
  return {
    ...{ run, runner, tasks: common, close },
    kind: foldKind(() => Promise.reject(new JobError('The jobs are for workers.'))),
    strangers: () => runner.strangers,
  };
}
