import { basename } from 'node:path';
import { ValueError } from '../core/errors.js';
import { reportJson } from '../oracle/report/json.js';
import { reportText } from '../oracle/report/text.js';
import type { GradientReport } from '../oracle/report.js';
import { assertPassed } from './assertPassed.js';
import { checkApart } from './check/apart.js';
import { assertNoPythonOptions, pythonOf, pythonOptions } from './check/pythonOptions.js';
import type { CheckOptions } from './commands/check.js';
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

/** Anyone's functions: in a process that this one only listens to. */
async function checkFile(file: string, options: CheckOptions): Promise<GradientReport> {
  if (isPython(file)) return checkPythonFile(file, pythonOf(options), pythonOptions(options));
  assertNoPythonOptions(file, options);
  // Under --watch the whole process is the module's, and ends with its next version.
  if (process.env.HANDGRAD_WATCHED) {
    const { checkModule } = await import('./check/module.js');
    return guarded(file, () => checkModule(file, options));
  }
  return checkApart(file, options);
}
