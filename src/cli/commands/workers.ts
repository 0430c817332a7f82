import type { Command } from 'commander';
import { needingBullmq } from '../jobs/needingBullmq.js';
import { type RedisOptions, withRedis } from '../jobs/redisOptions.js';
import * as options from '../options.js';

export interface WorkersOptions extends RedisOptions {
  json?: boolean;
}

export const define = (command: Command): Command =>
  withRedis(
    command.description('Shows the workers that are there, and what each has in hand.'),
    'where they are',
  )
    .addOption(options.jsonOption())
    .action(async (asked: WorkersOptions) =>
      (await needingBullmq(() => import('../workers.js'))).run(asked),
    );
