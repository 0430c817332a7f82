import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { HandgradError } from '../../core/errors.js';
import { type Grade, ungraded } from '../../oracle/grade/grade.js';
import { defaultPython, isPython } from '../python/check.js';
import type { Expected } from './channel.js';
import type { Isolation } from './isolation/kinds.js';
import { launchOf } from './isolation/launch.js';
import { plainHandgrad } from './isolation/plain.js';
import { type Limits, startProcess } from './process.js';
import type { PythonJob } from './pythonJudge.js';

/** Grades a Python file: in a process that holds nothing of it, and that has Python answer in isolation. */
export async function gradePython(
  folder: string,
  file: string,
  limits: Limits,
  signal: AbortSignal,
  isolation: Isolation,
  { names, python = defaultPython(), reference, allowed = [] }: Expected,
): Promise<Grade> {
  const path = resolve(join(folder, file));
  const own = reference !== undefined && isPython(reference) ? { reference } : {};
  const readable = [
    ...placesOf(python),
    join(plainHandgrad(), 'oracle', 'python'),
    ...allowed,
    ...Object.values(own),
  ];
  const job: PythonJob = {
    ...{ file, path, python, names, isolation, readable, seed: randomInt(2 ** 31) },
    ...own,
  };
  const launch = launchOf('none', 'cli/grade/pythonJudge.js', [], dirname(path), limits.memory);
  const asked = startProcess(launch, { allowed: [], isTrusted: true }, limits, signal);
  try {
    const grade = (await asked.ask({ ask: 'python', job })) as Grade;
    return asked.failure === undefined ? grade : ungraded(file, asked.failure);
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
    return ungraded(file, asked.failure ?? error.message);
  } finally {
    await asked.end();
  }
}

const known = new Map<string, string[]>();

/** Where a Python has its libraries. */
function placesOf(python: string): string[] {
  const found = known.get(python);
  if (found) return found;
  const program =
    'import sys, json; print(json.dumps([sys.executable, sys.prefix, sys.base_prefix] + sys.path))';
  const { stdout } = spawnSync(python, ['-c', program], { encoding: 'utf8' });
  const places = placesIn(stdout)
    .filter((path) => path !== '' && path !== '/' && existsSync(path))
    .flatMap((path) => [path, realpathSync(path)]);
  const all = [...new Set(places)];
  const own = all.filter(
    (path) => !all.some((other) => path !== other && path.startsWith(`${other}/`)),
  );
  known.set(python, own);
  return own;
}

function placesIn(json: string): string[] {
  try {
    return JSON.parse(json) as string[];
  } catch {
    return [];
  }
}
