import { type Command, Option } from 'commander';
import type { ReadDataOptions } from '../data/sampleSet.js';
import * as options from './options.js';

/** How data are read: the options that `train`, `evaluate` and `tune` share. */
export interface DataOptions
  extends Pick<
    ReadDataOptions,
    'task' | 'missing' | 'decimalComma' | 'samples' | 'size' | 'grey' | 'skipBroken'
  > {
  data?: string;
  target?: string[];
  leaveOut?: string[];
  header?: boolean;
}

const tasks = ['classification', 'regression'] as const;
const fills = ['drop', 'mean', 'median'] as const;

/** `--data` and how to read it. */
export const withDataOptions = (command: Command): Command =>
  command
    .optionsGroup('Data:')
    .addOption(
      new Option(
        '--data <path>',
        'a folder of pictures, a folder a class; CSV, TSV, JSON lines, Parquet; npz, npy; idx; HDF5',
      ),
    )
    .addOption(
      new Option(
        '--target <columns>',
        'columns of a table to predict (default: the last)',
      ).argParser(options.listOf((name) => name)),
    )
    .addOption(
      new Option(
        '--task <name>',
        'classification or regression (default: by the target)',
      ).argParser(options.oneOf(tasks)),
    )
    .addOption(
      new Option(
        '--missing <how>',
        `missing values: ${fills.join(', ')} (default: refuse)`,
      ).argParser(options.oneOf(fills)),
    )
    .addOption(
      new Option('--leave-out <columns>', 'columns that are no inputs, such as an id').argParser(
        options.listOf((name) => name),
      ),
    )
    .option('--decimal-comma', 'numbers such as 1,5')
    .option('--header', 'the first row names the columns (default: by what stands there)')
    .option('--no-header', 'the first row is a sample')
    .addOption(
      new Option('--samples <lie>', 'whether samples are rows or columns of a matrix').argParser(
        options.oneOf(['rows', 'columns'] as const),
      ),
    )
    .addOption(
      new Option('--size <pixels>', 'side of the pictures of a folder (default: 64)').argParser(
        options.wholeNumber(1, 2048),
      ),
    )
    .option('--grey', 'pictures of a folder in grey')
    .option('--skip-broken', 'leave out pictures that cannot be read');
