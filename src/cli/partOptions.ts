import { type Command, Option } from 'commander';
import { augmentations } from './names.js';
import * as options from './options.js';
import { asItIs, type Each } from './trainingOptions.js';

const share = options.numberFrom(0, 1);

/** How the data are split and prepared: below `withDataOptions`. */
export const withPartOptions = (command: Command, each: Each = asItIs): Command =>
  withPreparation(
    command
      .addOption(
        new Option('--test <share>', 'samples held back as a test (default: 0.2)').argParser(share),
      )
      .addOption(
        new Option(
          '--validation <share>',
          'samples that early stopping watches (default: 0.2)',
        ).argParser(share),
      ),
    each,
  );

/** How inputs are prepared. */
export const withPreparation = (command: Command, each: Each = asItIs): Command =>
  command
    .addOption(
      each(
        new Option(
          '--scale <how>',
          'inputs: none, unit (0 to 1) or standard (default: by the data)',
        ).argParser(options.oneOf(['none', 'unit', 'standard'] as const)),
      ),
    )
    .addOption(
      each(
        new Option(
          '--augment <how>',
          `change pictures anew each epoch: ${augmentations.join(', ')}`,
        ).argParser(options.listOf(options.oneOf(augmentations))),
      ),
    );
