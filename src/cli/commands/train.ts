import { type Command, Option } from 'commander';
import type { BackendName } from '../../runtime/backendNames.js';
import { interruptible } from '../ending.js';
import type { ActivationName } from '../names.js';
import * as options from '../options.js';

export interface TrainOptions {
  data?: string;
  layers: number[];
  activation: ActivationName;
  iterations: number;
  epochs?: number;
  batchSize?: number;
  learningRate: number;
  seed: number;
  backend: BackendName | 'auto';
  save: string;
  check: boolean;
  compile: boolean;
  plan?: boolean;
  report?: string;
  json?: boolean;
}

export const define = (command: Command): Command =>
  command
    .description(
      'Trains a network by gradient descent, on all pictures at once or in batches, and saves it as a ' +
        'TensorFlow.js LayersModel. The hand-written gradients are checked first. Ctrl-C stops ' +
        'after the current step and saves the model to FOLDER-stopped.',
    )
    .addOption(options.dataOption())
    .addOption(options.layersOption())
    .addOption(options.activationOption())
    .addOption(
      new Option('--iterations <n>', 'steps of full-batch gradient descent')
        .default(2500)
        .argParser(options.wholeNumber(1)),
    )
    .addOption(
      new Option('--epochs <n>', 'passes over the training set, instead of --iterations')
        .conflicts('iterations')
        .argParser(options.wholeNumber(1)),
    )
    .addOption(
      new Option('--batch-size <n>', 'pictures per step, shuffled every epoch')
        .conflicts('iterations')
        .argParser(options.wholeNumber(1)),
    )
    .addOption(
      new Option('--learning-rate <rate>', 'α in W := W - α dW')
        .default(0.0075)
        .argParser(options.numberAbove(0)),
    )
    .addOption(options.seedOption())
    .addOption(options.backendOption())
    .addOption(
      new Option('--save <folder>', 'where to save the model')
        .default('models/latest', 'models/latest')
        .argParser(options.folderName),
    )
    .option('--no-check', 'skip the gradient check')
    .option('--no-compile', 'run each operation by itself instead of a compiled step')
    .option('--plan', 'print how long each execution plan would take, then exit')
    .addOption(new Option('--report <file>', 'write an HTML report').argParser(options.fileName))
    .addOption(options.jsonOption())
    .action((options: TrainOptions) =>
      interruptible(async (signal) => (await import('../train.js')).run(options, signal)),
    );
