import { type Command, Option } from 'commander';
import type { BackendName } from '../../runtime/backendNames.js';
import { withDataOptions } from '../dataOptions.js';
import { interruptible } from '../ending.js';
import type { JobOptions } from '../jobs/howRun.js';
import { withJobOptions } from '../jobs/jobOptions.js';
import * as options from '../options.js';
import { withPreparation } from '../partOptions.js';
import type { Hyperparameters, RunOptions } from '../runOptions.js';
import * as training from '../trainingOptions.js';

export interface CrossValidateOptions
  extends Omit<RunOptions, 'test' | 'validation' | 'earlyStopping' | 'save' | 'checkpointEvery'>,
    Omit<Hyperparameters, 'patience'>,
    JobOptions {
  folds: number;
  backend: BackendName | 'auto';
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
      await (await import('../crossValidate.js')).run(asked, signal, options.givenOn(command));
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
  withJobOptions(command.optionsGroup('Jobs:'), {
    jobs: 'folds at once, each in a process of its own (default: the cores, where that pays)',
    redis: 'folds for whoever runs `handgrad worker`',
    attach: 'come back to a run that the workers go on with',
    retries: 'how often a fold is tried again whose process fails',
  });

const withRun = (command: Command): Command =>
  command
    .optionsGroup('Run:')
    .addOption(options.seedOption())
    .addOption(options.backendOption())
    .option('--no-compile', 'run each operation by itself instead of a compiled step')
    .addOption(new Option('--csv <path>', 'write the table as CSV').argParser(options.fileName))
    .addOption(new Option('--html <path>', 'write the table as HTML').argParser(options.fileName))
    .addOption(options.jsonOption());
