import { AbortError, HandgradError, JobError } from '../../core/errors.js';
import { type Part, partsFrom } from '../../course/blocks.js';
import type { Run } from '../../course/courseReport.js';
import { parseJson } from '../../files/json.js';
import type { Outcome } from '../../jobs/runner.js';
import type { Store } from '../../jobs/store.js';
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
  const runs: Run[] = [];
  for (const [i, experiment] of chosen.entries()) {
    const outcome = found[i];
    if (outcome?.status !== 'done') continue;
    const blocks = await blocksAt(outcome.result, store, experiment.name);
    runs.push({ ...outcome.result, experiment, blocks });
  }
  if (aborted) return { runs, stopped: stoppedBy(aborted, runs, chosen.length) };
  const failed = chosen.flatMap(({ name }, i) => {
    const outcome = found[i];
    return outcome?.status === 'failed' ? [`${name}: ${outcome.error}`] : [];
  });
  return failed.length === 0 ? { runs } : { runs, stopped: new JobError(failed.join('\n')) };
}

/** Where the workers go on, the line that says so stays. */
const stoppedBy = (aborted: AbortError, runs: readonly Run[], n: number): HandgradError =>
  new AbortError(`Stopped: ${runs.length} of ${n} experiments are done, and kept.`, {
    cause: aborted,
  });

/** @throws JobError where a worker gave what no report shows */
async function blocksAt(
  { blocks: hash }: ExperimentResult,
  store: Store,
  name: string,
): Promise<readonly Part[]> {
  try {
    const what = `What ${name} shows`;
    return partsFrom(parseJson(await store.get(hash), what, JobError), what);
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
    throw new JobError(`${error.message} Is the worker of this version of handgrad?`, {
      cause: error,
    });
  }
}

function inWords(outcome: Outcome<ExperimentResult>): string {
  if (outcome.status === 'failed') {
    const { attempts, error } = outcome;
    return `failed${attempts > 1 ? ` ${attempts} times` : ''}: ${error}`;
  }
  const { passed, seconds } = outcome.result;
  return `${passed ? 'as expected' : 'NOT as expected'}, ${seconds.toFixed(1)} s`;
}
