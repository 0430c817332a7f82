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
}

/**
 * Parses the bytes of a model.json.
 *
 * @param file used in error messages.
 * @throws ModelError if it is not a model.json, or refers to weights outside its folder.
 */
export function parseManifest(bytes: Uint8Array, file: string): Manifest {
  const { weightsManifest, ...model } = parseModel(bytes, file);
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const paths = weightsManifest.flatMap(({ paths }) => paths);
  assertFew(file, weightSpecs.length, 'names', 'weights', ModelError);
  const twice = paths.length - new Set(paths).size;
  if (twice > 0) {
    throw new ModelError(
      `${file} names a file of weights ${twice + 1} times. Save the model again.`,
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
  return { model: { ...model, weightSpecs }, paths, byteLength };
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
