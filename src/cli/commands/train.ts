import { type Command, Option } from 'commander';
import type { Scale } from '../../data/scaling.js';
import type { BackendName } from '../../runtime/backendNames.js';
import { type DataOptions, withDataOptions } from '../dataOptions.js';
import { interruptible } from '../ending.js';
import {
  type ActivationName,
  type OptimizerName,
  optimizerNames,
  type ScheduleName,
  scheduleNames,
} from '../names.js';
import * as options from '../options.js';

export interface TrainOptions extends DataOptions {
  test?: number;
  validation?: number;
  scale?: Scale;
  augment?: Augmentation[];
  network?: 'dense' | 'conv';
  layers?: number[];
  activation: ActivationName;
  dropout?: number;
  iterations?: number;
  epochs?: number;
  batchSize?: number;
  optimizer?: OptimizerName;
  learningRate?: number;
  momentum?: number;
  schedule?: ScheduleName;
  weightDecay?: number;
  l2?: number;
  l1?: number;
  maxNorm?: number;
  clipNorm?: number;
  clipValue?: number;
  labelSmoothing?: number;
  classWeight?: 'balanced';
  earlyStopping?: boolean;
  patience?: number;
  from?: string;
  freeze?: number;
  resume?: string;
  checkpointEvery: number;
  findLearningRate?: boolean;
  seed: number;
  backend: BackendName | 'auto';
  save: string;
  check: boolean;
  compile: boolean;
  plan?: boolean;
  report?: string;
  json?: boolean;
}

export const augmentations = ['flip', 'shift', 'rotation', 'brightness'] as const;
export type Augmentation = (typeof augmentations)[number];

const share = options.numberFrom(0, 1);

export const define = (command: Command): Command =>
  withSaving(
    withTraining(
      withNetwork(
        withDataOptions(
          command.description(
            'Trains a network on your own pictures, tables or arrays, judges it on samples that it has ' +
              'not seen, and saves it as a TensorFlow.js LayersModel. What is not given is chosen by ' +
              'the data, and said. The hand-written gradients are checked first. Ctrl-C stops after ' +
              'the current step, saves the model to FOLDER-stopped, and --resume FOLDER goes on.',
          ),
        )
          .addOption(
            new Option('--test <share>', 'samples held back as a test (default: 0.2)').argParser(
              share,
            ),
          )
          .addOption(
            new Option(
              '--validation <share>',
              'samples that early stopping watches (default: 0.2)',
            ).argParser(share),
          )
          .addOption(
            new Option(
              '--scale <how>',
              'inputs: none, unit (0 to 1) or standard (default: by the data)',
            ).argParser(options.oneOf(['none', 'unit', 'standard'] as const)),
          )
          .addOption(
            new Option(
              '--augment <how>',
              `change pictures anew each epoch: ${augmentations.join(', ')}`,
            ).argParser(options.listOf(options.oneOf(augmentations))),
          ),
      ),
    ),
  ).action((options: TrainOptions, command: Command) =>
    interruptible(async (signal) => {
      const given = Object.keys(options).filter(
        (name) => command.getOptionValueSource(name) === 'cli',
      );
      await (await import('../train.js')).run(options, signal, given);
    }),
  );

const withNetwork = (command: Command): Command =>
  command
    .optionsGroup('Network:')
    .addOption(
      new Option(
        '--network <kind>',
        'dense, or conv for pictures (default: by the data)',
      ).argParser(options.oneOf(['dense', 'conv'] as const)),
    )
    .addOption(
      new Option(
        '--layers <sizes>',
        'units in each hidden layer (default: 20,7,5 for the cats)',
      ).argParser(options.listOf(options.wholeNumber(1))),
    )
    .addOption(options.activationOption())
    .addOption(
      new Option('--dropout <share>', 'of each hidden layer').argParser(options.numberFrom(0, 1)),
    )
    .addOption(
      new Option('--from <folder>', "start from another model's weights").argParser(
        options.folderName,
      ),
    )
    .addOption(
      new Option('--freeze <n>', 'keep the first n layers with parameters as they are').argParser(
        options.wholeNumber(1),
      ),
    );

const withTraining = (command: Command): Command =>
  command
    .optionsGroup('Training:')
    .addOption(
      new Option(
        '--iterations <n>',
        'steps on all samples at once (default: 2500 for the cats)',
      ).argParser(options.wholeNumber(1)),
    )
    .addOption(
      new Option('--epochs <n>', 'passes over the training set (default: by the data)')
        .conflicts('iterations')
        .argParser(options.wholeNumber(1)),
    )
    .addOption(
      new Option('--batch-size <n>', 'samples per step, shuffled every epoch (default: 32)')
        .conflicts('iterations')
        .argParser(options.wholeNumber(1)),
    )
    .addOption(
      new Option('--optimizer <name>', `${optimizerNames.join(', ')} (default: adam)`).argParser(
        options.oneOf(optimizerNames),
      ),
    )
    .addOption(
      new Option(
        '--learning-rate <rate>',
        'α in W := W - α dW (default: by the optimizer)',
      ).argParser(options.numberAbove(0)),
    )
    .addOption(
      new Option('--momentum <beta>', 'of momentum and nesterov').argParser(
        options.numberFrom(0, 1),
      ),
    )
    .addOption(
      new Option(
        '--schedule <name>',
        `learning rate over the run: ${scheduleNames.join(', ')}`,
      ).argParser(options.oneOf(scheduleNames)),
    )
    .addOption(new Option('--weight-decay <rate>', 'of adamw').argParser(options.numberFrom(0)))
    .addOption(new Option('--l2 <lambda>', 'λ of the L2 term').argParser(options.numberFrom(0)))
    .addOption(new Option('--l1 <lambda>', 'λ of the L1 term').argParser(options.numberFrom(0)))
    .addOption(
      new Option('--max-norm <c>', "largest norm of a unit's weights").argParser(
        options.numberAbove(0),
      ),
    )
    .addOption(
      new Option('--clip-norm <c>', 'largest norm of all gradients').argParser(
        options.numberAbove(0),
      ),
    )
    .addOption(
      new Option('--clip-value <c>', 'largest value in a gradient').argParser(
        options.numberAbove(0),
      ),
    )
    .addOption(
      new Option('--label-smoothing <share>', 'of classes').argParser(options.numberFrom(0, 1)),
    )
    .addOption(
      new Option(
        '--class-weight <how>',
        'balanced: rare classes count as much as common ones',
      ).argParser(options.oneOf(['balanced'] as const)),
    )
    .addOption(
      new Option(
        '--patience <epochs>',
        'stop when the validation gets no better (default: by the data)',
      ).argParser(options.wholeNumber(1)),
    )
    .option('--no-early-stopping', 'train to the last epoch')
    .option('--find-learning-rate', 'try learning rates, plot the costs, suggest one, and exit');

const withSaving = (command: Command): Command =>
  command
    .optionsGroup('Run:')
    .addOption(options.seedOption())
    .addOption(options.backendOption())
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
    .addOption(
      new Option('--checkpoint-every <seconds>', 'how much a crash may cost')
        .default(30)
        .argParser(options.numberAbove(0)),
    )
    .option('--no-check', 'skip the gradient check')
    .option('--no-compile', 'run each operation by itself instead of a compiled step')
    .option('--plan', 'print how long each execution plan would take, then exit')
    .addOption(new Option('--report <file>', 'write an HTML report').argParser(options.fileName))
    .addOption(options.jsonOption());
