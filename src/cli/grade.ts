import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { AbortError, CheckError } from '../core/errors.js';
import { gradesCsv } from '../oracle/grade/csv.js';
import { type Grade, ungraded, verdictOf } from '../oracle/grade/grade.js';
import { gradesHtml } from '../oracle/grade/html.js';
import { gradesText } from '../oracle/grade/text.js';
import { printable } from '../text/words.js';
import type { GradeOptions } from './commands/grade.js';
import type { Expected } from './grade/channel.js';
import { withCopies } from './grade/copies.js';
import { type Entry, entriesOf } from './grade/entries.js';
import { type Grader, startGrader } from './grade/grader.js';
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
  const entries = await entriesOf(folder, options.reference);
  const expected = expectedOf(entries, options);
  const limits = { seconds, memory };
  const grader = await startGrader(folder, limits, signal, expected, options.isolation);
  let grades: Grade[];
  try {
    grades = withCopies(
      folder,
      await gradeAll(grader, entries, signal),
      new Set(entries.filter(({ refused }) => !refused).map(({ file }) => file)),
    );
  } finally {
    await grader.end();
  }
  const { firstLine } = grader;
  if (json) {
    say(firstLine);
    printJson(grades);
  } else print(withVerdicts(gradesText(grades, { width: widthOf(process.stdout), firstLine })));
  if (csv) {
    await writeReport(csv, gradesCsv(grades, { firstLine }));
    say(`CSV: ${csv}`);
  }
  if (html) {
    await writeReport(html, gradesHtml(grades, { title: basename(resolve(folder)), firstLine }));
    say(`Page: ${html}`);
  }
}

/** What all submissions are held to; Python itself is found once, with the whole environment. */
function expectedOf(entries: readonly Entry[], options: GradeOptions): Expected {
  const { reference, forward, backward, cost, python, allow = [] } = options;
  const files = { '--reference': [reference ?? []].flat(), '--allow': allow };
  for (const [flag, paths] of Object.entries(files)) {
    const missing = paths.find((path) => !existsSync(path));
    if (missing) throw new CheckError(`There is no file ${missing}, which ${flag} names.`);
  }
  const hasPython = entries.some(({ file, refused }) => !refused && isPython(file));
  return {
    ...(reference && { reference: resolve(reference) }),
    allowed: allow.map((path) => resolve(path)),
    names: { ...(forward && { forward }), ...(backward && { backward }), ...(cost && { cost }) },
    ...(hasPython && { python: executableOf(python ?? defaultPython()) }),
  };
}

/** @throws AbortError where the signal stopped it. */
async function gradeAll(
  grader: Grader,
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<Grade[]> {
  const grades: Grade[] = [];
  const bar = await progressBar(entries.length);
  const waiting = entries.entries();
  let done = 0;
  const work = async () => {
    for (const [i, { file, refused }] of waiting) {
      if (signal.aborted) return;
      grades[i] = refused ? ungraded(file, refused) : await grader.grade(file);
      if (signal.aborted) return;
      bar.update(++done, [`${done} of ${entries.length}`]);
      bar.say(`${printable(file)}: ${verdictOf(grades[i])}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    bar.stop();
  }
  if (signal.aborted) {
    throw new AbortError(`Stopped: ${done} of ${entries.length} modules were graded.`);
  }
  return grades;
}
