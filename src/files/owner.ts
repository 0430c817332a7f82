import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/*
 * Whose a staging file or a lock is: the machine, the process and when it began, since the number alone
 * comes again. What a dead process has left behind is known by that.
 */

const pattern = /^([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]{12}$/;

/** A name that no other has: of this process, and of this use. */
export const newOwner = (): string =>
  [machine(), process.pid, ownStart(), randomBytes(6).toString('hex')].join('-');

/** Whether the process is gone; undefined where that cannot be known from here, or it is no owner. */
export function isGone(owner: string): boolean | undefined {
  const [, where, digits, start] = pattern.exec(owner) ?? [];
  if (where !== machine()) return undefined;
  const pid = Number(digits);
  const now = startOf(pid);
  return now === undefined ? undefined : now !== start;
}

export const isOwner = (text: string): boolean => pattern.test(text);

/** The number of the process, for a message. */
export const pidOf = (owner: string): string | undefined => pattern.exec(owner)?.[2];

/** Of this very process. */
export const isOurs = (owner: string): boolean =>
  owner.startsWith(`${machine()}-${process.pid}-${ownStart()}-`);

let start: string | undefined;
let from: string | undefined;

function ownStart(): string {
  start ??= startOf(process.pid) ?? String(Math.round(performance.timeOrigin));
  return start;
}

/** A boot of a machine, and its room of process numbers: containers have their own. */
function machine(): string {
  const boot = tried(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const pids = tried(() => readlinkSync('/proc/self/ns/pid'));
  const hash = createHash('sha256').update([hostname(), boot, pids].join('\n'));
  from ??= hash.digest('hex').slice(0, 8);
  return from;
}

/** When a process began, in ticks since the boot; 'gone' where there is none; undefined where it lives and does not say, as outside Linux. */
function startOf(pid: number): string | undefined {
  const stat = tried(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === undefined) return isMissing(pid) ? 'gone' : undefined;
  // Behind the name, which may hold blanks and brackets: the state is the 3rd field, the start the 22nd.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? 'gone' : fields[19];
}

function isMissing(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
