import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonCommand } from '../../../scripts/python/environment.js';
import { needs } from '../../../scripts/verify-exports/python.js';
import { startPython } from '../../../src/cli/python/child.js';
import { checkPython, type PythonCheckOptions } from '../../../src/oracle/python/checkPython.js';
import { needing } from '../../support/needs.js';

/** A Python for tests, and what to test with where it has numpy. */
export const python = pythonCommand(needs);
export const withNumpy = needing(
  'python',
  spawnSync(python, ['-c', 'import numpy'], { stdio: 'ignore' }).status === 0,
);

const folder = fileURLToPath(new URL('passes', import.meta.url));

/** The text of a file of passes/. */
export const textOf = (name: string) => readFileSync(join(folder, name), 'utf8');

/** Writes a text, with words replaced, as a file of a folder; each must be there. */
export function write(
  path: string,
  text: string,
  ...changes: readonly (readonly [string, string])[]
): string {
  let changed = text;
  for (const [from, to] of changes) {
    if (!changed.includes(from)) throw new Error(`There is no ${from} in the file.`);
    changed = changed.replace(from, () => to);
  }
  writeFileSync(path, changed);
  return path;
}

export async function check(path: string, options: PythonCheckOptions = {}) {
  const child = startPython(python);
  try {
    return await checkPython(child, path, options);
  } finally {
    child.end();
  }
}

/** The names of the gradients that a check finds wrong. */
export async function wrongIn(path: string, options: PythonCheckOptions = {}): Promise<string[]> {
  const { parameters } = await check(path, { samples: 12, ...options });
  return parameters.filter(({ passed }) => !passed).map(({ name }) => name);
}
