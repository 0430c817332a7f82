import { type Command, Option } from 'commander';
import { usualRetries } from '../../jobs/runner.js';
import * as options from '../options.js';
import { prefixOption, redisOption, storeOption } from './redisOptions.js';

/** What each option means for a command. */
interface Words {
  readonly jobs: string;
  readonly redis: string;
  readonly attach: string;
  readonly retries: string;
}

/** How jobs are run: the options that `tune`, `train` and `cross-validate` have in common. */
export const withJobOptions = (command: Command, words: Words): Command =>
  command
    .addOption(
      new Option('--jobs <n>', words.jobs).argParser(options.wholeNumber(1)).conflicts('redis'),
    )
    .addOption(redisOption(words.redis))
    .addOption(prefixOption())
    .addOption(storeOption())
    .addOption(
      new Option('--attach <run>', words.attach)
        .argParser(options.keyPrefix)
        .conflicts(['resume', 'jobs']),
    )
    .option('--allow-mixed', 'also workers of another version, or whose backend rounds otherwise')
    .addOption(
      new Option('--retries <n>', words.retries)
        .default(usualRetries, String(usualRetries))
        .argParser(options.wholeNumber(0)),
    );
