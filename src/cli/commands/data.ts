import { type Command, Option } from 'commander';
import { interruptible } from '../ending.js';

export interface DataOptions {
  to: string;
}

export const define = (command: Command): Command =>
  command
    .description(
      'Downloads the two files of the cat data set (3 MB) from GitHub and verifies their SHA-256. Set ' +
        'HANDGRAD_DATA_URL to download from elsewhere.',
    )
    .addOption(new Option('--to <folder>', 'where to put the files').default('data', 'data'))
    .action((options: DataOptions) =>
      interruptible(async (signal) => (await import('../data.js')).run(options, signal)),
    );
