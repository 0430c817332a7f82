import { readFileSync } from 'node:fs';
import { checkGradients } from '../../oracle/checkGradients.js';
import type { GradientReport } from '../../oracle/report.js';
import { useBackend } from '../../runtime/backends.js';
import type { CheckOptions } from '../commands/check.js';
import { loadSubject } from '../loadSubject.js';
import { oracleOptions } from './oracleOptions.js';

/** Checks a module in this process. @throws CheckError, BackendError */
export async function checkModule(file: string, options: CheckOptions): Promise<GradientReport> {
  const { backend } = options;
  if (backend !== 'auto') await useBackend(backend);
  return checkGradients(await loadSubject(file), { ...oracleOptions(options), source: sourceOf });
}

/** The text of a file of the user's, for the words of an explanation. */
function sourceOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
