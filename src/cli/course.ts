import { basename } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { AbortError, HandgradError } from '../core/errors.js';
import { courseReport, type Run } from '../course/courseReport.js';
import {
  type Experiment,
  type Note,
  notes,
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
import { type BackendName, useBackend } from '../runtime/backends.js';
import { chooseData } from './chooseData.js';
import * as options from './options.js';
import { demandReportFile, stoppedName, writeReport } from './reportFile.js';
import { interruptible, printJson, progressBar, say, table } from './terminal.js';

interface CourseOptions {
  data?: string;
  backend: BackendName | 'auto';
  picture?: string;
  index: number;
  html: string;
  json?: boolean;
}

export const course = new Command('course')
  .summary("the course's models and experiments, with their numbers")
  .description(
    'Runs the models and experiments of the course, holds their numbers against those that are ' +
      'known, and writes a page that shows each with its equations, its code and its figures. ' +
      'Exit code 1 where a number is not what it should be.',
  )
  .argument(
    '[names...]',
    'experiments, or notes with all of theirs; default: everything',
    chosen,
    [],
  )
  .addOption(options.dataOption())
  .addOption(
    new Option('--backend <name>', 'what runs TensorFlow; float64 gives every printed digit')
      .default('float64')
      .choices(options.backendChoices),
  )
  .option('--picture <file>', 'a JPEG or PNG of yours, for the cat models to classify')
  .addOption(
    new Option('--index <i>', 'the training picture to show')
      .default(10)
      .argParser(options.wholeNumber(0)),
  )
  .addOption(
    new Option('--html <file>', 'where the page goes')
      .default('report/index.html')
      .argParser(options.fileName),
  )
  .addOption(options.jsonOption())
  .addHelpText('after', () => `\nNotes and their experiments:\n${contents()}`)
  .action((names: Experiment[], options: CourseOptions) =>
    interruptible((signal) => run(names.length > 0 ? names : experiments, options, signal)),
  );

async function run(
  chosen: readonly Experiment[],
  options: CourseOptions,
  signal: AbortSignal,
): Promise<void> {
  await demandReportFile(options.html);
  const backend = await useBackend(options.backend, { threads: 1 }); // its steps are small
  say(`Course: ${chosen.map(({ name }) => name).join(', ')}, on ${backend.description}`);
  const pictures = once(() => choosePictures(options, signal));
  const exact = backend.name === 'float64';
  const { runs, stopped } = await runAll(chosen, { pictures, exact, signal });

  const data = pictures.made ? describe(await pictures()) : 'none were needed';
  const file = stopped ? stoppedName(options.html) : options.html;
  if (runs.length > 0) {
    await writeReport(file, courseReport(runs, { data, backend: backend.description }));
    say(summary(runs));
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
  demandExpected(runs);
}

/** One after the other; a Ctrl-C or one that fails ends it early, and what is done is kept. */
async function runAll(
  chosen: readonly Experiment[],
  setting: Omit<Setting, 'onProgress'>,
): Promise<{ runs: Run[]; stopped?: HandgradError }> {
  const runs: Run[] = [];
  for (const experiment of chosen) {
    try {
      runs.push(await withProgress(experiment, setting));
    } catch (error) {
      if (!(error instanceof HandgradError)) throw error;
      if (!(error instanceof AbortError)) return { runs, stopped: error };
      const done = `${runs.length} of ${chosen.length} experiments are done, and kept.`;
      return { runs, stopped: new AbortError(`Stopped: ${done}`) };
    }
  }
  return { runs };
}

async function withProgress(
  experiment: Experiment,
  setting: Omit<Setting, 'onProgress'>,
): Promise<Run> {
  const bar = progressBar(`${experiment.name} {bar} {percentage} % | {eta_formatted} left`, 1000);
  try {
    const onProgress = (share: number) => bar.update(Math.floor(1000 * share));
    const result = await runExperiment(experiment, { ...setting, onProgress });
    bar.stop();
    say(
      `${experiment.name}: ${result.passed ? 'as expected' : 'NOT as expected'}, ${result.seconds.toFixed(1)} s`,
    );
    return { experiment, ...result };
  } finally {
    bar.stop();
  }
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
  return table([['note', 'experiment', 'verdict', 'compared', 'time'], ...rows]);
}

/** @throws HandgradError that names what differs. */
function demandExpected(runs: readonly Run[]): void {
  const failed = runs.filter(({ passed }) => !passed).map(({ experiment }) => experiment.name);
  if (failed.length === 0) return;
  throw new HandgradError(
    `Not as expected: ${failed.join(', ')}. The report shows found and expected side by side.`,
  );
}

/** An experiment by its name, or those of a note; none twice. */
function chosen(name: string, before: readonly Experiment[]): Experiment[] {
  const found = experiments.filter((experiment) =>
    [experiment.name, experiment.note].includes(name),
  );
  if (found.length === 0) {
    throw new InvalidArgumentError(`There is no experiment ${name}. There are:\n${contents()}`);
  }
  return [...new Set([...before, ...found])];
}

const contents = () =>
  (Object.keys(notes) as Note[])
    .map((note) => {
      const names = experiments.filter((e) => e.note === note).map(({ name }) => name);
      return `  ${note}  ${notes[note]}:\n       ${names.join(', ')}`;
    })
    .join('\n');

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
