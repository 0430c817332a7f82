import { readdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
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
  const { timeout: seconds, memory, csv, html, json } = options;
  const files = await modulesIn(folder);
  const grades = await gradeAll(folder, files, { seconds, memory }, signal);
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
async function modulesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new CheckError(`There is no folder ${folder}, or it cannot be read.`);
  });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => /\.([cm]?js|m?ts|tsx)$/.test(name) && !name.endsWith('.d.ts'));
  if (files.length === 0) {
    throw new CheckError(`${folder} holds no module: put .js, .mjs, .cjs or .ts files into it.`);
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
  const bar = await progressBar(files.length);
  const waiting = files.entries();
  let done = 0;
  const work = async () => {
    for (const [i, file] of waiting) {
      if (signal.aborted) return;
      grades[i] = await gradeSubmission(folder, file, limits, signal);
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
