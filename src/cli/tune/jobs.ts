import { sizeOf } from '../../core/layer.js';
import { parametersOf } from '../../core/parameters.js';
import { cores } from '../jobs/children.js';
import { runnerHere } from '../jobs/here.js';
import { needingBullmq } from '../jobs/needingBullmq.js';
import { trialKind } from '../jobs/trial.js';
import type { Jobs, Planned } from './planned.js';
import { commonOf, taskOf } from './tasks.js';

/** How the candidates of a search are trained: in this process, or in several at once. */
export async function jobsFor(search: Planned): Promise<Jobs> {
  const { options, prepared, journal, candidates } = search;
  if (options.redis !== undefined) {
    return (await needingBullmq(() => import('./remote.js'))).remoteJobs(search);
  }
  const { data, backend } = prepared;
  const here = async (path: string) => ({ path });
  const common = { ...(await commonOf(options, data, backend, here)), keeps: true };
  const jobs = Math.min(options.jobs ?? usualJobs(search), candidates.length);
  const { from } = options;
  const runner = runnerHere(jobs, journal.store);
  return {
    kind: trialKind(async () => ({ prepared, from })),
    taskOf: (candidate, index, budget) => taskOf(candidate, [index, budget], journal, common),
    ...{ runner, retries: options.retries },
    strangers: () => [],
    close: () => runner.close(),
  };
}

/** Multiply-adds below which one process is done before others have started. */
const fewProducts = 2e10;

/** One where there is little to do, or the backend has a thread for every core anyway; else the cores. */
export function usualJobs({
  rungs,
  prepared: { data, backend },
  network,
}: Pick<Planned, 'rungs' | 'prepared' | 'network'>): number {
  const { threads } = backend.versions;
  if (backend.name === 'native' && threads !== '1') return 1;
  const epochs = rungs.reduce((sum, { count, budget }) => sum + count * budget, 0);
  const parameters = Object.values(parametersOf(network)).reduce(
    (sum, { shape }) => sum + sizeOf(shape),
    0,
  );
  return 3 * epochs * data.train.m * parameters < fewProducts ? 1 : cores();
}
