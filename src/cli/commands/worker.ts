import { type Command, Option } from 'commander';
import type { BackendName } from '../../runtime/backendNames.js';
import { interruptible } from '../ending.js';
import { needingBullmq } from '../jobs/needingBullmq.js';
import { type SharingOptions, storeOption, withRedis } from '../jobs/redisOptions.js';
import * as options from '../options.js';

export interface WorkerCommandOptions extends SharingOptions {
  concurrency?: number;
  backend: BackendName | 'auto';
  cacheSize: number;
  timeout?: number;
  memory?: number;
  allowGrade?: boolean;
}

export const define = (command: Command): Command =>
  withRedis(
    command.description(
      'Takes jobs from Redis, such as the candidates of `handgrad tune --redis`, and does each in a ' +
        'process of its own, until it is told to stop: Ctrl-C or SIGTERM finishes the jobs in hand, a ' +
        'second one ends at once. Jobs are data, checked by a schema; no code comes from Redis. Whoever ' +
        'writes to that Redis says what this machine computes: keep it behind a password, or at home.',
    ),
    'where the jobs are',
  )
    .addOption(storeOption())
    .addOption(
      new Option('--concurrency <n>', 'jobs at once (default: the cores)').argParser(
        options.wholeNumber(1, 1024),
      ),
    )
    .addOption(
      new Option('--backend <name>', 'take jobs of this backend alone')
        .default('auto', 'every one that works')
        .argParser(options.oneOf(options.backendChoices)),
    )
    .addOption(
      new Option('--cache-size <size>', 'what of the data is kept here')
        .default(1e10, '10GB')
        .argParser(options.size),
    )
    .addOption(
      new Option('--timeout <seconds>', 'after which a job hangs (default: 12 hours)').argParser(
        options.numberAbove(0),
      ),
    )
    .addOption(
      new Option(
        '--memory <MB>',
        "of a job's process (default: its share of the machine)",
      ).argParser(options.wholeNumber(64)),
    )
    .addOption(
      new Option(
        '--allow-grade',
        'take the submissions of `handgrad grade --redis`, and nothing else: each runs in a sandbox of ' +
          'bubblewrap, which must be installed, and may have at most --timeout (default: 1 hour) and --memory',
      ).conflicts('backend'),
    )
    .action((asked: WorkerCommandOptions) =>
      interruptible(async (signal) =>
        (await needingBullmq(() => import('../worker.js'))).run(asked, signal),
      ),
    );
