import { type Command, Option } from 'commander';
import { optimizerNames, scheduleNames } from './names.js';
import * as options from './options.js';

/*
 * How a network is trained: the options that `train` and `tune` share. What a search may try several
 * values of goes through `each`, which makes a list of it.
 */

export type Each = (option: Option) => Option;

export const asItIs: Each = (option) => option;
const share = options.numberFrom(0, 1);

export const withNetworkOptions = (command: Command, each: Each = asItIs): Command =>
  command
    .optionsGroup('Network:')
    .addOption(
      each(
        new Option(
          '--network <kind>',
          'dense, or conv for pictures (default: by the data)',
        ).argParser(options.oneOf(['dense', 'conv'] as const)),
      ),
    )
    .addOption(
      each(
        new Option(
          '--layers <sizes>',
          'units in each hidden layer (default: 20,7,5 for the cats)',
        ).argParser(options.listOf(options.wholeNumber(1))),
      ),
    )
    .addOption(each(options.activationOption()))
    .addOption(each(number('--dropout <share>', 'of each hidden layer', share)))
    .addOption(
      new Option('--from <folder>', "start from another model's weights").argParser(
        options.folderName,
      ),
    )
    .addOption(
      each(
        number(
          '--freeze <n>',
          'keep the first n layers with parameters as they are',
          options.wholeNumber(1),
        ),
      ),
    );

/** How long a run is, and when it stops early. */
export const withLengthOptions = (command: Command, each: Each = asItIs): Command =>
  withDuration(command, each)
    .addOption(
      each(
        number(
          '--patience <epochs>',
          'stop when the validation gets no better (default: by the data)',
          options.wholeNumber(1),
        ),
      ),
    )
    .option('--no-early-stopping', 'train to the last epoch');

export const withDuration = (command: Command, each: Each = asItIs): Command =>
  command
    .optionsGroup('Training:')
    .addOption(
      number(
        '--iterations <n>',
        'steps on all samples at once (default: 2500 for the cats)',
        options.wholeNumber(1),
      ),
    )
    .addOption(
      number(
        '--epochs <n>',
        'passes over the training set (default: by the data)',
        options.wholeNumber(1),
      ).conflicts('iterations'),
    )
    .addOption(
      each(
        number(
          '--batch-size <n>',
          'samples per step, shuffled every epoch (default: 32)',
          options.wholeNumber(1),
        ).conflicts('iterations'),
      ),
    );

export function withUpdateOptions(command: Command, each: Each = asItIs): Command {
  for (const option of updateOptions()) command.addOption(each(option));
  return command;
}

const updateOptions = (): Option[] => [
  new Option('--optimizer <name>', `${optimizerNames.join(', ')} (default: adam)`).argParser(
    options.oneOf(optimizerNames),
  ),
  number(
    '--learning-rate <rate>',
    'α in W := W - α dW (default: by the optimizer)',
    options.numberAbove(0),
  ),
  number('--momentum <beta>', 'of momentum and nesterov', share),
  new Option(
    '--schedule <name>',
    `learning rate over the run: ${scheduleNames.join(', ')}`,
  ).argParser(options.oneOf(scheduleNames)),
  number('--weight-decay <rate>', 'of adamw', options.numberFrom(0)),
  number('--l2 <lambda>', 'λ of the L2 term', options.numberFrom(0)),
  number('--l1 <lambda>', 'λ of the L1 term', options.numberFrom(0)),
  number('--max-norm <c>', "largest norm of a unit's weights", options.numberAbove(0)),
  number('--clip-norm <c>', 'largest norm of all gradients', options.numberAbove(0)),
  number('--clip-value <c>', 'largest value in a gradient', options.numberAbove(0)),
  number('--label-smoothing <share>', 'of classes', share),
  new Option(
    '--class-weight <how>',
    'balanced: rare classes count as much as common ones',
  ).argParser(options.oneOf(['balanced'] as const)),
];

/** Seed, backend, and how a run is kept and made. */
export const withRunOptions = (command: Command): Command =>
  command
    .addOption(options.seedOption())
    .addOption(options.backendOption())
    .addOption(
      new Option('--checkpoint-every <seconds>', 'how much a crash may cost')
        .default(30)
        .argParser(options.numberAbove(0)),
    )
    .option('--no-compile', 'run each operation by itself instead of a compiled step');

const number = (flags: string, what: string, parse: (text: string) => number): Option =>
  new Option(flags, what).argParser(parse);
