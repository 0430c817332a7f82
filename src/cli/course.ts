import { HandgradError } from '../core/errors.js';
import type { ExperimentName } from '../course/contents.js';
import { courseReport, type Run } from '../course/courseReport.js';
import { experiments } from '../course/experiments/index.js';
import { useBackend } from '../runtime/backends.js';
import { csvOf } from '../text/csv.js';
import type { CourseOptions } from './commands/course.js';
import { askedFor, attached } from './course/attach.js';
import { jobsFor } from './course/jobs.js';
import { choosePictures, describe } from './course/pictures.js';
import type { Planned } from './course/planned.js';
import { runAll } from './course/runAll.js';
import { keepResults } from './jobs/keepResults.js';
import { mixedText } from './jobs/workersThere.js';
import { assertReportFile, stoppedName, writeReport } from './reportFile.js';
import { withVerdicts } from './style.js';
import { printJson, say, table, warn, widthOf } from './terminal.js';

/** `handgrad course`. No names are all of them; `given` are the names of the options on the command line. */
export async function run(
  typed: readonly ExperimentName[],
  asked: CourseOptions,
  signal: AbortSignal,
  given: readonly string[],
): Promise<void> {
  const { names, ...options } = await attached(typed, asked, given);
  await assertReportFile(options.html);
  const planned = await plan(names, options, signal);
  const { backend, pictures } = planned;
  const jobs = await jobsFor(planned);
  try {
    const { runs, stopped } = await runAll(planned, jobs, signal);
    const mixed = jobs.strangers();
    if (mixed.length > 0) warn(mixedText(mixed));
    const results = Object.fromEntries(
      runs.map(({ experiment: { name }, found, expected, passed, seconds }) => [
        name,
        { found, expected, passed, seconds },
      ]),
    );
    if (runs.length > 0) {
      const about = { data: describe(pictures), backend: backend.description };
      const page = courseReport(runs, about);
      const rows = summary(runs);
      const file = stopped ? stoppedName(options.html) : options.html;
      await writeReport(file, page);
      say(withVerdicts(table(rows, { width: widthOf(process.stderr) }), process.stderr));
      say(`Report: ${file}`);
      await keepResults({
        ...{ run: jobs.run, asked: askedFor(planned), backend: backend.description },
        ...{ data: pictures ? Object.values(pictures.dataset.files) : [], results },
        ...{ table: csvOf(rows), page },
      });
    }
    if (options.json) printJson(results);
    if (stopped) throw stopped;
    assertExpected(runs);
  } finally {
    await jobs.close();
  }
}

/** What is run and where, decided once for all experiments and said. */
async function plan(
  names: readonly ExperimentName[],
  options: CourseOptions,
  signal: AbortSignal,
): Promise<Planned> {
  const chosen =
    names.length > 0 ? names.map((name) => experiments.find((e) => e.name === name)!) : experiments;
  const backend = await useBackend(options.backend, { threads: 1 }); // its steps are small
  say(`Course: ${chosen.map(({ name }) => name).join(', ')}, on ${backend.description}`);
  const asks = chosen.some(({ asksForPictures }) => asksForPictures);
  const pictures = asks ? await choosePictures(options, signal) : undefined;
  return { options, chosen, backend, pictures };
}

/** A row for each experiment: what of its numbers is compared, whether they are as expected, and how long it took. */
const summary = (runs: readonly Run[]): string[][] => [
  ['note', 'experiment', 'verdict', 'compared', 'time'],
  ...runs.map(({ experiment, expected, passed, seconds }) => [
    ...[experiment.note, experiment.name, passed ? 'as expected' : 'NOT as expected'],
    ...[Object.keys(expected).join(', '), `${seconds.toFixed(1)} s`],
  ]),
];

/** @throws HandgradError that names what differs. */
function assertExpected(runs: readonly Run[]): void {
  const failed = runs.filter(({ passed }) => !passed).map(({ experiment }) => experiment.name);
  if (failed.length === 0) return;
  throw new HandgradError(
    `Not as expected: ${failed.join(', ')}. The report shows found and expected side by side.`,
  );
}
