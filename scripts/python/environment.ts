import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HandgradError } from '../../src/core/errors.js';
import { userCacheDirectory } from '../../src/files/cache.js';
import { whoElseWrites } from '../../src/files/owned.js';
import { run, tellingLine } from '../../src/runtime/command.js';

/** What a script asks of Python. */
export interface PythonNeeds {
  /** Of its virtual environment, in the user's cache. */
  readonly folder: string;
  /** What pip installs there, with versions. */
  readonly pinned: readonly string[];
  /** By the names of their imports, those that must be there, as they are spoken of. */
  readonly packages: Readonly<Record<string, string>>;
  /** The npm script that makes the environment with --setup. */
  readonly script: string;
  /** What happens without Python, and without one of the packages. */
  readonly withoutPython: string;
  readonly withoutPackage: string;
  error(message: string): HandgradError;
}

/** What a Python has of the packages. */
export interface Found {
  /** Undefined where there is no Python. */
  readonly version?: string;
  /** By the names of their imports. */
  readonly packages: ReadonlySet<string>;
  /** What to say of those that are missing, in one line. */
  readonly complaint?: string;
}

/** The virtual environment that `--setup` makes. */
export const environment = ({ folder }: PythonNeeds) => join(userCacheDirectory(), folder);

export const pythonIn = (folder: string) =>
  process.platform === 'win32'
    ? join(folder, 'Scripts', 'python.exe')
    : join(folder, 'bin', 'python');

/** HANDGRAD_PYTHON, else the one of the set-up if it is the user's alone, else what the system has. */
export function pythonCommand(needs: PythonNeeds): string {
  const own = pythonIn(environment(needs));
  const isOwn = existsSync(own) && !whoElseWrites(own, environment(needs));
  return process.env.HANDGRAD_PYTHON || (isOwn ? own : 'python3');
}

export async function look(command: string, needs: PythonNeeds): Promise<Found> {
  const { packages, script, withoutPython, withoutPackage } = needs;
  const cure = `"npm run ${script} -- --setup" installs them, or HANDGRAD_PYTHON names a Python with them.`;
  const { ok, ending, output } = await run(command, ['-c', probe(Object.keys(packages))]);
  if (!ok) {
    return {
      packages: new Set(),
      complaint: `${command} does not run (${ending}): ${withoutPython}. ${cure}`,
    };
  }
  const [version, ...names] = output.trim().split(/\s+/);
  const missing = Object.entries(packages).filter(([name]) => !names.includes(name));
  const list = missing.map(([, title]) => title).join(', ');
  return {
    version,
    packages: new Set(names),
    complaint: missing.length ? `${command} has no ${list}: ${withoutPackage}. ${cure}` : undefined,
  };
}

const probe = (names: readonly string[]) => `
import importlib.util, platform
names = [name for name in ${JSON.stringify(names)} if importlib.util.find_spec(name)]
print(platform.python_version(), *names)`;

/**
 * Makes the virtual environment in the user's cache, unless it is there. A failure leaves none behind.
 *
 * @returns whether it was made anew
 * @throws the error of the needs where Python is missing, or pip fails: in one line.
 */
export async function makeEnvironment(
  needs: PythonNeeds,
  say: (line: string) => void,
  { python = 'python3', patience = '' } = {},
): Promise<boolean> {
  const folder = environment(needs);
  const { pinned } = needs;
  const own = pythonIn(folder);
  if (existsSync(own) && (await look(own, needs)).complaint === undefined) {
    say(`${folder} is there, with ${pinned.join(', ')}.`);
    return false;
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  try {
    say(`Making a virtual environment in ${folder} ...`);
    await must(
      needs,
      python,
      ['-I', '-m', 'venv', folder],
      'Install Python 3 with its venv module',
    );
    say(`Installing ${pinned.join(', ')} with pip${patience && `; ${patience}`} ...`);
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
    const pip = ['-I', '-m', 'pip', 'install', ...quiet, ...pinned];
    await must(needs, own, pip, 'See which of them pip finds for this Python');
    const { complaint } = await look(own, needs);
    if (complaint) throw needs.error(`pip said that it installed everything, but: ${complaint}`);
    return true;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function must(
  { error }: PythonNeeds,
  command: string,
  args: readonly string[],
  cure: string,
): Promise<void> {
  const { ok, ending, output } = await run(command, args);
  if (ok) return;
  const words = tellingLine(output);
  throw error(
    `${[command, ...args.slice(0, 4)].join(' ')} failed (${ending})${words && `: ${words}`}. ${cure}, or name a Python that has the packages in HANDGRAD_PYTHON.`,
  );
}
