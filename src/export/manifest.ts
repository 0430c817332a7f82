import type { io } from '@tensorflow/tfjs-core';
import { ModelError } from '../core/errors.js';

/*
 * The model.json of a LayersModel, looked through before any of its weights is fetched: from a disk or
 * over a network.
 */

export interface Manifest {
  /** The model without its weights. */
  readonly model: Omit<io.ModelArtifacts, 'weightData'>;
  /** The files beside model.json that hold the weights, one behind the other. */
  readonly paths: readonly string[];
  /** The bytes that they must have; undefined where the weights are no plain float32. */
  readonly byteLength: number | undefined;
}

/**
 * Reads the bytes of a model.json.
 *
 * @param file stands in the messages.
 * @throws ModelError where it is none, or where it names weights that do not lie beside it.
 */
export function parseManifest(bytes: Uint8Array, file: string): Manifest {
  const { weightsManifest, ...model } = parseModel(bytes, file);
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const paths = weightsManifest.flatMap(({ paths }) => paths);
  const outside = paths.find((path) => !isFileName(path));
  if (outside !== undefined) {
    throw new ModelError(
      `${file} names weights outside its folder: ${outside}. Save the model again.`,
    );
  }
  // What is not plain float32 is refused by its name, when it is read.
  const isPlain = weightSpecs.every((spec) => spec.dtype === 'float32' && !spec.quantization);
  const elements = weightSpecs.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  const byteLength = isPlain ? 4 * elements.reduce((a, b) => a + b, 0) : undefined;
  return { model: { ...model, weightSpecs }, paths, byteLength };
}

/** @throws ModelError where the files together have other than the declared bytes. */
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
  let model: ModelJson;
  try {
    model = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw bad((error as Error).message);
  }
  const manifest = model?.weightsManifest;
  const isManifest =
    Array.isArray(manifest) &&
    manifest.every(
      (group) =>
        Array.isArray(group?.paths) &&
        group.paths.every((path) => typeof path === 'string') &&
        Array.isArray(group.weights) &&
        group.weights.every((w) => Array.isArray(w?.shape) && w.shape.every(isCount)),
    );
  if (!isManifest) throw bad('its weightsManifest is missing or malformed');
  return model;
}

const isCount = (side: unknown) => Number.isSafeInteger(side) && (side as number) >= 0;

/** No way up, into a folder, to another disk or to another host. */
const isFileName = (path: string) => /^[^/\\:]+$/.test(path) && path !== '.' && path !== '..';
