import { type Command, Option } from 'commander';
import { withDataOptions } from '../dataOptions.js';
import { interruptible } from '../ending.js';
import type { JobOptions } from '../jobs/howRun.js';
import { withJobOptions } from '../jobs/jobOptions.js';
import * as options from '../options.js';
import { withPartOptions } from '../partOptions.js';
import type { Hyperparameters, RunOptions } from '../runOptions.js';
import * as training from '../trainingOptions.js';
import { asList } from '../tune/asList.js';

export const searches = ['grid', 'random', 'halving'] as const;

/** The values to try of each; null where it is left out, as `none` asks for. */
export type Lists = {
  [Name in keyof Hyperparameters]?: (NonNullable<Hyperparameters[Name]> | null)[];
};

export interface TuneOptions extends RunOptions, Lists, JobOptions {
  search: (typeof searches)[number];
  trials?: number;
  resume?: string;
  report: string;
  json?: boolean;
}

export const define = (command: Command): Command =>
  withSaving(
    training.withUpdateOptions(
      training.withLengthOptions(
        training.withNetworkOptions(
          withPartOptions(withDataOptions(withJobs(withSearch(described(command)))), asList),
          asList,
        ),
        asList,
      ),
      asList,
    ),
  ).action((asked: TuneOptions, command: Command) =>
    interruptible(async (signal) => {
      await (await import('../tune.js')).run(asked, signal, options.givenOn(command));
    }),
  );

const described = (command: Command): Command =>
  command.description(
    'Tries every combination of the values that the options list, such as --learning-rate 0.01,0.03 ' +
      "--layers '64;32,16', and saves the best network. The validation set alone decides; the test set " +
      'is used once, for the best. Ctrl-C keeps what is done, and --resume FOLDER goes on.',
  );

const withSearch = (command: Command): Command =>
  command
    .optionsGroup('Search:')
    .addOption(
      new Option(
        '--search <how>',
        'grid: all to the end; random: some of them; halving: all for a short time, a third of them for longer, …',
      )
        .default('halving', 'halving')
        .argParser(options.oneOf(searches)),
    )
    .addOption(
      new Option(
        '--trials <n>',
        'candidates, drawn from all (default: 10 if random, else all)',
      ).argParser(options.wholeNumber(1)),
    );

const withJobs = (command: Command): Command =>
  withJobOptions(command.optionsGroup('Jobs:'), {
    jobs: 'candidates at once, each in a process of its own (default: the cores, where that pays)',
    redis: 'candidates for whoever runs `handgrad worker`',
    attach: 'come back to a run that the workers go on with',
    retries: 'how often a candidate is tried again whose process fails',
  });

const withSaving = (command: Command): Command =>
  training
    .withRunOptions(command.optionsGroup('Run:'))
    .addOption(
      new Option('--save <folder>', 'where to save the best model and the results')
        .default('models/tuned', 'models/tuned')
        .argParser(options.folderName),
    )
    .addOption(
      new Option('--resume <folder>', 'go on with a search that was stopped').argParser(
        options.folderName,
      ),
    )
    .addOption(options.reportOption('--report <file>', 'report/tune.html'))
    .addOption(options.jsonOption());
