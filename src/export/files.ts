import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { io } from '@tensorflow/tfjs-core';
import { HandgradError, ModelError } from '../core/errors.js';
import { joined } from './bytes.js';
import { type Card, parseCard, trainedOn } from './card.js';
import { assertByteLength, parseManifest } from './manifest.js';

const modelFile = 'model.json';
const weightsFile = 'weights.bin';
const cardFile = 'card.json';

/**
 * A tfjs io handler for a folder on disk, on every backend (tfjs itself has `file://` with tfjs-node
 * only): `tf.loadLayersModel(folder('models/cat'))`, `model.save(folder('models/mine'))`. Takes a
 * path or a `file://` URL, of the folder or of the model.json in it.
 *
 * The card lies in a file of its own. In between it is userDefinedMetadata.card, which tfjs hands from a
 * model that is loaded to the one that is saved.
 *
 * Saving replaces the old files once the new ones are whole. Loading throws a ModelError that names the
 * file.
 */
export function folder(pathOrUrl: string): io.IOHandler {
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
      const bytes = Buffer.concat(
        await Promise.all(manifest.paths.map((name) => read(path, name))),
      );
      const files = manifest.paths.map((name) => join(path, name)).join(', ');
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
export const writeModel = (
  path: string,
  artifacts: io.ModelArtifacts,
  verify?: (staged: string) => Promise<void>,
): Promise<void> => writeFolder(path, { [cardFile]: undefined, ...modelFiles(artifacts) }, verify);

/** @throws ModelError where there is a card.json that is none. */
async function readCard(path: string): Promise<Card | undefined> {
  const file = join(path, cardFile);
  try {
    return parseCard(JSON.parse(await readFile(file, 'utf8')), file);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    // A model from elsewhere has none; a folder that is not there is spoken of by the model.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const what = error instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    throw new ModelError(`${file} ${what}: ${message}. Save the model again.`);
  }
}

/**
 * Puts files into a folder, made where it is missing; a name without contents is taken away. They are
 * written to a folder beside it and moved over once all are there and `verify` has read them, so that
 * a failure leaves what was there.
 */
export async function writeFolder(
  path: string,
  files: Readonly<Record<string, string | Uint8Array | undefined>>,
  verify: (staged: string) => Promise<void> = async () => {},
): Promise<void> {
  const target = resolve(path);
  const present = Object.entries(files).flatMap(([name, contents]) =>
    contents === undefined ? [] : [{ name, contents }],
  );
  const absent = Object.keys(files).filter((name) => files[name] === undefined);
  let staged: string | undefined;
  let firstMade: string | undefined;
  try {
    firstMade = await mkdir(dirname(target), { recursive: true });
    staged = await mkdtemp(`${target}.`);
    for (const { name, contents } of present) await writeFile(join(staged, name), contents);
    await verify(staged);
    const made = await mkdir(target, { recursive: true });
    firstMade ??= made;
    for (const { name } of present) await demandNoFolder(join(target, name));
    for (const { name } of present) await rename(join(staged, name), join(target, name));
    for (const name of absent) await rm(join(target, name), { force: true });
  } catch (error) {
    if (firstMade) await removeEmpty(target, firstMade, staged);
    if (error instanceof HandgradError) throw error;
    throw new ModelError(`${path} cannot be written: ${reason(error)}. Choose another folder.`, {
      cause: error,
    });
  } finally {
    if (staged) await rm(staged, { recursive: true, force: true });
  }
}

/** Puts a file in the place of another, whole or not at all. What the file system throws comes through. */
export async function replaceFile(path: string, contents: string | Uint8Array): Promise<void> {
  const staged = `${path}.${randomUUID()}`;
  try {
    await writeFile(staged, contents);
    await rename(staged, path);
  } catch (error) {
    await rm(staged, { force: true }).catch(() => {}); // behind a file in place of a folder is nothing
    throw error;
  }
}

/**
 * Writes a file, in folders made where they are missing; whole or not at all.
 *
 * @throws ModelError where it cannot be written.
 */
export async function writeWhole(path: string, contents: Uint8Array): Promise<void> {
  const target = resolve(path);
  let firstMade: string | undefined;
  try {
    firstMade = await mkdir(dirname(target), { recursive: true });
    await replaceFile(target, contents);
  } catch (error) {
    if (firstMade) await removeEmpty(dirname(target), firstMade);
    throw new ModelError(`${path} cannot be written: ${reason(error)}. Choose another path.`, {
      cause: error,
    });
  }
}

/** The bytes of a file. @throws ModelError that names it. */
export async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new ModelError(`${path} cannot be read: ${reason(error)}.`, { cause: error });
  }
}

/** Takes the folders away that a failed save has made, from the innermost out, while they are empty. */
async function removeEmpty(innermost: string, outermost: string, staged?: string): Promise<void> {
  if (staged) await rm(staged, { recursive: true, force: true });
  for (let folder = innermost; folder.startsWith(outermost); folder = dirname(folder)) {
    await rmdir(folder).catch(() => {}); // not made yet, or not empty: another save is at work
  }
}

/** @throws ModelError where a model could not be written to the folder: better known before training. */
export async function demandWritable(path: string): Promise<void> {
  const refused = new Error('nothing is to be written');
  try {
    await writeFolder(path, {}, () => Promise.reject(refused));
  } catch (error) {
    if (!(error instanceof ModelError && error.cause === refused)) throw error;
  }
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isDirectory()) {
    throw new ModelError(`${path} cannot be written: a file stands where a folder should.`);
  }
}

/** A rename onto a folder fails, and would leave the files before it replaced. */
async function demandNoFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new ModelError(`${path} cannot be written: it is a folder.`);
}

export function folderPath(pathOrUrl: string): string {
  const path = pathOrUrl.startsWith('file://') ? urlPath(pathOrUrl) : pathOrUrl;
  return basename(path) === modelFile ? resolve(path, '..') : path;
}

/** tfjs takes `file://models/cat` for a relative path, which no URL can say. */
const urlPath = (url: string) =>
  url.startsWith('file:///') ? fileURLToPath(url) : url.slice('file://'.length);

/** The bytes of a file of a model folder. @throws ModelError that names it. */
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
    return await readFile(join(path, name));
  } catch (error) {
    throw new ModelError(
      `${join(path, name)} cannot be read: ${reason(error)}. Save the model again.`,
    );
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: 'it is not there',
    EACCES: 'no permission',
    ENOTDIR: 'a file stands where a folder should',
    EEXIST: 'a file stands where a folder should',
    EISDIR: 'it is a folder',
    ENOSPC: 'the disk is full',
    EROFS: 'the disk is read-only',
  };
  return known[code ?? ''] ?? message;
}
