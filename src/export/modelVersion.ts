import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { disk } from '../files/disk.js';
import { isMissing, type Version } from '../files/version.js';
import { joined } from './bytes.js';
import { type Card, trainedOn } from './card.js';
import type { Signature } from './manifest.js';

/*
 * How a model lies in a folder, so that one rename replaces it: docs/decisions/saving.md.
 */

export const modelFile = 'model.json';
export const cardFile = 'card.json';
const weightsFile = 'weights.bin';

const ofWeights = /^weights(\.[0-9a-f]{16})?\.bin$/;
/** A model of a folder such as `last`, or its end, that counts once the folder around it says so. */
const pendingFile = /^model\.([0-9a-f]{16})\.(json|gone)$/;

export const sha256Of = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** The files of a LayersModel, by name; the weights are weights.bin in a folder that has none. */
export function modelFiles(
  artifacts: io.ModelArtifacts,
  isFirst = true,
  signature: Signature = {},
): Record<string, string | Uint8Array> {
  const { weightData, weightSpecs, ...rest } = artifacts;
  const { modelTopology, format, generatedBy, convertedBy } = rest;
  const { card: given, ...metadata } = (rest.userDefinedMetadata ?? {}) as { card?: Card };
  const bytes = new Uint8Array(joined(weightData));
  const sha256 = sha256Of(bytes);
  const weightsName = isFirst ? weightsFile : `weights.${sha256.slice(0, 16)}.bin`;
  // Another tool may have trained it on, and says nothing of it.
  const isOurs = generatedBy?.startsWith('handgrad ');
  const card = given && { ...(isOurs ? given : trainedOn(given)), weights: { sha256 } };
  const handgrad: Signature = { sha256, ...signature };
  const model = {
    ...{ format, generatedBy, convertedBy, modelTopology },
    userDefinedMetadata: rest.userDefinedMetadata && { ...metadata, ...(card && { card }) },
    weightsManifest: [{ paths: [weightsName], weights: weightSpecs }],
    handgrad,
  };
  return {
    [weightsName]: bytes,
    [modelFile]: `${JSON.stringify(model, null, 1)}\n`,
    ...(card && { [cardFile]: `${JSON.stringify(card, null, 2)}\n` }),
  };
}

/** Models by their folders: the one that all lie in is ''. One that is undefined is taken away. */
export interface Artifacts {
  readonly '': io.ModelArtifacts;
  readonly [folder: string]: io.ModelArtifacts | undefined;
}

type Files = Readonly<Record<string, string | Uint8Array>>;

/** What a folder is to hold for these models to be in it, whatever lies there now. */
export async function versionOf(path: string, models: Artifacts): Promise<Version> {
  const { '': root, ...others } = models;
  const folders = Object.keys(models);
  const isFirst = await isFirstIn(path);
  const inside: [folder: string, files: Files][] = [];
  for (const [folder, artifacts] of Object.entries(others)) {
    const replaced = await cardWithoutHash(join(path, folder));
    const files =
      artifacts && modelFiles(artifacts, await isFirstIn(join(path, folder)), { replaced });
    inside.push([folder, files ?? {}]);
  }
  // Alone it leaves those in folders of it as they are, with what they wait for.
  const version = inside.length > 0 ? idOf(modelFiles(root), inside) : await versionIn(path);
  const whole = modelFiles(root, isFirst, { version, replaced: await cardWithoutHash(path) });
  const fresh: Record<string, string | Uint8Array> = weightsOf(whole, '');
  const copies: Record<string, string | Uint8Array | undefined> = { [cardFile]: whole[cardFile] };
  for (const name of await disk.readdir(path)) {
    if (pendingFile.test(name)) copies[name] = undefined; // this very model comes in its place
  }
  for (const [folder, files] of inside) {
    Object.assign(fresh, weightsOf(files, folder));
    const model = files[modelFile];
    if (model !== undefined) fresh[join(folder, `model.${version}.json`)] = model;
    else if (!(await isMissing(join(path, folder, modelFile)))) {
      fresh[join(folder, `model.${version}.gone`)] = '';
    }
    copies[join(folder, modelFile)] = model;
    copies[join(folder, cardFile)] = files[cardFile];
  }
  return {
    ...{ fresh, copies, commit: { name: modelFile, contents: whole[modelFile] } },
    isLeftover: (name) =>
      (pendingFile.test(basename(name)) || (ofWeights.test(basename(name)) && !(name in fresh))) &&
      folders.includes(dirname(name).replace(/^\.$/, '')),
  };
}

/** A name for models that come together. */
const idOf = (root: Files, inside: readonly (readonly [string, Files])[]): string =>
  sha256Of(
    ...[['', root] as const, ...inside].flatMap(([folder, files]) => [
      `${folder}\n`,
      ...Object.values(files),
    ]),
  ).slice(0, 16);

const weightsOf = (files: Files, folder: string) =>
  Object.fromEntries(
    Object.entries(files)
      .filter(([name]) => ofWeights.test(name))
      .map(([name, contents]) => [join(folder, name), contents]),
  );

/** Whether nothing in a folder refers to weights.bin. */
const isFirstIn = async (path: string): Promise<boolean> =>
  (await isMissing(join(path, modelFile))) && (await isMissing(join(path, weightsFile)));

/** The SHA-256 of a card that lies there, if it does not say of which weights it is. */
async function cardWithoutHash(path: string): Promise<string | undefined> {
  try {
    const file = join(path, cardFile);
    if (!(await disk.stat(file)).isFile()) return undefined;
    const bytes = await disk.readFile(file);
    const { weights } = Object(JSON.parse(new TextDecoder().decode(bytes))) as Partial<Card>;
    return weights ? undefined : sha256Of(bytes);
  } catch {
    return undefined; // none, or none that could be taken for a card
  }
}

/** Which of the models in folders of this one count, by its model.json. */
export async function versionIn(path: string): Promise<string | undefined> {
  try {
    const file = join(path, modelFile);
    if (!(await disk.stat(file)).isFile()) return undefined; // a pipe would be waited for
    const text = new TextDecoder().decode(await disk.readFile(file));
    const { version } = Object(Object(JSON.parse(text)).handgrad) as Signature;
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined; // none, or one of another make
  }
}

/**
 * The name of the model in a folder: model.json, or one that came with the model of the folder around it
 * and has not got its place yet; undefined where it was taken away by that.
 */
export async function nameIn(path: string): Promise<string | undefined> {
  const names = await disk.readdir(path).catch(() => []);
  const pending = names.filter((name) => pendingFile.test(name));
  if (pending.length === 0) return modelFile;
  const version = await versionIn(dirname(resolve(path)));
  const one = pending.find((name) => pendingFile.exec(name)?.[1] === version);
  return one?.endsWith('.gone') ? undefined : (one ?? modelFile);
}
