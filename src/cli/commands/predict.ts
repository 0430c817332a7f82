import type { Command } from 'commander';
import * as options from '../options.js';

export interface PredictOptions {
  model: string;
  json?: boolean;
}

export const define = (command: Command): Command =>
  command
    .description(
      'Classifies JPEG and PNG pictures of any size with a saved model. They are rotated as their EXIF ' +
        'data says and resized as in training. A picture that cannot be read is reported, and the ' +
        'others are still classified.',
    )
    .argument('<pictures...>', 'JPEG or PNG files')
    .addOption(options.modelOption().makeOptionMandatory())
    .addOption(options.jsonOption())
    .action(async (pictures: string[], options: PredictOptions) =>
      (await import('../predict.js')).run(pictures, options),
    );
