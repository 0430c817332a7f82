import { InProcess } from '../../jobs/runners/inProcess.js';
import type { Store } from '../../jobs/store.js';
import { cores } from '../jobs/children.js';
import { gradeKind } from '../jobs/grade.js';
import { needingBullmq } from '../jobs/needingBullmq.js';
import { firstLineOf, startGrader } from './grader.js';
import type { GradingJobs, Planned } from './planned.js';
import { tasksOf } from './tasks.js';

/** How submissions are graded: by this machine, some at once, or by workers. */
export async function jobsFor(planned: Planned, signal: AbortSignal): Promise<GradingJobs> {
  const { options, folder, limits, expected } = planned;
  if (options.redis !== undefined) {
    return (await needingBullmq(() => import('./remote.js'))).remoteJobs(planned, signal);
  }
  const grader = await startGrader(folder, limits, signal, expected, options.isolation);
  return {
    // Each submission has a process of its own, and its judge little to do.
    runner: new InProcess(nothing, options.jobs ?? cores()),
    kind: gradeKind(async () => grader),
    tasks: await tasksOf(planned, async (root) => ({ path: root })),
    firstLine: () => firstLineOf(grader, limits, expected),
    close: () => grader.end(),
  };
}

const refuse = () => Promise.reject(new Error('Submissions stay where they are.'));
const nothing: Store = {
  ...{ name: 'nothing', put: refuse, get: refuse, drop: refuse },
  has: async () => false,
};
