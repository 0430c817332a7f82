import { type Command, Option } from 'commander';
import { withDataOptions } from '../dataOptions.js';
import { interruptible } from '../ending.js';
import type { JobOptions } from '../jobs/howRun.js';
import { withJobOptions } from '../jobs/jobOptions.js';
import * as options from '../options.js';
import { withPartOptions } from '../partOptions.js';
import type { Hyperparameters, RunOptions } from '../runOptions.js';
import * as training from '../trainingOptions.js';

export interface TrainOptions extends RunOptions, Hyperparameters, JobOptions {
  resume?: string;
  shards?: number;
  syncEvery?: number;
  findLearningRate?: boolean;
  check: boolean;
  plan?: boolean;
  report?: string;
  json?: boolean;
}

export const define = (command: Command): Command =>
  withSaving(
    withShards(
      withTraining(
        training.withNetworkOptions(
          withPartOptions(
            withDataOptions(
              command.description(
                'Trains a network on your own pictures, tables or arrays, judges it on samples that it has ' +
                  'not seen, and saves it as a TensorFlow.js LayersModel. What is not given is chosen by ' +
                  'the data, and said. The hand-written gradients are checked first. Ctrl-C stops after ' +
                  'the current step, saves the model to FOLDER-stopped, and --resume FOLDER goes on.',
              ),
            ),
          ),
        ),
      ),
    ),
  ).action((asked: TrainOptions, command: Command) =>
    interruptible(async (signal) => {
      await (await import('../train.js')).run(asked, signal, options.givenOn(command));
    }),
  );

/** What makes a training one in shards. */
const inShards = ['shards', 'syncEvery', 'jobs', 'redis'];

const withTraining = (command: Command): Command =>
  training
    .withUpdateOptions(training.withLengthOptions(command))
    .addOption(
      new Option(
        '--find-learning-rate',
        'try learning rates, plot the costs, suggest one, and exit',
      ).conflicts(inShards),
    );

const withShards = (command: Command): Command =>
  withJobOptions(
    command.optionsGroup('Shards:').addOption(shardsOption()).addOption(syncOption()),
    {
      jobs: 'shards at once, each in a process of its own',
      redis: 'shards for whoever runs `handgrad worker`',
      attach: 'come back to a run that was left',
      retries: 'how often a shard is tried again whose process fails',
    },
  );

const shardsOption = (): Option =>
  new Option(
    '--shards <n>',
    'parts of each batch, a power of two, whose gradients are added along a tree: the same bytes wherever they are computed (default: 8 with --jobs or --redis)',
  ).argParser(options.powerOfTwo(1024));

const syncOption = (): Option =>
  new Option(
    '--sync-every <k>',
    'another algorithm, for slow networks: each shard makes k steps of its own, then their weights are averaged',
  ).argParser(options.wholeNumber(1, 1000));

const withSaving = (command: Command): Command =>
  training
    .withRunOptions(command.optionsGroup('Run:'))
    .addOption(
      new Option('--save <folder>', 'where to save the model')
        .default('models/latest', 'models/latest')
        .argParser(options.folderName),
    )
    .addOption(
      new Option('--resume <folder>', 'go on with a run that was stopped, exactly').argParser(
        options.folderName,
      ),
    )
    .option('--no-check', 'skip the gradient check')
    .addOption(
      new Option('--plan', 'print how long each execution plan would take, then exit').conflicts(
        inShards,
      ),
    )
    .addOption(new Option('--report <file>', 'write an HTML report').argParser(options.fileName))
    .addOption(options.jsonOption());
