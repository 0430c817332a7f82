import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { putFiles } from '../../jobs/manifest.js';
import type { Store } from '../../jobs/store.js';
import type { Backend } from '../../runtime/backends.js';
import type { TrainOptions } from '../commands/train.js';
import { findModel } from '../findModel.js';
import type { Candidate } from '../jobs/candidate.js';
import { cores } from '../jobs/children.js';
import type { Source, TrialTask } from '../jobs/trialTask.js';
import type { WholeData } from '../train/data.js';
import { hashOfSums, type Journal } from './journal.js';

/** What the jobs of a search have in common. */
export interface Common
  extends Pick<TrialTask, 'data' | 'from' | 'isCourse' | 'sums' | 'backend' | 'keeps'> {}

/** The files of a search, and how a job names them: by its path where it stays on this machine. */
export async function commonOf(
  { data: path, from }: Pick<TrainOptions, 'data' | 'from'>,
  data: WholeData,
  backend: Backend,
  sourceOf: (path: string) => Promise<Source>,
): Promise<Omit<Common, 'keeps'>> {
  const at = path ?? courseFolder(data);
  const threads = backend.versions.threads;
  return {
    ...(at !== undefined && { data: await sourceOf(at) }),
    ...(from !== undefined && { from: await sourceOf(findModel(from)) }),
    ...{ isCourse: path === undefined, sums: hashOfSums(data) },
    backend: { name: backend.name, ...(threads && { threads: Number(threads) }) },
  };
}

/** The same for workers: the files lie in a store. */
export async function commonForWorkers(
  options: Pick<TrainOptions, 'data' | 'from'>,
  data: WholeData,
  backend: Backend,
  remote: Store,
): Promise<Omit<Common, 'keeps'>> {
  const common = await commonOf(options, data, backend, async (path) => ({
    manifest: await putFiles(path, remote),
  }));
  // Another machine has other cores, and would sum in another order.
  const threads = common.backend.threads ?? (backend.name === 'native' ? cores() : undefined);
  return { ...common, backend: { name: backend.name, ...(threads !== undefined && { threads }) } };
}

/** Where the course's files lie; undefined for the set that is drawn, which has none. */
function courseFolder({ files: [first] }: WholeData): string | undefined {
  return existsSync(first.path) ? dirname(first.path) : undefined;
}

/** The job of a candidate on a rung. */
export function taskOf(
  { data, from, save, resume, report, json, ...options }: TrainOptions,
  [index, budget]: readonly [number, number],
  journal: Pick<Journal, 'stateOf'>,
  common: Common,
): TrialTask {
  const state = journal.stateOf(index);
  const candidate: Candidate = options;
  return { index, budget, candidate, ...common, ...(state !== undefined && { state }) };
}
