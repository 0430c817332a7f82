import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ValueError } from '../core/errors.js';
import { checkGradients } from '../oracle/checkGradients.js';
import { reportJson } from '../oracle/report/json.js';
import { reportText } from '../oracle/report/text.js';
import type { GradientReport, ParameterReport } from '../oracle/report.js';
import { useBackend } from '../runtime/backends.js';
import { list } from '../text/words.js';
import { assertPassed } from './assertPassed.js';
import { oracleOptions } from './check/oracleOptions.js';
import { assertNoPythonOptions, pythonOf, pythonOptions } from './check/pythonOptions.js';
import type { CheckOptions } from './commands/check.js';
import { loadSubject } from './loadSubject.js';
import { checkPythonFile, isPython } from './python/check.js';
import { writeReport } from './reportFile.js';
import { withVerdicts } from './style.js';
import { guarded, print, printJson, say, widthOf } from './terminal.js';

/** `handgrad check`. */
export async function run(file: string | undefined, options: CheckOptions) {
  const report =
    file === undefined
      ? await (await import('./check/own.js')).checkOwn(options)
      : await checkFile(file, options);
  if (options.json) printJson(reportJson(report));
  else print(withVerdicts(reportText(report, { width: widthOf(process.stdout) })));
  if (options.html) {
    const title = file === undefined ? 'handgrad' : basename(file);
    const { reportHtml } = await import('../oracle/report/html.js');
    await writeReport(options.html, reportHtml(report, { title }));
    say(`Report: ${options.html}`);
  }
  assertPassed(report);
}

/** `handgrad check FILE --watch`. @throws ValueError where there is no file. */
export async function watch(file: string | undefined, signal: AbortSignal): Promise<never> {
  if (file === undefined) {
    throw new ValueError('--watch watches a file. Say which: `handgrad check FILE --watch`');
  }
  return (await import('./check/watch.js')).watchFile(file, signal);
}

/** Anyone's functions. */
async function checkFile(file: string, options: CheckOptions): Promise<GradientReport> {
  const { backend } = options;
  if (isPython(file)) return checkPythonFile(file, pythonOf(options), pythonOptions(options));
  assertNoPythonOptions(file, options);
  if (backend !== 'auto') await useBackend(backend);
  return guarded(file, async () =>
    checkGradients(await loadSubject(file), {
      ...oracleOptions(options),
      ...{ source: sourceOf, onVerdict: sayVerdict },
    }),
  );
}

/** The search for a cause can take seconds: what is known stands there at once. */
function sayVerdict(parameters: readonly ParameterReport[]): void {
  const wrong = parameters.filter(({ passed }) => !passed).map(({ name }) => name);
  const count = `${wrong.length} of ${parameters.length}`;
  say(`Wrong: ${list(wrong, 8)} (${count} gradients). Looking for the cause ...`);
}

/** The text of a file of the user's, for the words of an explanation. */
function sourceOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
