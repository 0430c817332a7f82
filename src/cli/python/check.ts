import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { CheckError } from '../../core/errors.js';
import { checkPython, type PythonCheckOptions } from '../../oracle/python/checkPython.js';
import type { GradientReport } from '../../oracle/report.js';
import { startPython } from './child.js';

/** Whether a file is Python's: a module or a notebook. */
export const isPython = (path: string) => ['.py', '.ipynb'].includes(extname(path).toLowerCase());

/** HANDGRAD_PYTHON, or what the system calls Python. */
export const defaultPython = () =>
  process.env.HANDGRAD_PYTHON || (process.platform === 'win32' ? 'python' : 'python3');

/** The path of a Python that a name stands for; the name where it does not run. */
export function executableOf(command: string): string {
  const asked = spawnSync(command, ['-I', '-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  });
  return (asked.status === 0 && asked.stdout.trim()) || command;
}

/** Checks the passes of a .py file or a notebook with the user's own Python. @throws CheckError */
export async function checkPythonFile(
  path: string,
  python: string,
  options: PythonCheckOptions,
): Promise<GradientReport> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) throw new CheckError(`There is no file ${path}.`);
  const child = startPython(python);
  try {
    return await checkPython(child, resolve(path), options);
  } finally {
    child.end();
  }
}
