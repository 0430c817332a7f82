import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { JobError } from '../core/errors.js';
import { parseJson } from '../files/json.js';
import { type Run, runAt, runsAt } from '../jobs/redis/runs.js';
import { type Standing, standingOf } from '../jobs/redis/standing.js';
import type { StatusOptions } from './commands/status.js';
import { keptFiles } from './jobs/keepResults.js';
import { withOpenRedis } from './jobs/redis.js';
import { runFolder } from './jobs/runFolder.js';
import { print, printJson, say, table } from './terminal.js';
import { inTime } from './workers.js';

/** `handgrad status`: how far runs have come. @throws JobError for a run that is not there */
export const run = (name: string | undefined, options: StatusOptions): Promise<void> =>
  withOpenRedis(options, async ({ redis, prefix, shown }) => {
    const runs =
      name === undefined ? await runsAt(redis, prefix) : [await runAt(redis, prefix, name)];
    const found: [Run, Standing][] = [];
    for (const one of runs) {
      if (!one) throw new JobError(`${shown} knows no run ${name}. See all: \`handgrad status\``);
      found.push([one, await standingOf(redis, prefix, one)]);
    }
    if (options.json) {
      const all = found.map(([{ asked, ...one }, standing]) => ({
        ...{ ...one, ...standing, asked: parseJson(asked, `The run ${one.name}`, JobError) },
        ...resultsOf(one.name),
      }));
      return printJson(name === undefined ? all : all[0]);
    }
    if (found.length === 0) return say(`No runs are at ${shown}.`);
    const rows = found.map(([{ name, host, began }, standing]) => [
      ...[name, host, new Date(began).toISOString().slice(0, 16).replace('T', ' ')],
      ...countsOf(standing),
    ]);
    print(
      table([['run', 'from', 'began', 'done', 'running', 'failed', 'waiting', 'left'], ...rows]),
    );
    if (name === undefined) return;
    for (const error of found[0][1].errors) say(`Failed: ${error}`);
    const { results } = resultsOf(name);
    if (results !== undefined) say(`Results: ${results}`);
  });

/** Where the results of a run lie, if they are here: on the machine that began it, once it has ended. */
function resultsOf(run: string): { readonly results?: string } {
  const folder = runFolder(run);
  const isName = /^\w[\w-]*$/.test(run); // it comes out of Redis
  return isName && existsSync(join(folder, keptFiles.json)) ? { results: folder } : {};
}

function countsOf({ done, running, failed, waiting, progress, left }: Standing): string[] {
  const time = progress?.left ?? left;
  return [
    progress ? `${progress.done} of ${progress.total} ${progress.unit}s` : String(done),
    ...[running, failed, waiting].map(String),
    time === undefined ? '' : inTime(time),
  ];
}
