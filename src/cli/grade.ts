import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { CheckError, JobError } from '../core/errors.js';
import { gradesCsv } from '../oracle/grade/csv.js';
import { gradesHtml } from '../oracle/grade/html.js';
import { gradesText } from '../oracle/grade/text.js';
import type { GradeOptions } from './commands/grade.js';
import { attached } from './grade/attach.js';
import type { Expected } from './grade/channel.js';
import { type Entry, entriesOf } from './grade/entries.js';
import { gradeAll } from './grade/gradeAll.js';
import { defaultPython, executableOf, isPython } from './python/check.js';
import { writeReport } from './reportFile.js';
import { withVerdicts } from './style.js';
import { print, printJson, say, widthOf } from './terminal.js';

/** `handgrad grade`. */
export async function run(
  typed: string | undefined,
  typedOptions: GradeOptions,
  signal: AbortSignal,
): Promise<void> {
  const { folder, options } = await attached(typed, typedOptions);
  const { timeout: seconds, memory, csv, html, json } = options;
  const entries = await entriesOf(folder, options.reference);
  const expected = expectedOf(entries, options);
  const planned = { folder, entries, expected, limits: { seconds, memory }, options };
  const { grades, firstLine, failures } = await gradeAll(planned, signal);
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
  if (failures > 0) {
    throw new JobError(
      `${failures} of ${grades.length} modules could not be graded: their rows say why. Grade once more: what is graded stays.`,
    );
  }
}

/** What all submissions are held to; Python itself is found once, with the whole environment. */
function expectedOf(entries: readonly Entry[], options: GradeOptions): Expected {
  const { reference, forward, backward, cost, allow = [] } = options;
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
    ...(hasPython && { python: pythonFor(options) }),
  };
}

/** Workers have their own. */
const pythonFor = ({ python, redis }: GradeOptions): string => {
  const asked = python ?? defaultPython();
  return redis === undefined ? executableOf(asked) : asked;
};
