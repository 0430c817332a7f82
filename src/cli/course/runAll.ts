import { AbortError, HandgradError, JobError } from '../../core/errors.js';
import { drawn, partsFrom } from '../../course/blocks.js';
import type { Run } from '../../course/courseReport.js';
import type { Experiment } from '../../course/experiment.js';
import { parseJson } from '../../files/json.js';
import type { Outcome } from '../../jobs/runner.js';
import type { Hash, Store } from '../../jobs/store.js';
import type { Block } from '../../report/blocks.js';
import type { ExperimentProgress, ExperimentResult } from '../jobs/experimentTask.js';
import { outcomeInWords, withBar } from '../jobs/withBar.js';
import { withVerdicts } from '../style.js';
import type { CourseJobs, Planned } from './planned.js';

/** What came of the experiments, and why it is not all. */
interface Ran {
  readonly runs: readonly Run[];
  readonly stopped?: HandgradError;
}

/** Runs all experiments. What is done is kept, whatever ends it. */
export async function runAll(
  { chosen, options: { retries } }: Planned,
  jobs: CourseJobs,
  signal: AbortSignal,
): Promise<Ran> {
  const found: Outcome<ExperimentResult>[] = [];
  const shown = {
    ...{ signal, retries, whole: 1 },
    doneOf: ({ share }: ExperimentProgress) => share,
    figure: (said: number) => chosen[Math.min(said, chosen.length - 1)].name,
    line: (i: number, outcome: Outcome<ExperimentResult>) =>
      withVerdicts(`${chosen[i].name}: ${outcomeInWords(outcome, verdict)}`, process.stderr),
  };
  let aborted: AbortError | undefined;
  try {
    await withBar(jobs, shown, found);
  } catch (error) {
    if (!(error instanceof AbortError)) throw error;
    aborted = error;
  }
  const { runs, failed } = await gathered(chosen, found, jobs.store);
  if (aborted) return { runs, stopped: stoppedBy(aborted, runs.length, chosen.length) };
  return failed.length === 0 ? { runs } : { runs, stopped: new JobError(failed.join('\n')) };
}

/** What is done, drawn; and a sentence for each that failed, or shows what no report does. */
async function gathered(
  chosen: readonly Experiment[],
  found: readonly (Outcome<ExperimentResult> | undefined)[],
  store: Store,
) {
  const runs: Run[] = [];
  const failed: string[] = [];
  for (const [i, experiment] of chosen.entries()) {
    const outcome = found[i];
    if (outcome?.status === 'failed') failed.push(`${experiment.name}: ${outcome.error}`);
    if (outcome?.status !== 'done') continue;
    try {
      const blocks = await blocksAt(outcome.result.blocks, store);
      runs.push({ ...outcome.result, experiment, blocks });
    } catch (error) {
      if (!(error instanceof HandgradError)) throw error;
      failed.push(`${experiment.name}: ${error.message} Is its worker of this handgrad?`);
    }
  }
  return { runs, failed };
}

const stoppedBy = (cause: AbortError, done: number, n: number): HandgradError =>
  new AbortError(`Stopped: ${done} of ${n} experiments are done, and kept.`, { cause });

async function blocksAt(hash: Hash, store: Store): Promise<Block[]> {
  const what = 'What it shows';
  const parts = partsFrom(parseJson(await store.get(hash), what, JobError), what);
  return Promise.all(parts.map(drawn));
}

const verdict = ({ passed, seconds }: ExperimentResult): string =>
  `${passed ? 'as expected' : 'NOT as expected'}, ${seconds.toFixed(1)} s`;
