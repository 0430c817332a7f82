import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { io } from '@tensorflow/tfjs-core';
import { ModelError } from '../core/errors.js';
import { orDamaged } from '../files/damaged.js';
import { parseJson } from '../files/json.js';
import { unreadable } from '../files/reason.js';
import { readRegular } from '../files/regular.js';
import { writeVersion } from '../files/version.js';
import { type Card, parseCard } from './card.js';
import { assertByteLength, assertSame, parseManifest } from './manifest.js';
import { type Artifacts, versionOf } from './modelVersion.js';
import { cardFile, modelFile, nameIn, sha256Of } from './standing.js';
import { type Cards, cardOf } from './whichCard.js';

/**
 * A tfjs io handler for a folder on disk, on every backend (tfjs itself has `file://` with tfjs-node
 * only): `tf.loadLayersModel(fileSystem('models/cat'))`, `model.save(fileSystem('models/mine'))`. Takes a
 * path or a `file://` URL, of the folder or of the model.json in it.
 *
 * The card lies in model.json, as userDefinedMetadata.card, which tfjs hands from a model that is loaded to
 * the one that is saved, and a copy of it in card.json.
 *
 * Saving is one rename: whoever loads meanwhile gets the old model or the new one. Loading throws a
 * ModelError that names the file, also where the weights are not those that were saved.
 */
export function fileSystem(pathOrUrl: string): io.IOHandler {
  const path = folderPath(pathOrUrl);
  return {
    save: async (artifacts) => {
      await writeModel(path, artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    },
    load: () => readWhileSaved(path),
  };
}

/** Puts a model into a folder, whole or not at all. */
export const writeModel = (path: string, artifacts: io.ModelArtifacts): Promise<void> =>
  writeModels(path, { '': artifacts });

/** The same with models in folders of it, all of them or none; one without artifacts is taken away. */
export const writeModels = (
  path: string,
  models: Artifacts,
  verify?: (staged: string) => Promise<void>,
): Promise<void> => writeVersion(path, () => versionOf(path, models), ModelError, verify);

interface Seen {
  /** The path of the model.json. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** @throws ModelError */
async function modelJson(path: string): Promise<Seen> {
  const name = await nameIn(path);
  const file = join(path, name ?? modelFile);
  if (name === undefined) throw new ModelError(`${file} does not exist. Save the model again.`);
  return { file, bytes: await read(path, name) };
}

/** Reads what one model.json refers to; where another takes its place meanwhile, what that one refers to. */
async function readWhileSaved(path: string): Promise<io.ModelArtifacts> {
  let before: string | undefined;
  for (let left = maxTries; ; left--) {
    let seen: Seen | undefined;
    try {
      seen = await modelJson(path);
      return await readModel(path, seen);
    } catch (error) {
      // Where nothing has changed since the last try, it is not that a save was under way.
      const now = seen ? sha256Of(seen.bytes) : (error as Error).message;
      if (left === 0 || now === before) throw error;
      before = now;
      await wait(5);
    }
  }
}

const maxTries = 50;

async function readModel(path: string, { file, bytes }: Seen): Promise<io.ModelArtifacts> {
  const manifest = parseManifest(bytes, file);
  const files = manifest.paths.map((name) => join(path, name)).join(', ');
  // By their sizes first: what the model does not declare is not read.
  assertByteLength(manifest, await sizeOf(path, manifest.paths), files);
  const weights = Buffer.concat(await Promise.all(manifest.paths.map((name) => read(path, name))));
  assertByteLength(manifest, weights.byteLength, files);
  const weightData = new Uint8Array(weights).buffer;
  await assertSame(manifest, weightData, files);
  const { userDefinedMetadata: said } = manifest.model;
  const { card: inside, ...metadata } = Object(said) as { card?: unknown };
  const beside = await readCard(path);
  const cards: Cards = {
    inside: inside === undefined ? undefined : parseCard(inside, file),
    beside: beside?.card,
    isReplaced: beside !== undefined && beside.sha256 === manifest.replaced,
    sha256: sha256Of(new Uint8Array(weightData)),
    isSigned: manifest.sha256 !== undefined,
  };
  const card = cardOf(cards, join(path, cardFile));
  const userDefinedMetadata = (said || card) && { ...metadata, ...(card && { card }) };
  return { ...manifest.model, ...(userDefinedMetadata && { userDefinedMetadata }), weightData };
}

/** @throws ModelError where there is a card.json that is none. */
async function readCard(path: string): Promise<{ card: Card; sha256: string } | undefined> {
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
  return {
    card: orDamaged(file, ModelError, () => parseCard(card, file)),
    sha256: sha256Of(bytes),
  };
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
