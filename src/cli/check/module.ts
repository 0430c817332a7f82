import { readFileSync } from 'node:fs';
import { checkGradients } from '../../oracle/checkGradients.js';
import type { GradientReport, ParameterReport } from '../../oracle/report.js';
import { useBackend } from '../../runtime/backends.js';
import { list } from '../../text/words.js';
import type { CheckOptions } from '../commands/check.js';
import { loadSubject } from '../loadSubject.js';
import { say } from '../terminal.js';
import { oracleOptions } from './oracleOptions.js';

/** Checks a module in this process. @throws CheckError, BackendError */
export async function checkModule(file: string, options: CheckOptions): Promise<GradientReport> {
  const { backend } = options;
  if (backend !== 'auto') await useBackend(backend);
  return checkGradients(await loadSubject(file), {
    ...oracleOptions(options),
    ...{ source: sourceOf, onVerdict: sayVerdict },
  });
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
