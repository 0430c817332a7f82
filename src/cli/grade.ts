import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { CheckError, JobError } from '../core/errors.js';
import { hashOf } from '../jobs/store.js';
import { gradesCsv } from '../oracle/grade/csv.js';
import { gradesHtml } from '../oracle/grade/html.js';
import { gradesText } from '../oracle/grade/text.js';
import type { GradeOptions } from './commands/grade.js';
import { askedFor, attached } from './grade/attach.js';
import type { Expected } from './grade/channel.js';
import { type Entry, entriesOf } from './grade/entries.js';
import { gradeAll } from './grade/gradeAll.js';
import type { Planned } from './grade/planned.js';
import { keepResults } from './jobs/keepResults.js';
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
  const data = options.redis === undefined ? [] : await sumsOf(planned);
  const { grades, firstLine, failures, run } = await gradeAll(planned, signal);
  if (json) {
    say(firstLine);
    printJson(grades);
  } else print(withVerdicts(gradesText(grades, { width: widthOf(process.stdout), firstLine })));
  const table = gradesCsv(grades, { firstLine });
  const page = gradesHtml(grades, { title: basename(resolve(folder)), firstLine });
  if (csv) {
    await writeReport(csv, table);
    say(`CSV: ${csv}`);
  }
  if (html) {
    await writeReport(html, page);
    say(`Page: ${html}`);
  }
  const results = { firstLine, grades };
  await keepResults({ run, asked: askedFor(planned), data, results, table, page });
  if (failures > 0) {
    throw new JobError(
      `${failures} of ${grades.length} modules could not be graded: their rows say why. Grade once more: what is graded stays.`,
    );
  }
}

/** By what the modules are known again, and what they are held to. */
async function sumsOf({ folder, entries, expected }: Planned) {
  const { reference, allowed = [] } = expected;
  const modules = entries.flatMap(({ file, refused }) => (refused ? [] : [join(folder, file)]));
  const paths = [...modules, ...(reference ? [reference] : []), ...allowed];
  const sums = paths.map(async (path) => ({ path, sha256: hashOf(await readFile(path)) }));
  return Promise.all(sums);
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
