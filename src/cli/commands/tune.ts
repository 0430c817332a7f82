import { type Command, Option } from 'commander';
import type { Scale } from '../../data/scaling.js';
import type { BackendName } from '../../runtime/backendNames.js';
import { type DataOptions, withDataOptions } from '../dataOptions.js';
import { interruptible } from '../ending.js';
import { type ActivationName, type OptimizerName, optimizerNames } from '../names.js';
import * as options from '../options.js';

export const searches = ['grid', 'random', 'halving'] as const;

export interface TuneOptions extends DataOptions {
  test?: number;
  validation?: number;
  scale?: Scale;
  network?: 'dense' | 'conv';
  activation: ActivationName;
  learningRates: number[];
  layers?: number[][];
  optimizers?: OptimizerName[];
  dropouts: number[];
  l2s: number[];
  batchSizes?: number[];
  search: (typeof searches)[number];
  trials?: number;
  epochs?: number;
  seed: number;
  backend: BackendName | 'auto';
  save: string;
  resume?: string;
  report: string;
  json?: boolean;
}

const lists = options.listOf(options.wholeNumber(1));

export const define = (command: Command): Command =>
  withSearch(
    withDataOptions(
      command.description(
        'Tries learning rates, layers and more, and saves the best network. The validation set alone ' +
          'decides; the test set is used once, for the best. Ctrl-C keeps what is done, and --resume ' +
          'FOLDER goes on.',
      ),
    )
      .addOption(
        new Option('--test <share>', 'samples held back as a test (default: 0.2)').argParser(
          options.numberFrom(0, 1),
        ),
      )
      .addOption(
        new Option('--validation <share>', 'samples that choose (default: 0.2)').argParser(
          options.numberFrom(0, 1),
        ),
      )
      .addOption(
        new Option(
          '--scale <how>',
          'inputs: none, unit (0 to 1) or standard (default: by the data)',
        ).argParser(options.oneOf(['none', 'unit', 'standard'] as const)),
      ),
  )
    .addOption(options.seedOption())
    .addOption(options.backendOption())
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
    .addOption(options.jsonOption())
    .action((asked: TuneOptions, command: Command) =>
      interruptible(async (signal) => {
        const given = Object.keys(asked).filter(
          (name) => command.getOptionValueSource(name) === 'cli',
        );
        await (await import('../tune.js')).run(asked, signal, given);
      }),
    );

const withSearch = (command: Command): Command =>
  command
    .optionsGroup('Search:')
    .addOption(
      new Option('--search <how>', `${searches.join(', ')}`)
        .default('halving', 'halving')
        .argParser(options.oneOf(searches)),
    )
    .addOption(
      new Option(
        '--trials <n>',
        'candidates, drawn from all (default: 10 if random, else all)',
      ).argParser(options.wholeNumber(1)),
    )
    .addOption(
      new Option('--learning-rates <rates>', 'α in W := W - α dW')
        .default([0.001, 0.003, 0.01, 0.03], '0.001,0.003,0.01,0.03')
        .argParser(options.listOf(options.numberAbove(0))),
    )
    .addOption(
      new Option('--layers <lists>', "units of the hidden layers, such as '32,16;64'").argParser(
        (text) => text.split(';').map(lists),
      ),
    )
    .addOption(
      new Option('--optimizers <names>', `${optimizerNames.join(', ')} (default: adam)`).argParser(
        options.listOf(options.oneOf(optimizerNames)),
      ),
    )
    .addOption(
      new Option('--dropouts <shares>', 'of each hidden layer')
        .default([0], '0')
        .argParser(options.listOf(options.numberFrom(0, 1))),
    )
    .addOption(
      new Option('--l2s <lambdas>', 'λ of the L2 term')
        .default([0], '0')
        .argParser(options.listOf(options.numberFrom(0))),
    )
    .addOption(new Option('--batch-sizes <ns>', 'samples per step (default: 32)').argParser(lists))
    .addOption(
      new Option(
        '--network <kind>',
        'dense, or conv for pictures (default: by the data)',
      ).argParser(options.oneOf(['dense', 'conv'] as const)),
    )
    .addOption(options.activationOption())
    .addOption(
      new Option('--epochs <n>', 'of those that get to the end (default: by the data)').argParser(
        options.wholeNumber(1),
      ),
    )
    .optionsGroup('Run:');
