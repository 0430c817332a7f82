import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The libraries that a program of the system needs: folders, or links to them. */
const system = [
  '/lib',
  '/lib64',
  '/lib32',
  '/usr/lib',
  '/usr/lib64',
  '/usr/lib32',
  '/usr/local/lib',
];
const settings = ['/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/alternatives'];

/** The most that a submission may write into its /tmp, which is memory. */
const roomOfTmp = 32 * 2 ** 20;

/**
 * The arguments of `bwrap` before a command: another user without rights, its own processes, network and
 * host name, no file but these, all of them read-only, and an empty /tmp. It ends with us.
 *
 * @param readable files and folders that stay where they are.
 */
export function bubblewrapArguments(
  readable: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): string[] {
  const there = [...system, ...settings].filter((path) => existsSync(path));
  return [
    ...['--unshare-all', '--unshare-user', '--uid', '65534', '--gid', '65534'],
    ...['--cap-drop', 'ALL', '--die-with-parent', '--new-session', '--hostname', 'submission'],
    ...['--clearenv', ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value])],
    ...['--proc', '/proc', '--dev', '/dev', '--size', String(roomOfTmp), '--tmpfs', '/tmp'],
    ...there.flatMap((path) => ['--ro-bind', path, path]),
    ...readable.flatMap((path) => bindings(path)),
    ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', cwd],
  ];
}

/** The path itself, and where it is a link what it leads to. */
function bindings(path: string): string[] {
  const real = realpathSync(path);
  return [path, ...(real === path ? [] : [real])].flatMap((one) => ['--ro-bind', real, one]);
}

/** The folders of packages that a folder's modules find, its own and those above it. */
export function packagesFor(folder: string): string[] {
  const found: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    const packages = join(at, 'node_modules');
    if (existsSync(join(packages, '@tensorflow')) || hasPackages(packages)) found.push(packages);
    if (dirname(at) === at) return found;
  }
}

const hasPackages = (folder: string): boolean => {
  try {
    return readdirSync(folder).includes('acorn');
  } catch {
    return false;
  }
};
