import { readdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { AbortError, CheckError } from '../core/errors.js';
import { gradesCsv } from '../oracle/grade/csv.js';
import { type Grade, verdictOf } from '../oracle/grade/grade.js';
import { gradesHtml } from '../oracle/grade/html.js';
import { gradesText } from '../oracle/grade/text.js';
import { printable } from '../text/words.js';
import type { GradeOptions } from './commands/grade.js';
import { gradeSubmission, type Limits } from './grade/submission.js';
import { progressBar } from './progress.js';
import { writeReport } from './reportFile.js';
import { withVerdicts } from './style.js';
import { print, printJson, say, widthOf } from './terminal.js';

const atOnce = 2; // each check keeps one core busy
/** `handgrad grade`. */
export async function run(
  folder: string,
  options: GradeOptions,
  signal: AbortSignal,
): Promise<void> {
  const { timeout: seconds, memory, reference, csv, html, json } = options;
  const limits = { seconds, memory };
  const path = reference && (await referenceAt(reference, limits, signal));
  const files = (await modulesIn(folder)).filter((file) => resolve(folder, file) !== path);
  const grades = await gradeAll(folder, files, limits, signal, path);
  if (json) printJson(grades);
  else print(withVerdicts(gradesText(grades, { width: widthOf(process.stdout) })));
  if (csv) {
    await writeReport(csv, gradesCsv(grades));
    say(`CSV: ${csv}`);
  }
  if (html) {
    await writeReport(html, gradesHtml(grades, { title: basename(resolve(folder)) }));
    say(`Page: ${html}`);
  }
}

/** The path of the reference. @throws CheckError where it cannot be checked itself. */
async function referenceAt(path: string, limits: Limits, signal: AbortSignal): Promise<string> {
  const whole = resolve(path);
  const { gradients, cause } = await gradeSubmission(
    dirname(whole),
    basename(whole),
    limits,
    signal,
  );
  if (signal.aborted) throw new AbortError('Stopped before anything was graded.');
  if (gradients === null) throw new CheckError(`The reference cannot be checked. ${cause}`);
  return whole;
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
  reference?: string,
): Promise<Grade[]> {
  const grades: Grade[] = [];
  const bar = await progressBar(files.length);
  const waiting = files.entries();
  let done = 0;
  const work = async () => {
    for (const [i, file] of waiting) {
      if (signal.aborted) return;
      grades[i] = await gradeSubmission(folder, file, limits, signal, reference);
      if (signal.aborted) return;
      bar.update(++done, [`${done} of ${files.length}`]);
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
