import { type Command, Option } from 'commander';
import type { BackendName } from '../../runtime/backendNames.js';
import { type DataOptions, withDataOptions } from '../dataOptions.js';
import { interruptible } from '../ending.js';
import * as options from '../options.js';

export interface EvaluateOptions extends DataOptions {
  model: string;
  report?: string;
  worst: number;
  backend: BackendName | 'auto';
  json?: boolean;
}

export const define = (command: Command): Command =>
  withDataOptions(
    command.description(
      'Judges a saved model on data that it has not seen: every score, the confusion matrix, whether ' +
        'it is right as often as it says, and its worst mistakes. Where the data have a test part, ' +
        'that is taken, else all of them.',
    ),
  )
    .optionsGroup('Options:')
    .addOption(options.modelOption().default('models/latest', 'models/latest'))
    .addOption(new Option('--report <file>', 'write an HTML report').argParser(options.fileName))
    .addOption(
      new Option('--worst <n>', 'how many mistakes to list')
        .default(10)
        .argParser(options.wholeNumber(0)),
    )
    .addOption(options.backendOption())
    .addOption(options.jsonOption())
    .action((options: EvaluateOptions) =>
      interruptible(async (signal) => (await import('../evaluate.js')).run(options, signal)),
    );
