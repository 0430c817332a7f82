import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FolderStore } from '../../jobs/folderStore.js';
import { MemoryStore } from '../../jobs/memoryStore.js';
import { ChildProcesses } from '../../jobs/runners/childProcesses.js';
import { InProcess } from '../../jobs/runners/inProcess.js';
import { childEntry, cores, usualLimits } from '../jobs/children.js';
import { experimentKind } from '../jobs/experiment.js';
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
  const kind = experimentKind(async () => pictures!);
  const about = { kind, strangers: () => [] };
  if (jobs === 1) {
    const store = new MemoryStore();
    const runner = new InProcess(store);
    const tasks = await tasksOf(planned, store, here);
    return { ...about, runner, store, tasks, close: () => runner.close() };
  }
  const folder = await mkdtemp(join(tmpdir(), 'handgrad-course-'));
  const store = new FolderStore(folder);
  const runner = new ChildProcesses({
    ...{ size: jobs, limits: usualLimits(jobs) },
    entry: childEntry(folder, 'here'),
  });
  const close = async () => {
    await runner.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...about, runner, store, tasks: await tasksOf(planned, store, here), close };
}

/** One where at most one experiment is long, else the cores, for as many as are. */
const usualJobs = ({ chosen }: Planned): number =>
  Math.max(1, Math.min(cores(), chosen.filter(({ isLong }) => isLong).length));
