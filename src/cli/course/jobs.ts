import { resolve } from 'node:path';
import { TemporaryStore } from '../../jobs/temporaryStore.js';
import { cores } from '../jobs/children.js';
import { experimentKind } from '../jobs/experiment.js';
import { runnerHere } from '../jobs/here.js';
import { needingBullmq } from '../jobs/needingBullmq.js';
import type { CourseJobs, Planned } from './planned.js';
import { tasksOf } from './tasks.js';

const here = async (folder: string) => ({ path: resolve(folder) });

/** How experiments are run: in this process, in several at once, or by workers. */
export async function jobsFor(planned: Planned): Promise<CourseJobs> {
  const { options, chosen, pictures } = planned;
  if (options.redis !== undefined) {
    return (await needingBullmq(() => import('./remote.js'))).remoteJobs(planned);
  }
  const jobs = Math.min(options.jobs ?? usualJobs(planned), chosen.length);
  const store = await TemporaryStore.make('course');
  const tasks = await tasksOf(planned, store, here).catch(async (error) => {
    await store.remove();
    throw error;
  });
  const runner = runnerHere(jobs, store);
  return {
    ...{ runner, store, tasks },
    kind: experimentKind(async () => pictures!),
    strangers: () => [],
    close: async () => {
      await runner.close();
      await store.remove();
    },
  };
}

/** One where at most one experiment is long, else the cores, for as many as are. */
const usualJobs = ({ chosen }: Planned): number =>
  Math.max(1, Math.min(cores(), chosen.filter(({ isLong }) => isLong).length));
