import type { io } from '@tensorflow/tfjs-core';
import { ModelError } from '../core/errors.js';
import { assertFew, limits } from '../files/bounds.js';
import { parseJson } from '../files/json.js';
import { byteLengthOf } from './layersWeights.js';

/*
 * The model.json of a LayersModel, looked through before any of its weights is fetched: from a disk or
 * over a network.
 */

export interface Manifest {
  /** The model without its weights. */
  readonly model: Omit<io.ModelArtifacts, 'weightData'>;
  /** The weight files next to model.json, in order. */
  readonly paths: readonly string[];
  /** Their expected total size in bytes; undefined if handgrad does not read such weights. */
  readonly byteLength: number | undefined;
  /** Their expected SHA-256, if the model was saved by handgrad. */
  readonly sha256?: string;
  /** Of a model that was saved with others in folders of it: all of them have come with this one. */
  readonly version?: string;
  /** The SHA-256 of the card.json that lay there before, if it was of a time when cards had no hash. */
  readonly replaced?: string;
}

/**
 * Parses the bytes of a model.json.
 *
 * @param file used in error messages.
 * @throws ModelError if it is not a model.json, or refers to weights outside its folder.
 */
export function parseManifest(bytes: Uint8Array, file: string): Manifest {
  const { weightsManifest, handgrad, ...model } = parseModel(bytes, file);
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const paths = weightsManifest.flatMap(({ paths }) => paths);
  assertFew(file, weightSpecs.length, 'names', 'weights', ModelError);
  const different = new Set(paths).size;
  if (different < paths.length) {
    throw new ModelError(
      `${file} names ${paths.length} files of weights, but only ${different} different. Save the model again.`,
    );
  }
  const outside = paths.find((path) => !isFileName(path));
  if (outside !== undefined) {
    throw new ModelError(
      `${file} names weights outside its folder: ${outside}. Save the model again.`,
    );
  }
  // Weights of other types are rejected by name when they are read.
  const byteLength = weightSpecs
    .map(byteLengthOf)
    .reduce(
      (sum, length) => (sum === undefined || length === undefined ? undefined : sum + length),
      0,
    );
  const { sha256, version, replaced } = Object(handgrad) as Signature;
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(String(sha256))) {
    throw new ModelError(`${file} has a SHA-256 that is none. Save the model again.`);
  }
  return { model: { ...model, weightSpecs }, paths, byteLength, sha256, version, replaced };
}

/** What handgrad adds to a model.json. A tool that saves the model anew leaves it out, as it should. */
export interface Signature {
  readonly sha256?: string;
  readonly version?: string;
  readonly replaced?: string;
}

/**
 * @throws ModelError if the bytes are others than those that were saved. A page without https has no way
 *   to tell.
 */
export async function assertSame(
  { sha256 }: Manifest,
  bytes: ArrayBuffer,
  files: string,
): Promise<void> {
  const { subtle } = globalThis.crypto ?? {};
  if (sha256 === undefined || subtle === undefined) return;
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (found === sha256) return;
  throw new ModelError(
    `${files} has other bytes than were saved, by their SHA-256: the file is damaged or belongs to another model. Save the model again.`,
  );
}

/** @throws ModelError if the total size of the files differs from the declared size. */
export function assertByteLength(
  { byteLength: declared }: Manifest,
  byteLength: number,
  files: string,
): void {
  if (declared === undefined || declared === byteLength) return;
  throw new ModelError(
    `${files} has ${byteLength} bytes, but model.json declares ${declared}: the file is cut off or belongs to another model. Save the model again.`,
  );
}

type ModelJson = Omit<io.ModelJSON, 'weightsManifest'> & {
  weightsManifest: io.WeightsManifestConfig;
  handgrad?: unknown;
};

function parseModel(bytes: Uint8Array, file: string): ModelJson {
  const bad = (what: string) =>
    new ModelError(`${file} is no tfjs LayersModel: ${what}. Save the model again.`);
  const model = parseJson(
    bytes,
    `${file} is no tfjs LayersModel: it`,
    ModelError,
    'Save the model again.',
  ) as ModelJson;
  const manifest = model?.weightsManifest;
  const isManifest =
    Array.isArray(manifest) &&
    manifest.every(
      (group) =>
        Array.isArray(group?.paths) &&
        group.paths.every((path) => typeof path === 'string') &&
        Array.isArray(group.weights) &&
        group.weights.every(isWeight),
    );
  if (!isManifest) throw bad('its weightsManifest is missing or malformed');
  return model;
}

const isWeight = (w: Partial<io.WeightsManifestEntry> | null) =>
  Array.isArray(w?.shape) &&
  w.shape.length <= limits.axes &&
  w.shape.every(isCount) &&
  typeof w.name === 'string' &&
  w.name.length <= limits.nameLength &&
  typeof w.dtype === 'string';

const isCount = (side: unknown) => Number.isSafeInteger(side) && (side as number) >= 0;

/** Rejects paths to parent folders, subfolders, other disks and other hosts. */
const isFileName = (path: string) => /^[^/\\:]+$/.test(path) && path !== '.' && path !== '..';
