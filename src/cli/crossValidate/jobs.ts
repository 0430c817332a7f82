import { join } from 'node:path';
import { userCacheDirectory } from '../../files/cache.js';
import { FolderStore } from '../../jobs/folderStore.js';
import { foldKind } from '../jobs/fold.js';
import { runnerHere } from '../jobs/here.js';
import { needingBullmq } from '../jobs/needingBullmq.js';
import { usualJobs } from '../tune/jobs.js';
import { preparedOn } from '../tune/prepared.js';
import { commonOf } from '../tune/tasks.js';
import { foldData } from './foldData.js';
import type { FoldJobs, Planned } from './planned.js';
import { tasksOf } from './tasks.js';

/** How folds are trained: in this process, in several at once, or by workers. */
export async function jobsFor(planned: Planned): Promise<FoldJobs> {
  const { options, whole, first, candidate, length, network, backend } = planned;
  // Folds share nothing that they make: a store is only what a process of jobs wants.
  const store = new FolderStore(join(userCacheDirectory(), 'jobs'));
  if (options.redis !== undefined) {
    return (await needingBullmq(() => import('./remote.js'))).remoteJobs(planned, store);
  }
  const rungs = [{ count: options.folds, budget: length.times }];
  const usual = () => usualJobs({ rungs, prepared: preparedOn(first, backend), network });
  const jobs = Math.min(options.jobs ?? usual(), options.folds);
  const runner = runnerHere(jobs, store);
  const { from } = candidate;
  const { seed } = options;
  return {
    runner,
    kind: foldKind(async ({ fold, folds }) => ({
      ...{ prepared: preparedOn(foldData(whole, { fold, folds, seed }), backend), from },
    })),
    tasks: tasksOf(planned, await commonOf(candidate, whole, backend, async (path) => ({ path }))),
    strangers: () => [],
    close: () => runner.close(),
  };
}
