import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { io } from '@tensorflow/tfjs-core';
import { ModelError } from '../core/errors.js';
import { orDamaged } from '../files/damaged.js';
import { parseJson } from '../files/json.js';
import { unreadable } from '../files/reason.js';
import { readRegular } from '../files/regular.js';
import { writeFolder } from '../files/write.js';
import { joined } from './bytes.js';
import { type Card, parseCard, trainedOn } from './card.js';
import { assertByteLength, parseManifest } from './manifest.js';

const modelFile = 'model.json';
const weightsFile = 'weights.bin';
const cardFile = 'card.json';

/**
 * A tfjs io handler for a folder on disk, on every backend (tfjs itself has `file://` with tfjs-node
 * only): `tf.loadLayersModel(fileSystem('models/cat'))`, `model.save(fileSystem('models/mine'))`. Takes a
 * path or a `file://` URL, of the folder or of the model.json in it.
 *
 * The card lies in a file of its own. In between it is userDefinedMetadata.card, which tfjs hands from a
 * model that is loaded to the one that is saved.
 *
 * Saving replaces the old files once the new ones are whole. Loading throws a ModelError that names the
 * file.
 */
export function fileSystem(pathOrUrl: string): io.IOHandler {
  const path = folderPath(pathOrUrl);
  return {
    save: async (artifacts) => {
      await writeModel(path, artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    },
    load: async () => {
      const file = join(path, modelFile);
      const manifest = parseManifest(await read(path, modelFile), file);
      const card = await readCard(path);
      const files = manifest.paths.map((name) => join(path, name)).join(', ');
      // By their sizes first: what the model does not declare is not read.
      assertByteLength(manifest, await sizeOf(path, manifest.paths), files);
      const bytes = Buffer.concat(
        await Promise.all(manifest.paths.map((name) => read(path, name))),
      );
      assertByteLength(manifest, bytes.byteLength, files);
      const { userDefinedMetadata } = manifest.model;
      return {
        ...manifest.model,
        ...(card && { userDefinedMetadata: { ...userDefinedMetadata, card } }),
        weightData: new Uint8Array(bytes).buffer,
      };
    },
  };
}

/** The files of a LayersModel, by name. */
export function modelFiles(artifacts: io.ModelArtifacts): Record<string, string | Uint8Array> {
  const { weightData, weightSpecs, ...rest } = artifacts;
  const { modelTopology, format, generatedBy, convertedBy } = rest;
  const { card, ...metadata } = (rest.userDefinedMetadata ?? {}) as { card?: Card };
  // Another tool may have trained it on, and says nothing of it.
  const isOurs = generatedBy?.startsWith('handgrad ');
  const model = {
    format,
    generatedBy,
    convertedBy,
    modelTopology,
    userDefinedMetadata: rest.userDefinedMetadata && metadata,
    weightsManifest: [{ paths: [weightsFile], weights: weightSpecs }],
  };
  return {
    [weightsFile]: new Uint8Array(joined(weightData)),
    [modelFile]: `${JSON.stringify(model, null, 1)}\n`,
    ...(card && {
      [cardFile]: `${JSON.stringify(isOurs ? card : trainedOn(card), null, 2)}\n`,
    }),
  };
}

/** Puts a model into a folder. A card that lies there speaks of other weights: it is replaced or taken away. */
export const writeModel = (path: string, artifacts: io.ModelArtifacts): Promise<void> =>
  writeModels(path, { '': artifacts });

/** The same with models in folders of it, all of them or none; one without artifacts is taken away. */
export function writeModels(
  path: string,
  models: Readonly<Record<string, io.ModelArtifacts | undefined>>,
  verify?: (staged: string) => Promise<void>,
): Promise<void> {
  const none = { [cardFile]: undefined, [modelFile]: undefined, [weightsFile]: undefined };
  const files = Object.entries(models).flatMap(([folder, artifacts]) =>
    Object.entries({ ...none, ...(artifacts && modelFiles(artifacts)) }).map(
      ([name, contents]) => [join(folder, name), contents] as const,
    ),
  );
  return writeFolder(path, Object.fromEntries(files), ModelError, verify);
}

/** @throws ModelError where there is a card.json that is none. */
async function readCard(path: string): Promise<Card | undefined> {
  const file = join(path, cardFile);
  let bytes: Uint8Array;
  try {
    bytes = await readRegular(file, ModelError);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    // A model from elsewhere has none; a folder that is not there is spoken of by the model.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ModelError(`${file} ${unreadable(error)}. Save the model again.`, { cause: error });
  }
  const card = parseJson(bytes, file, ModelError, 'Save the model again.');
  return orDamaged(file, ModelError, () => parseCard(card, file));
}

/** The bytes of a file. @throws ModelError that names it. */
export async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return await readRegular(path, ModelError);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError(`${path} ${unreadable(error)}.`, { cause: error });
  }
}

export function folderPath(pathOrUrl: string): string {
  const path = pathOrUrl.startsWith('file://') ? urlPath(pathOrUrl) : pathOrUrl;
  return basename(path) === modelFile ? resolve(path, '..') : path;
}

/** tfjs treats `file://models/cat` as a relative path, which a real URL cannot express. */
const urlPath = (url: string) =>
  url.startsWith('file:///') ? fileURLToPath(url) : url.slice('file://'.length);

/** The bytes of files of a model folder together; of one that cannot be read, reading says why. */
async function sizeOf(path: string, names: readonly string[]): Promise<number> {
  let size = 0;
  for (const name of names) {
    const found = await stat(join(path, name)).catch(() => undefined);
    if (found?.isFile()) size += found.size;
    else await read(path, name);
  }
  return size;
}

/** The bytes of a file in a model folder. @throws ModelError that names the file. */
export async function read(path: string, name: string): Promise<Uint8Array> {
  const isFolder = await stat(path).then(
    (s) => s.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    throw new ModelError(
      `There is no model folder ${path}. Train one: \`handgrad train --save ${path}\``,
    );
  }
  try {
    return await readRegular(join(path, name), ModelError);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError(`${join(path, name)} ${unreadable(error)}. Save the model again.`);
  }
}
