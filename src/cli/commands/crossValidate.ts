import { type Command, Option } from 'commander';
import { usualRetries } from '../../jobs/runner.js';
import type { BackendName } from '../../runtime/backendNames.js';
import { withDataOptions } from '../dataOptions.js';
import { interruptible } from '../ending.js';
import {
  prefixOption,
  redisOption,
  type SharingOptions,
  storeOption,
} from '../jobs/redisOptions.js';
import * as options from '../options.js';
import { withPreparation } from '../partOptions.js';
import type { Hyperparameters, RunOptions } from '../runOptions.js';
import * as training from '../trainingOptions.js';

export interface CrossValidateOptions
  extends Omit<RunOptions, 'test' | 'validation' | 'earlyStopping' | 'save' | 'checkpointEvery'>,
    Omit<Hyperparameters, 'patience'>,
    Partial<SharingOptions> {
  folds: number;
  backend: BackendName | 'auto';
  jobs?: number;
  retries?: number;
  allowMixed?: boolean;
  attach?: string;
  csv?: string;
  html?: string;
  json?: boolean;
}

export const define = (command: Command): Command =>
  withRun(
    withJobs(
      training.withUpdateOptions(
        training.withDuration(
          training.withNetworkOptions(withPreparation(withDataOptions(described(command)))),
        ),
      ),
    ),
  ).action((asked: CrossValidateOptions, command: Command) =>
    interruptible(async (signal) => {
      const given = Object.keys(asked).filter(
        (name) => command.getOptionValueSource(name) === 'cli',
      );
      await (await import('../crossValidate.js')).run(asked, signal, given);
    }),
  );

const described = (command: Command): Command =>
  command
    .description(
      'Says how well a network does with these options on samples that it has not seen: the training ' +
        'samples are dealt into folds, for classes with as many of each in every fold; for each fold a new ' +
        'network is trained on the others and judged on it. It trains to the last epoch: what judges must ' +
        'not choose. Nothing is saved; a test or validation set of the data is left alone.',
    )
    .addOption(
      new Option('--folds <k>', 'parts that are held out, one after the other')
        .default(5, '5')
        .argParser(options.wholeNumber(2, 1000)),
    );

const withJobs = (command: Command): Command =>
  command
    .optionsGroup('Jobs:')
    .addOption(
      new Option(
        '--jobs <n>',
        'folds at once, each in a process of its own (default: the cores, where that pays)',
      )
        .argParser(options.wholeNumber(1))
        .conflicts('redis'),
    )
    .addOption(redisOption('folds for whoever runs `handgrad worker`'))
    .addOption(prefixOption())
    .addOption(storeOption())
    .addOption(
      new Option('--attach <run>', 'come back to a run that the workers go on with')
        .argParser(options.keyPrefix)
        .conflicts('jobs'),
    )
    .option('--allow-mixed', 'also workers of another version, or whose backend rounds otherwise')
    .addOption(
      new Option('--retries <n>', 'how often a fold is tried again whose process fails')
        .default(usualRetries, String(usualRetries))
        .argParser(options.wholeNumber(0)),
    );

const withRun = (command: Command): Command =>
  command
    .optionsGroup('Run:')
    .addOption(options.seedOption())
    .addOption(options.backendOption())
    .option('--no-compile', 'run each operation by itself instead of a compiled step')
    .addOption(new Option('--csv <path>', 'write the table as CSV').argParser(options.fileName))
    .addOption(new Option('--html <path>', 'write the table as HTML').argParser(options.fileName))
    .addOption(options.jsonOption());
