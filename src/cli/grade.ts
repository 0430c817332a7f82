import { readdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { AbortError, CheckError } from '../core/errors.js';
import { gradesCsv } from '../oracle/grade/csv.js';
import { type Grade, verdictOf } from '../oracle/grade/grade.js';
import { gradesHtml } from '../oracle/grade/html.js';
import { gradesText, printable } from '../oracle/grade/text.js';
import { gradeSubmission, type Limits } from './grade/submission.js';
import * as options from './options.js';
import { interruptible, print, printJson, progressBar, say } from './terminal.js';
import { writeWhole } from './writeWhole.js';

interface GradeOptions {
  timeout: number;
  memory: number;
  csv?: string;
  html?: string;
  json?: boolean;
}

const atOnce = 2; // each check keeps one core busy
const endings = ['SIGTERM', 'SIGHUP'] as const;

export const grade = new Command('grade')
  .summary('check every module of a folder, each in a process of its own')
  .description(
    'Checks the backward pass in every module (.js, .mjs, .ts) of FOLDER, as `handgrad check FILE` ' +
      'does, each in a child process with a limit of time and memory and without your environment ' +
      'variables: a module that hangs, exits or crashes costs its own row only. It is no sandbox: ' +
      'grade the code of strangers in a container. Exit code 0 where all modules were graded, whatever ' +
      'their verdicts; 1 where the folder is missing or holds no module, or Ctrl-C stopped it.',
  )
  .addArgument(new Argument('<folder>', 'the modules; folders in it are not searched'))
  .addOption(
    new Option('--timeout <seconds>', 'for each module')
      .default(20)
      .argParser(options.numberAbove(0)),
  )
  .addOption(
    new Option('--memory <MB>', 'for each module; a check in itself takes some 200')
      .default(1024)
      .argParser(options.wholeNumber(1)),
  )
  .addOption(new Option('--csv <path>', 'write the table as CSV'))
  .addOption(new Option('--html <path>', 'write the table as a page'))
  .addOption(options.jsonOption())
  .action((folder: string, options: GradeOptions) =>
    interruptible((signal) => endable(signal, (signal) => run(folder, options, signal))),
  );

async function run(folder: string, options: GradeOptions, signal: AbortSignal): Promise<void> {
  const { timeout: seconds, memory, csv, html, json } = options;
  const files = await modulesIn(folder);
  const grades = await gradeAll(folder, files, { seconds, memory }, signal);
  if (json) printJson(grades);
  else print(gradesText(grades));
  if (csv) {
    await writeWhole(csv, gradesCsv(grades));
    say(`CSV: ${csv}`);
  }
  if (html) {
    await writeWhole(html, gradesHtml(grades, { title: basename(resolve(folder)) }));
    say(`Page: ${html}`);
  }
}

/** The modules of a folder by name. @throws CheckError where there is none. */
async function modulesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new CheckError(`There is no folder ${folder}, or it cannot be read.`);
  });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => /\.(js|mjs|ts)$/.test(name) && !name.endsWith('.d.ts'));
  if (files.length === 0) {
    throw new CheckError(`${folder} holds no module: put .js, .mjs or .ts files into it.`);
  }
  return files.sort();
}

/** @throws AbortError where the signal stopped it. */
async function gradeAll(
  folder: string,
  files: readonly string[],
  limits: Limits,
  signal: AbortSignal,
): Promise<Grade[]> {
  const grades: Grade[] = [];
  const bar = progressBar('{bar} {value} of {total} | {eta_formatted} left', files.length);
  const waiting = files.entries();
  let done = 0;
  const work = async () => {
    for (const [i, file] of waiting) {
      if (signal.aborted) return;
      grades[i] = await gradeSubmission(folder, file, limits, signal);
      if (signal.aborted) return;
      bar.update(++done);
      bar.say(`${printable(file)}: ${verdictOf(grades[i])}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    bar.stop();
  }
  if (signal.aborted) {
    throw new AbortError(`Stopped: ${done} of ${files.length} modules were graded.`);
  }
  return grades;
}

/** Has the end of this process end its children too, which are in groups of their own. */
async function endable<T>(
  interrupted: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const end = () => controller.abort();
  interrupted.addEventListener('abort', end);
  for (const name of endings) process.once(name, end);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of endings) process.removeListener(name, end);
  }
}
