import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The most processes and threads of a submission; Node itself has about a dozen. */
export const mostProcesses = 64;

/** A cgroup of one submission: the kernel itself holds it to its memory and its processes. */
export interface Cgroup {
  /** The files that take the id of a process that joins. */
  readonly joining: readonly string[];
  /** Whether the kernel has ended a process for want of memory. */
  ranOut(): boolean;
  remove(): void;
}

let made = 0;

/**
 * A cgroup below our own, of version 2 or 1; undefined where the system lets us make none.
 *
 * @param memory in MB.
 */
export function makeCgroup(memory: number): Cgroup | undefined {
  const name = `handgrad-${process.pid}-${++made}`;
  const folders: string[] = [];
  const make = (base: string, limits: Readonly<Record<string, string>>) => {
    const folder = join(base, name);
    mkdirSync(folder);
    folders.push(folder);
    for (const [file, value] of Object.entries(limits)) writeFileSync(join(folder, file), value);
    return folder;
  };
  const bytes = String(memory * 2 ** 20);
  try {
    const own = ownGroups();
    const v2 = own.get('');
    const memory1 = own.get('memory');
    let events: [file: string, count: RegExp];
    if (memory1 !== undefined) {
      const folder = make(memory1, { 'memory.limit_in_bytes': bytes });
      make(own.get('pids') ?? '', { 'pids.max': String(mostProcesses) });
      events = [join(folder, 'memory.oom_control'), /^oom_kill (\d+)/m];
    } else if (v2 !== undefined) {
      const limits = {
        'memory.max': bytes,
        'memory.swap.max': '0',
        'pids.max': String(mostProcesses),
      };
      events = [join(make(v2, limits), 'memory.events'), /^oom_kill (\d+)/m];
    } else return undefined;
    const [file, count] = events;
    return {
      joining: folders.map((folder) => join(folder, 'cgroup.procs')),
      ranOut: () => Number(count.exec(tryRead(file))?.[1] ?? 0) > 0,
      remove: () => folders.forEach((folder) => void remove(folder)),
    };
  } catch {
    folders.forEach((folder) => void remove(folder));
    return undefined;
  }
}

/** Where our own process stands, by controller; '' is version 2. */
function ownGroups(): Map<string, string> {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const own = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
  const found = new Map<string, string>();
  for (const line of own) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    for (const controller of controllers.split(',')) {
      const mount = mounts.find((one) =>
        controller === ''
          ? / - cgroup2 /.test(one)
          : new RegExp(` - cgroup \\S+ (\\S*,)?${controller}(,|$)`).test(one),
      );
      const [, root, place] = /^\d+ \d+ \S+ (\S+) (\S+) /.exec(mount ?? '') ?? [];
      if (place === undefined) continue;
      found.set(controller, join(place, root === '/' ? path : path.replace(root, '')));
    }
  }
  return found;
}

const tryRead = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Once its processes are gone, which takes the kernel a moment. */
function remove(folder: string, attempts = 40): void {
  try {
    rmdirSync(folder);
  } catch {
    if (attempts > 0) setTimeout(() => remove(folder, attempts - 1), 50).unref();
  }
}
