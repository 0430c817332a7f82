import { basename } from 'node:path';
import { AbortError, HandgradError } from '../core/errors.js';
import type { ExperimentName } from '../course/contents.js';
import { courseReport, type Run } from '../course/courseReport.js';
import {
  type Experiment,
  type Pictures,
  runExperiment,
  type Setting,
} from '../course/experiment.js';
import { experiments } from '../course/experiments/index.js';
import { isCatSet } from '../data/catSet.js';
import { readPicture } from '../data/pictureFile.js';
import type { PictureSet } from '../data/pictureSet.js';
import { resizePicture } from '../data/pictures.js';
import { pictureByIndex } from '../report/pictures.js';
import { useBackend } from '../runtime/backends.js';
import { chooseData } from './chooseData.js';
import type { CourseOptions } from './commands/course.js';
import { type Progress, progressBar } from './progress.js';
import { assertReportFile, stoppedName, writeReport } from './reportFile.js';
import { withVerdicts } from './style.js';
import { printJson, say, table, widthOf } from './terminal.js';

/** `handgrad course`. No names are all of them. */
export async function run(
  names: readonly ExperimentName[],
  options: CourseOptions,
  signal: AbortSignal,
): Promise<void> {
  const chosen =
    names.length > 0 ? names.map((name) => experiments.find((e) => e.name === name)!) : experiments;
  await assertReportFile(options.html);
  const backend = await useBackend(options.backend, { threads: 1 }); // its steps are small
  say(`Course: ${chosen.map(({ name }) => name).join(', ')}, on ${backend.description}`);
  const pictures = once(() => choosePictures(options, signal));
  const exact = backend.name === 'float64';
  const { runs, stopped } = await runAll(chosen, { pictures, exact, signal });

  const data = pictures.made ? describe(await pictures()) : 'none were needed';
  const file = stopped ? stoppedName(options.html) : options.html;
  if (runs.length > 0) {
    await writeReport(file, courseReport(runs, { data, backend: backend.description }));
    say(withVerdicts(summary(runs), process.stderr));
    say(`Report: ${file}`);
  }
  if (options.json) {
    const results = runs.map(({ experiment, found, expected, passed, seconds }) => [
      experiment.name,
      { found, expected, passed, seconds },
    ]);
    printJson(Object.fromEntries(results));
  }
  if (stopped) throw stopped;
  assertExpected(runs);
}

/** One after the other; a Ctrl-C or one that fails ends it early, and what is done is kept. */
async function runAll(
  chosen: readonly Experiment[],
  setting: Omit<Setting, 'onProgress'>,
): Promise<{ runs: Run[]; stopped?: HandgradError }> {
  const runs: Run[] = [];
  const bar = await progressBar(chosen.length);
  try {
    for (const experiment of chosen) runs.push(await runOne(experiment, setting, bar, runs.length));
    return { runs };
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
    if (!(error instanceof AbortError)) return { runs, stopped: error };
    const done = `${runs.length} of ${chosen.length} experiments are done, and kept.`;
    return { runs, stopped: new AbortError(`Stopped: ${done}`) };
  } finally {
    bar.stop();
  }
}

async function runOne(
  experiment: Experiment,
  setting: Omit<Setting, 'onProgress'>,
  bar: Progress,
  done: number,
): Promise<Run> {
  const onProgress = (share: number) => bar.update(done + share, [experiment.name]);
  onProgress(0);
  const result = await runExperiment(experiment, { ...setting, onProgress });
  onProgress(1);
  const verdict = result.passed ? 'as expected' : 'NOT as expected';
  bar.say(
    withVerdicts(`${experiment.name}: ${verdict}, ${result.seconds.toFixed(1)} s`, process.stderr),
  );
  return { experiment, ...result };
}

async function choosePictures(
  { data, picture, index }: CourseOptions,
  signal: AbortSignal,
): Promise<Pictures> {
  const dataset = await chooseData(data, signal);
  pictureByIndex(dataset.train, index);
  const areCats = isCatSet(dataset);
  if (!areCats) say('      It is not the cat set of the course: its numbers are not compared.');
  const own = picture === undefined ? undefined : await ownPicture(picture, dataset.train);
  return { dataset, areCats, index, own };
}

async function ownPicture(path: string, size: PictureSet) {
  const { data } = await resizePicture(await readPicture(path, size), size.width, size.height);
  return { name: basename(path), data };
}

const describe = ({ dataset: { name, train, test }, areCats }: Pictures) =>
  `${name}, ${train.m} to train and ${test.m} to test${areCats ? '' : '; not the cat set of the course'}`;

/** A line for each experiment: how many numbers are as expected, and how long it took. */
function summary(runs: readonly Run[]): string {
  const rows = runs.map(({ experiment, expected, passed, seconds }) => [
    experiment.note,
    experiment.name,
    passed ? 'as expected' : 'NOT as expected',
    Object.keys(expected).join(', '),
    `${seconds.toFixed(1)} s`,
  ]);
  return table([['note', 'experiment', 'verdict', 'compared', 'time'], ...rows], {
    width: widthOf(process.stderr),
  });
}

/** @throws HandgradError that names what differs. */
function assertExpected(runs: readonly Run[]): void {
  const failed = runs.filter(({ passed }) => !passed).map(({ experiment }) => experiment.name);
  if (failed.length === 0) return;
  throw new HandgradError(
    `Not as expected: ${failed.join(', ')}. The report shows found and expected side by side.`,
  );
}

/** f, which is called at its first use and then remembered, unless it fails; `made` says whether it was. */
function once<T>(f: () => Promise<T>): (() => Promise<T>) & { made: boolean } {
  let made: Promise<T> | undefined;
  const get = () => {
    made ??= f().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  return Object.defineProperty(get, 'made', { get: () => made !== undefined }) as typeof get & {
    made: boolean;
  };
}
