import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** How often to ask, in milliseconds: a `ps` costs more than reading /proc. */
export const askEvery = process.platform === 'linux' ? 50 : 250;

/**
 * The memory that a process and all that it has started hold, in MB. Undefined where the process is gone,
 * or the system does not say.
 */
export function memoryOf(pid: number): number | undefined {
  try {
    const all = process.platform === 'linux' ? fromProc() : fromPs();
    if (!all.has(pid)) return undefined;
    const kB = [...familyOf(pid, all)].reduce((sum, one) => sum + (all.get(one)?.kB ?? 0), 0);
    return Number.isFinite(kB) ? kB / 1024 : undefined;
  } catch {
    return undefined;
  }
}

interface Held {
  readonly parent: number;
  readonly kB: number;
}

/** A process, and all below it. */
function familyOf(pid: number, all: ReadonlyMap<number, Held>): Set<number> {
  const family = new Set([pid]);
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const [one, { parent }] of all) if (family.has(parent)) family.add(one);
  }
  return family;
}

function fromProc(): Map<number, Held> {
  const all = new Map<number, Held>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      all.set(Number(name), { parent: Number(fields[1]), kB: 4 * Number(fields[21]) });
    } catch {
      // it has just ended
    }
  }
  return all;
}

function fromPs(): Map<number, Held> {
  const said = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], {
    stdio: 'pipe',
    timeout: 1000,
  });
  const rows = String(said)
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  return new Map(rows.map(([pid, parent, kB]) => [pid, { parent, kB }]));
}
