import { type Command, Option } from 'commander';
import type { BackendName } from '../../runtime/backendNames.js';
import { interruptible } from '../ending.js';
import { type ActivationName, hiddenActivationNames } from '../names.js';
import * as options from '../options.js';

/** Points in the plane that a sweep can train on. */
export const setNames = [
  'flower',
  'noisyCircles',
  'noisyMoons',
  'blobs',
  'gaussianQuantiles',
  'xor',
] as const;

export type SetName = (typeof setNames)[number];

export interface SweepOptions {
  set: SetName;
  data?: string;
  learningRates: number[];
  depths: number[];
  widths: number[];
  activation: ActivationName[];
  iterations: number;
  seed: number;
  backend: BackendName | 'auto';
  html: string;
  json?: boolean;
}

export const define = (command: Command): Command =>
  command
    .description(
      'Trains a network for every combination of learning rate, depth and width, all from the same ' +
        'seed, and ranks them by test accuracy. Ctrl-C stops and keeps the finished ones.',
    )
    .addOption(
      new Option('--set <name>', `points in the plane: ${setNames.join(', ')}`)
        .default('flower', 'flower')
        .argParser(options.oneOf(setNames))
        .conflicts('data'),
    )
    .addOption(options.dataOption())
    .addOption(
      list('--learning-rates <rates>', 'learning rates', [0.01, 0.1, 1], options.numberAbove(0)),
    )
    .addOption(
      list('--depths <numbers>', 'numbers of hidden layers', [1, 2, 3], options.wholeNumber(1)),
    )
    .addOption(
      list('--widths <numbers>', 'units per hidden layer', [2, 4, 8], options.wholeNumber(1)),
    )
    .addOption(
      new Option('--activation <names>', `hidden activations: ${hiddenActivationNames.join(', ')}`)
        .default(['tanh'], 'tanh')
        .argParser(options.listOf(options.activation)),
    )
    .addOption(
      new Option('--iterations <n>', 'gradient steps per candidate')
        .default(1000)
        .argParser(options.wholeNumber(1)),
    )
    .addOption(options.seedOption())
    .addOption(options.backendOption())
    .addOption(options.reportOption('--html <file>', 'report/sweep.html'))
    .addOption(options.jsonOption())
    .action((options: SweepOptions) =>
      interruptible(async (signal) => (await import('../sweep.js')).run(options, signal)),
    );

const list = (flags: string, what: string, values: number[], parse: (text: string) => number) =>
  new Option(flags, what).default(values, values.join(',')).argParser(options.listOf(parse));
