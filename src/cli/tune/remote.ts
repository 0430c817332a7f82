import { JobError } from '../../core/errors.js';
import { putFiles } from '../../jobs/manifest.js';
import type { Store } from '../../jobs/store.js';
import { cores } from '../jobs/children.js';
import { remoteRun } from '../jobs/remoteRun.js';
import { trialKind } from '../jobs/trial.js';
import type { Jobs, Planned } from './planned.js';
import { type Common, commonOf, taskOf } from './tasks.js';

/** How the candidates of a search are trained by workers: in their name, with their files by hash. */
export async function remoteJobs(search: Planned): Promise<Jobs> {
  const { options, prepared, journal, candidates, rungs } = search;
  const { runner, common, close } = await remoteRun({
    ...{ command: 'tune', kind: 'trial', options, local: journal.store },
    backend: prepared.backend.name,
    commonTo: (remote) => commonTo(search, remote),
    // What is done of the same search is not done again.
    sought: () => [candidates.map(({ data, from, save, checkpointEvery, ...one }) => one), rungs],
  });
  return {
    kind: trialKind(() => Promise.reject(new JobError('The jobs are for workers.'))),
    taskOf: (candidate, index, budget) => taskOf(candidate, [index, budget], journal, common),
    ...{ runner, retries: options.retries, close },
    strangers: () => runner.strangers,
  };
}

/** What all jobs need, in Redis or in the folder that all share. */
async function commonTo(
  { options, prepared: { data, backend } }: Planned,
  remote: Store,
): Promise<Common> {
  const common = await commonOf(options, data, backend, async (path) => ({
    manifest: await putFiles(path, remote),
  }));
  // Another machine has other cores, and would sum in another order.
  const threads = common.backend.threads ?? (backend.name === 'native' ? cores() : undefined);
  const asked = { name: backend.name, ...(threads !== undefined && { threads }) };
  return { ...common, backend: asked, keeps: false };
}
