import { AbortError } from '../../core/errors.js';
import type { Outcome } from '../../jobs/runner.js';
import { type Grade, ungraded, verdictOf } from '../../oracle/grade/grade.js';
import { printable } from '../../text/words.js';
import type { GradeResult } from '../jobs/gradeTask.js';
import { progressBar } from '../progress.js';
import { withCopies } from './copies.js';
import { jobsFor } from './jobs.js';
import type { GradingJobs, Planned } from './planned.js';

/** A row for every entry of a folder. */
export interface Graded {
  readonly grades: readonly Grade[];
  readonly firstLine: string;
  /** The run's name, where workers did it. */
  readonly run?: string;
  /** How many modules could not be graded, and not because of what they do. */
  readonly failures: number;
}

/** Grades a folder, with a bar and a line for each. @throws AbortError where the signal stopped it. */
export async function gradeAll(planned: Planned, signal: AbortSignal): Promise<Graded> {
  const { folder, entries } = planned;
  const jobs = await jobsFor(planned, signal);
  try {
    const { grades, outcomes } = await withBar(planned, jobs, signal);
    const modules = new Set(entries.filter(({ refused }) => !refused).map(({ file }) => file));
    const done = outcomes.flatMap((one) => (one.status === 'done' ? [one.result] : []));
    return {
      grades: withCopies(folder, grades, modules),
      ...{ firstLine: jobs.firstLine(done), run: jobs.run },
      failures: outcomes.length - done.length,
    };
  } finally {
    await jobs.close();
  }
}

async function withBar(
  { entries, options: { retries } }: Planned,
  { runner, kind, tasks }: GradingJobs,
  signal: AbortSignal,
): Promise<{ grades: Grade[]; outcomes: Outcome<GradeResult>[] }> {
  const grades: Grade[] = [];
  const bar = await progressBar(entries.length);
  let done = 0;
  const take = (i: number, grade: Grade) => {
    grades[i] = grade;
    bar.update(++done, [`${done} of ${entries.length}`]);
    bar.say(`${printable(grade.file)}: ${verdictOf(grade)}`);
  };
  const places = entries.flatMap(({ refused }, i) => (refused === undefined ? [i] : []));
  try {
    for (const [i, { file, refused }] of entries.entries()) {
      if (refused !== undefined) take(i, ungraded(file, refused));
    }
    const outcomes = await runner.run(kind, tasks, {
      ...{ signal, retries },
      onDone: (i, outcome) => take(places[i], gradeIn(outcome, entries[places[i]].file)),
    });
    return { grades, outcomes };
  } catch (error) {
    if (!(error instanceof AbortError)) throw error;
    throw new AbortError(`Stopped: ${done} of ${entries.length} modules were graded.`);
  } finally {
    bar.stop();
  }
}

/** What kept a module from being graded stands in its row. */
const gradeIn = (outcome: Outcome<GradeResult>, file: string): Grade =>
  outcome.status === 'done'
    ? { ...outcome.result.grade, file }
    : ungraded(file, `It was not graded: ${outcome.error}`);
