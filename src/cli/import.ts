import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, Option } from 'commander';
import type { Activation } from '../core/activations.js';
import * as activations from '../core/activations.js';
import { ModelError } from '../core/errors.js';
import type { Loss } from '../core/losses.js';
import * as losses from '../core/losses.js';
import { disposeReplaced } from '../core/tensors.js';
import type { Format } from '../export/format.js';
import { saveModel } from '../export/modelFolder.js';
import { useBackend } from '../runtime/backends.js';
import * as formatList from './formatList.js';
import * as options from './options.js';
import { printJson, say } from './terminal.js';

interface ImportOptions {
  save: string;
  activations?: Activation[];
  loss?: Loss;
  json?: boolean;
}

/** `import` is a word of the language. */
export const importModel = new Command('import')
  .summary('make a model of weights from numpy and others')
  .description(
    'Reads weights that export or another tool has written, and saves them as a model. An .npz or ' +
      '.safetensors file holds W1 (n_1, n_x), b1 (n_1, 1), W2, …, as in the course; a tfjs-layers ' +
      'folder a Sequential model of Dense layers.',
  )
  .argument('<path>', 'the file; of a tfjs-layers model its folder', options.folderName)
  .addOption(
    new Option('--save <folder>', 'where the model goes')
      .argParser(options.folderName)
      .makeOptionMandatory(),
  )
  .addOption(
    new Option(
      '--activations <names>',
      `one for each layer, such as relu,sigmoid, where the file does not say them: ${Object.keys(activations).join(', ')}`,
    ).argParser(options.listOf(options.nameOf(activations))),
  )
  .addOption(
    new Option(
      '--loss <name>',
      `what it was trained on, where the file does not say it: ${Object.keys(losses).join(', ')} (default: the one that goes with the last activation)`,
    ).argParser(options.nameOf(losses)),
  )
  .addOption(options.jsonOption())
  .addHelpText('after', formatList.help(formatList.readable))
  .action(run);

async function run(path: string, { save, activations, loss, json }: ImportOptions): Promise<void> {
  const format = formatOf(path);
  await useBackend('cpu'); // nothing is computed but a comparison on 16 samples
  const { network, params, card, note } = await format.load!(path, { activations, loss });
  try {
    await saveModel(save, network, params, card);
  } finally {
    disposeReplaced(params, {});
  }
  const layers = [network.nX, ...network.layers.map(({ units }) => units)];
  const names = network.layers.map(({ activation }) => activation.name);
  if (note) say(note);
  if (json) {
    return printJson({
      ...{ path, format: format.name, model: save, layers },
      ...{ activations: names, loss: network.loss.name, l2: network.l2, note },
    });
  }
  say(`Network: ${layers.join('-')}, ${names.join(', ')}, ${network.loss.name}`);
  say(`Saved: ${save}`);
}

/** @throws ModelError where none of the formats has such paths. */
function formatOf(path: string): Format {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  const found = formatList.readable.find(({ extension }) =>
    extension === undefined
      ? isFolder || basename(path) === 'model.json'
      : !isFolder && path.endsWith(extension),
  );
  if (found) return found;
  const known = formatList.readable.map(({ name, extension }) => extension ?? `${name} folder`);
  throw new ModelError(
    `${path} is nothing that handgrad imports, by its name; it reads ${known.join(', ')}.`,
  );
}
