import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CheckError } from '../../../core/errors.js';
import { bubblewrapArguments, packagesFor } from './bubblewrap.js';
import type { Isolation } from './kinds.js';
import { plainHandgrad } from './plain.js';

/** How a process of a submission is started. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The names of the environment that a process needs; all others may be secrets. */
const passedOn = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot'];

export const cleanEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    passedOn.flatMap((name): [string, string][] => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Node, on a script of handgrad's in JavaScript. */
export function launchOf(
  isolation: Isolation,
  script: string,
  readable: readonly string[],
  cwd: string,
  memory: number,
): Launch {
  const handgrad = plainHandgrad();
  const packages = packagesFor(dirname(handgrad));
  const info = join(dirname(handgrad.replace(/[/\\]$/, '')), 'package.json');
  const files = [handgrad, ...packages, ...(existsSync(info) ? [info] : []), ...readable];
  const node = [
    `--max-old-space-size=${memory}`,
    ...(isolation === 'permission' ? permissions(files) : []),
    join(handgrad, script),
  ];
  return inIsolation(isolation, process.execPath, node, files, cwd);
}

/** A command, where it is a process that Node's permissions do not reach. */
export function inIsolation(
  isolation: Isolation,
  command: string,
  args: readonly string[],
  readable: readonly string[],
  cwd: string,
): Launch {
  const env = cleanEnvironment();
  if (isolation !== 'bubblewrap') return { command, args, cwd, env };
  const inside = { ...env, TMPDIR: '/tmp', TMP: '/tmp', TEMP: '/tmp' };
  return {
    command: 'bwrap',
    args: [...bubblewrapArguments([command, ...readable], cwd, inside), command, ...args],
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
  };
}

const flags = () => {
  const known = process.allowedNodeEnvironmentFlags;
  return {
    permission: known.has('--permission') ? '--permission' : '--experimental-permission',
    // The hooks of this Node's loader have a thread of their own.
    hasThread: !known.has('--permission'),
  };
};

function permissions(files: readonly string[]): string[] {
  const { permission, hasThread } = flags();
  return [
    permission,
    '--disable-warning=ExperimentalWarning',
    ...(hasThread ? ['--allow-worker'] : []),
    ...files.map(
      (path) => `--allow-fs-read=${path.replace(/[/\\]$/, '')}${isFolder(path) ? '/*' : ''}`,
    ),
  ];
}

const isFolder = (path: string) =>
  !/\.\w+$/.test(path) || /[/\\]$/.test(path) || /node_modules$/.test(path);

/** The strongest isolation of this machine. @throws CheckError where the one that is asked for is not to be had. */
export function chooseIsolation(asked: Isolation | 'auto'): Isolation {
  if (asked === 'none' || asked === 'permission') return asked;
  const works = bubblewrapWorks();
  if (works) return 'bubblewrap';
  if (asked === 'auto') return 'permission';
  throw new CheckError(
    'bubblewrap does not work here. Install it (Debian: apt install bubblewrap), or grade with --isolation permission.',
  );
}

let tried: boolean | undefined;

function bubblewrapWorks(): boolean {
  if (process.platform !== 'linux') return false;
  if (tried === undefined) {
    const launch = inIsolation('bubblewrap', process.execPath, ['--version'], [], '/tmp');
    const { status } = spawnSync(launch.command, launch.args, { env: launch.env, timeout: 20_000 });
    tried = status === 0;
  }
  return tried;
}
