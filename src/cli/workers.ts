import { workersAt } from '../jobs/redis/presence.js';
import type { WorkersOptions } from './commands/workers.js';
import { withOpenRedis } from './jobs/redis.js';
import { commandName, print, printJson, say, table } from './terminal.js';

/** `handgrad workers`: who works on what. */
export const run = (options: WorkersOptions): Promise<void> =>
  withOpenRedis(options, async ({ redis, prefix, shown }) => {
    const workers = await workersAt(redis, prefix);
    if (options.json) return printJson(workers);
    if (workers.length === 0) {
      return say(`No worker is at ${shown}. Start one: ${commandName} worker`);
    }
    const rows = workers.flatMap(({ host, pid, handgrad, fingerprints, jobs, now }) => {
      const backends = fingerprints.map(({ backend }) => backend).join(', ');
      const who = [host, String(pid), handgrad, backends];
      return jobs.length === 0
        ? [[...who, 'waits', '', '']]
        : jobs.map(({ run, title, since }) => [...who, run, title, inTime((now - since) / 1000)]);
    });
    print(table([['host', 'pid', 'version', 'backends', 'run', 'job', 'since'], ...rows]));
  });

/** 12 s, 3 min, 2 h 5 min. */
export function inTime(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
