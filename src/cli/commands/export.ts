import { type Command, Option } from 'commander';
import type { Format } from '../../export/format.js';
import * as formatList from '../formatList.js';
import * as options from '../options.js';

export interface ExportOptions {
  model: string;
  to: Format;
  json?: boolean;
}

export const define = (command: Command): Command =>
  command
    .description(
      'Converts a saved model to a format of another tool. Missing folders are created, and an existing ' +
        'file is replaced only once the new one is complete.',
    )
    .argument(
      '<path>',
      'file or folder to write, with the extension of the format',
      options.folderName,
    )
    .addOption(options.modelOption().makeOptionMandatory())
    .addOption(
      new Option('--to <format>', 'one of the formats below')
        .argParser((text) => formatList.byName[options.oneOf(Object.keys(formatList.byName))(text)])
        .makeOptionMandatory(),
    )
    .addOption(options.jsonOption())
    .addHelpText('after', formatList.help(formatList.all))
    .action(async (path: string, options: ExportOptions) => {
      const { name, extension = '' } = options.to;
      if (!path.endsWith(extension)) {
        command.error(
          `error: a file of the format ${name} ends in ${extension}; ${path} does not.`,
        );
      }
      await (await import('../export.js')).run(path, options);
    });
