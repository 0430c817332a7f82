import { type Command, Option } from 'commander';
import * as formatList from '../formatList.js';
import { type ActivationName, activationNames, type LossName, lossNames } from '../names.js';
import * as options from '../options.js';

export interface ImportOptions {
  save: string;
  activations?: ActivationName[];
  loss?: LossName;
  json?: boolean;
}

export const define = (command: Command): Command =>
  command
    .description(
      'Makes a model from weights that `handgrad export` or another tool has written. An .npz or ' +
        '.safetensors file holds W1 (n_1, n_x), b1 (n_1, 1), W2, …, as in the course or as PyTorch, Keras ' +
        'or scikit-learn name them; a tfjs-layers folder and a .keras file hold a Sequential or functional ' +
        'model.',
    )
    .argument('<path>', 'the file, or the folder of a tfjs-layers model', options.folderName)
    .addOption(
      new Option('--save <folder>', 'where to save the model')
        .argParser(options.folderName)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--activations <names>',
        `one per layer, such as relu,sigmoid, if the file does not name them: ${activationNames.join(', ')}`,
      ).argParser(options.listOf(options.oneOf(activationNames))),
    )
    .addOption(
      new Option(
        '--loss <name>',
        `loss it was trained with, if the file does not name it: ${lossNames.join(', ')} (default: the usual one for the last activation)`,
      ).argParser(options.oneOf(lossNames)),
    )
    .addOption(options.jsonOption())
    .addHelpText('after', formatList.help(formatList.readable))
    .action(async (path: string, options: ImportOptions) =>
      (await import('../import.js')).run(path, options),
    );
