import type { Candidate } from '../jobs/candidate.js';
import type { FoldTask } from '../jobs/foldTask.js';
import type { Trained } from '../jobs/trialTask.js';
import type { Planned } from './planned.js';

/** The jobs of a cross-validation: one a fold. */
export function tasksOf(
  { options: { folds }, candidate, length }: Planned,
  common: Omit<Trained, 'candidate'>,
): FoldTask[] {
  const { data, from, save, resume, report, json, ...settings } = candidate;
  const one: Candidate = settings;
  return Array.from({ length: folds }, (_, fold) => ({
    ...common,
    ...{ fold, folds, budget: length.times, candidate: one },
  }));
}
