import { Command, Option } from 'commander';
import { disposeReplaced } from '../core/tensors.js';
import type { Format } from '../export/format.js';
import { loadModel } from '../export/modelFolder.js';
import { useBackend } from '../runtime/backends.js';
import { findModel } from './findModel.js';
import * as formatList from './formatList.js';
import * as options from './options.js';
import { printJson, say } from './terminal.js';

interface ExportOptions {
  model: string;
  to: Format;
  json?: boolean;
}

/** `export` is a word of the language. */
export const exportModel = new Command('export')
  .summary('write a trained model for Keras, numpy, ONNX Runtime, …')
  .description(
    'Writes a model that train has saved in a format that other tools read. Folders on the way are ' +
      'made; what stands at PATH is replaced once the new file is whole.',
  )
  .argument('<path>', 'where to write; it ends as the format says', options.folderName)
  .addOption(options.modelOption().makeOptionMandatory())
  .addOption(
    new Option('--to <format>', 'one of the formats below')
      .argParser(options.nameOf(formatList.byName))
      .makeOptionMandatory(),
  )
  .addOption(options.jsonOption())
  .addHelpText('after', formatList.help(formatList.all))
  .action(run);

async function run(path: string, { model, to, json }: ExportOptions, command: Command) {
  const { name, extension = '' } = to;
  if (!path.endsWith(extension)) {
    command.error(`error: ${name} writes a file that ends in ${extension}, and ${path} does not.`);
  }
  await useBackend('cpu'); // nothing is computed but a comparison on 16 samples
  const loaded = await loadModel(findModel(model));
  try {
    await to.save(path, loaded);
  } finally {
    disposeReplaced(loaded.params, {});
  }
  if (json) return printJson({ model, format: name, path });
  say(`Exported: ${path}`);
}
