import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How often to ask, in milliseconds: reading /proc costs nothing, a `ps` does. */
export const askEvery = process.platform === 'linux' ? 20 : 250;

/**
 * The most memory that a process has held at once, in MB (elsewhere than on Linux: that it holds now).
 * Undefined where the process is gone, or the system does not say.
 */
export function memoryOf(pid: number): number | undefined {
  try {
    const kB = process.platform === 'linux' ? peak(pid) : resident(pid);
    return Number.isFinite(kB) ? kB / 1024 : undefined;
  } catch {
    return undefined;
  }
}

const peak = (pid: number) =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmHWM:\s+(\d+) kB/m)?.[1]);

const resident = (pid: number) =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { stdio: 'pipe', timeout: 1000 }));
