import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { ModelError } from '../core/errors.js';
import type { Loss } from '../core/loss.js';
import * as losses from '../core/losses.js';
import { disposeReplaced } from '../core/tensors.js';
import { activationsOf, shapeInWords, sizesOf } from '../export/architecture.js';
import type { Format } from '../export/format.js';
import { saveModel } from '../export/modelFolder.js';
import { useBackend } from '../runtime/backends.js';
import type { ImportOptions } from './commands/import.js';
import * as formatList from './formatList.js';
import type { LossName } from './names.js';
import { activationOf } from './network.js';
import { printJson, say } from './terminal.js';

const lossByName: Readonly<Record<LossName, Loss>> = losses;

/** `handgrad import`. */
export async function run(path: string, options: ImportOptions): Promise<void> {
  const { save, json } = options;
  const format = formatOf(path);
  await useBackend('cpu'); // nothing is computed but a comparison on 16 samples
  const { network, params, card, note } = await format.load!(path, {
    activations: options.activations?.map(activationOf),
    loss: options.loss && lossByName[options.loss],
  });
  try {
    await saveModel(save, network, params, card);
  } finally {
    disposeReplaced(params, {});
  }
  const names = activationsOf(network);
  if (note) say(note);
  if (json) {
    return printJson({
      ...{ path, format: format.name, model: save, layers: sizesOf(network) },
      ...{ activations: names, loss: network.loss.name, l2: network.l2, note },
    });
  }
  say(`Network: ${shapeInWords(network)}, ${names.join(', ')}, ${network.loss.name}`);
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
