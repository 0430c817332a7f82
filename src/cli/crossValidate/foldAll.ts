import type { Outcome } from '../../jobs/runner.js';
import type { FoldResult } from '../jobs/foldTask.js';
import { progressBar } from '../progress.js';
import { reached } from '../tune/words.js';
import type { FoldJobs, Planned } from './planned.js';

/** Trains and judges all folds, with a bar and a line for each, in their order, whichever is done first. */
export async function foldAll(
  { options: { folds, retries }, length }: Planned,
  { runner, kind, tasks }: FoldJobs,
  signal: AbortSignal,
): Promise<Outcome<FoldResult>[]> {
  const bar = await progressBar(folds * length.times);
  const epochs = tasks.map(() => 0);
  const found: Outcome<FoldResult>[] = [];
  let said = 0;
  const show = (i: number, done: number) => {
    epochs[i] = done;
    const all = epochs.reduce((sum, one) => sum + one, 0);
    bar.update(all, [`${said} of ${folds} folds`]);
  };
  try {
    return await runner.run(kind, tasks, {
      ...{ signal, retries },
      onProgress: (i, { done }) => show(i, done),
      onDone: (i, outcome) => {
        found[i] = outcome;
        for (; found[said] !== undefined; said++) {
          bar.say(`Fold ${said + 1} of ${folds}: ${inWords(found[said])}`);
        }
        show(i, length.times);
      },
    });
  } finally {
    bar.stop();
  }
}

function inWords(outcome: Outcome<FoldResult>): string {
  if (outcome.status === 'done') return reached(outcome.result);
  const { attempts, error } = outcome;
  return `failed${attempts > 1 ? ` ${attempts} times` : ''}: ${error}`;
}
