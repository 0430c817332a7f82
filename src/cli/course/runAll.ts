import { AbortError, HandgradError, JobError } from '../../core/errors.js';
import { drawn, partsFrom } from '../../course/blocks.js';
import type { Run } from '../../course/courseReport.js';
import type { Experiment } from '../../course/experiment.js';
import { parseJson } from '../../files/json.js';
import type { Outcome } from '../../jobs/runner.js';
import type { Hash, Store } from '../../jobs/store.js';
import type { Block } from '../../report/blocks.js';
import type { ExperimentResult } from '../jobs/experimentTask.js';
import { progressBar } from '../progress.js';
import { withVerdicts } from '../style.js';
import type { CourseJobs, Planned } from './planned.js';

/** What came of the experiments, and why it is not all. */
interface Ran {
  readonly runs: readonly Run[];
  readonly stopped?: HandgradError;
}

/** Runs all experiments, with a bar and a line for each, in their order. What is done is kept, whatever ends it. */
export async function runAll(
  { chosen, options }: Planned,
  { runner, kind, tasks, store }: CourseJobs,
  signal: AbortSignal,
): Promise<Ran> {
  const bar = await progressBar(chosen.length);
  const shares = tasks.map(() => 0);
  const found: Outcome<ExperimentResult>[] = [];
  let said = 0;
  const show = (i: number, share: number) => {
    shares[i] = share;
    const all = shares.reduce((sum, one) => sum + one, 0);
    bar.update(all, [chosen[Math.min(said, chosen.length - 1)].name]);
  };
  const onDone = (i: number, outcome: Outcome<ExperimentResult>) => {
    found[i] = outcome;
    for (; found[said] !== undefined; said++) {
      bar.say(withVerdicts(`${chosen[said].name}: ${inWords(found[said])}`, process.stderr));
    }
    show(i, 1);
  };
  const { retries } = options;
  const onProgress = (i: number, { share }: { share: number }) => show(i, share);
  let aborted: AbortError | undefined;
  try {
    await runner.run(kind, tasks, { signal, retries, onProgress, onDone });
  } catch (error) {
    if (!(error instanceof AbortError)) throw error;
    aborted = error;
  } finally {
    bar.stop();
  }
  const { runs, failed } = await gathered(chosen, found, store);
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

function inWords(outcome: Outcome<ExperimentResult>): string {
  if (outcome.status === 'failed') {
    const { attempts, error } = outcome;
    return `failed${attempts > 1 ? ` ${attempts} times` : ''}: ${error}`;
  }
  const { passed, seconds } = outcome.result;
  return `${passed ? 'as expected' : 'NOT as expected'}, ${seconds.toFixed(1)} s`;
}
