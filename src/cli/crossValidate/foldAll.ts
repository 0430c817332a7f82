import type { Outcome } from '../../jobs/runner.js';
import type { FoldResult } from '../jobs/foldTask.js';
import { outcomeInWords, withBar } from '../jobs/withBar.js';
import { reached } from '../tune/words.js';
import type { FoldJobs, Planned } from './planned.js';

/** Trains and judges all folds. */
export const foldAll = (
  { options: { folds, retries }, length }: Planned,
  jobs: FoldJobs,
  signal: AbortSignal,
): Promise<Outcome<FoldResult>[]> =>
  withBar(jobs, {
    ...{ signal, retries, whole: length.times },
    doneOf: ({ done }) => done,
    figure: (said) => `${said} of ${folds} folds`,
    line: (i, outcome) => `Fold ${i + 1} of ${folds}: ${outcomeInWords(outcome, reached)}`,
  });
