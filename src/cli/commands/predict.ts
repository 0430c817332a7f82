import { type Command, Option } from 'commander';
import * as options from '../options.js';

export interface PredictOptions {
  model: string;
  top?: number;
  json?: boolean;
}

export const define = (command: Command): Command =>
  command
    .description(
      'Gives a saved model new data, of the kind that it was trained on: JPEG and PNG pictures of any ' +
        'size, or folders of them; tables, with or without the target; arrays of numpy. Pictures are ' +
        'rotated as their EXIF data says and resized as in training; of rows and arrays it prints CSV. ' +
        'A picture that cannot be read is reported, and the others are still classified.',
    )
    .argument('<files...>', 'pictures, folders of pictures, tables, .npy or .npz')
    .addOption(options.modelOption().default('models/latest', 'models/latest'))
    .addOption(
      new Option('--top <n>', 'the n likeliest classes of each picture').argParser(
        options.wholeNumber(1),
      ),
    )
    .addOption(options.jsonOption())
    .action(async (files: string[], options: PredictOptions) =>
      (await import('../predict.js')).run(files, options),
    );
