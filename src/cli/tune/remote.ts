import { JobError } from '../../core/errors.js';
import { remember } from '../jobs/attach.js';
import { ownFingerprint } from '../jobs/ownFingerprint.js';
import { submitting } from '../jobs/submitting.js';
import { trialKind } from '../jobs/trial.js';
import type { Jobs, Planned } from './planned.js';
import { commonForWorkers, taskOf } from './tasks.js';

/** How the candidates of a search are trained by workers: in their name, with their files by hash. */
export async function remoteJobs(search: Planned): Promise<Jobs> {
  const { options, prepared, journal, candidates, rungs } = search;
  const wanted = candidates.map(({ data, from, save, checkpointEvery, ...one }) => one);
  const { run, runner, common, close } = await submitting({
    ...{ command: 'tune', kind: 'trial', options, local: journal.store },
    fingerprint: () => ownFingerprint(prepared.backend.name),
    put: async ({ remote }) => ({
      ...(await commonForWorkers(options, prepared.data, prepared.backend, remote)),
      keeps: false,
    }),
    about: (common) => [wanted, rungs, common],
    remember: (run) => remember(run, options),
  });
  return {
    ...{ run, runner, close, retries: options.retries },
    kind: trialKind(() => Promise.reject(new JobError('The jobs are for workers.'))),
    taskOf: (candidate, index, budget) => taskOf(candidate, [index, budget], journal, common),
    strangers: () => runner.strangers,
  };
}
