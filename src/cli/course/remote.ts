import { dirname, resolve } from 'node:path';
import { JobError } from '../../core/errors.js';
import { putListed } from '../../jobs/manifest.js';
import { MemoryStore } from '../../jobs/memoryStore.js';
import { experimentKind } from '../jobs/experiment.js';
import { ownFingerprint } from '../jobs/ownFingerprint.js';
import { submitting } from '../jobs/submitting.js';
import { remember } from './attach.js';
import type { CourseJobs, Planned } from './planned.js';
import { tasksOf } from './tasks.js';

/** How experiments are run by workers: in their name, with the pictures by hash. */
export async function remoteJobs(planned: Planned): Promise<CourseJobs> {
  const { options, backend } = planned;
  const store = new MemoryStore();
  const { run, runner, common, close } = await submitting({
    ...{ command: 'course', kind: 'experiment', options, local: store },
    fingerprint: () => ownFingerprint(backend.name),
    put: ({ remote }) =>
      tasksOf(planned, remote, async (folder, files) => ({
        manifest: await putListed(dirname(resolve(folder)), files.map((file) => resolve(file)), remote), // biome-ignore format: one line
      })),
    about: (tasks) => tasks,
    remember: (run) => remember(run, planned),
  });
  return {
    ...{ run, runner, tasks: common, store, close },
    kind: experimentKind(() => Promise.reject(new JobError('The jobs are for workers.'))),
    strangers: () => runner.strangers,
  };
}
