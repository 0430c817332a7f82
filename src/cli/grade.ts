import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { AbortError, CheckError } from '../core/errors.js';
import { gradesCsv } from '../oracle/grade/csv.js';
import { type Grade, verdictOf } from '../oracle/grade/grade.js';
import { gradesHtml } from '../oracle/grade/html.js';
import { gradesText } from '../oracle/grade/text.js';
import { printable } from '../text/words.js';
import type { GradeOptions } from './commands/grade.js';
import type { Expected } from './grade/channel.js';
import { gradeSubmission, type Limits } from './grade/submission.js';
import { progressBar } from './progress.js';
import { defaultPython, executableOf, isPython } from './python/check.js';
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
  const { timeout: seconds, memory, csv, html, json } = options;
  const limits = { seconds, memory };
  const files = await modulesIn(folder, options.reference);
  const expected = await expectedOf(files, options);
  if (expected.reference) await assertChecked(expected.reference, limits, signal);
  const grades = await gradeAll(folder, files, expected, limits, signal);
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

/** The modules of a folder by name. @throws CheckError where there is none. */
async function modulesIn(folder: string, reference?: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new CheckError(`There is no folder ${folder}, or it cannot be read.`);
  });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => /\.([cm]?js|m?ts|tsx|py|ipynb)$/.test(name) && !name.endsWith('.d.ts'))
    .filter((name) => !reference || resolve(folder, name) !== resolve(reference));
  if (files.length === 0) {
    throw new CheckError(
      `${folder} holds no module: put .js, .mjs, .cjs, .ts, .py or .ipynb files into it.`,
    );
  }
  return files.sort();
}

/** What all submissions are held to; Python itself is found once, with the whole environment. */
async function expectedOf(files: readonly string[], options: GradeOptions): Promise<Expected> {
  const { reference, forward, backward, cost, python } = options;
  if (reference && !existsSync(reference)) {
    throw new CheckError(`There is no file ${reference}, which --reference names.`);
  }
  return {
    ...(reference && { reference: resolve(reference) }),
    names: { ...(forward && { forward }), ...(backward && { backward }), ...(cost && { cost }) },
    ...(files.some(isPython) && { python: executableOf(python ?? defaultPython()) }),
  };
}

/** @throws CheckError where a reference in JavaScript cannot be checked itself: each submission would be. */
async function assertChecked(path: string, limits: Limits, signal: AbortSignal): Promise<void> {
  if (isPython(path)) return;
  const { gradients, cause } = await gradeSubmission(dirname(path), basename(path), limits, signal);
  if (signal.aborted) throw new AbortError('Stopped before anything was graded.');
  if (gradients === null) throw new CheckError(`The reference cannot be checked. ${cause}`);
}

/** @throws AbortError where the signal stopped it. */
async function gradeAll(
  folder: string,
  files: readonly string[],
  expected: Expected,
  limits: Limits,
  signal: AbortSignal,
): Promise<Grade[]> {
  const grades: Grade[] = [];
  const bar = await progressBar(files.length);
  const waiting = files.entries();
  let done = 0;
  const work = async () => {
    for (const [i, file] of waiting) {
      if (signal.aborted) return;
      grades[i] = await gradeSubmission(folder, file, limits, signal, expected);
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
