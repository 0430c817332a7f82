import { Argument, type Command } from 'commander';
import { needingBullmq } from '../jobs/needingBullmq.js';
import { type RedisOptions, withRedis } from '../jobs/redisOptions.js';
import * as options from '../options.js';

export interface StatusOptions extends RedisOptions {
  json?: boolean;
}

export const define = (command: Command): Command =>
  withRedis(
    command.description(
      'Shows the runs whose jobs are on Redis: how many are done, running, failed and waiting, and how ' +
        'long those of the round at hand will take. With RUN, that one, and why jobs of it failed.',
    ),
    'where they are',
  )
    .addArgument(new Argument('[run]', 'the name of a run'))
    .addOption(options.jsonOption())
    .action(async (run: string | undefined, asked: StatusOptions) =>
      (await needingBullmq(() => import('../status.js'))).run(run, asked),
    );
