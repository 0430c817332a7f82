import { basename, dirname, join } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { disk } from '../files/disk.js';
import { isMissing, type Version } from '../files/version.js';
import { joined } from './bytes.js';
import { type Card, trainedOn } from './card.js';
import type { Signature } from './manifest.js';
import {
  cardFile,
  cardWithoutHash,
  modelFile,
  pendingFile,
  sha256Of,
  versionIn,
  weightsFile,
} from './standing.js';

/*
 * How a model lies in a folder, so that one rename replaces it: docs/decisions/saving.md.
 */

const ofWeights = /^weights(\.[0-9a-f]{16})?\.bin$/;

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
