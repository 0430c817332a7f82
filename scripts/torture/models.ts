import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { HandgradError } from '../../src/core/errors.js';
import { RandomState } from '../../src/core/random.js';
import type { Card } from '../../src/export/card.js';
import { fileSystem } from '../../src/export/files.js';
import { parseManifest } from '../../src/export/manifest.js';

/*
 * Models of random weights, that know which they are: a mixture of two shows.
 */

const made = new Map<string, io.ModelArtifacts>();

/** The model of a name. Every second one has ten times the weights. */
export function modelOf(name: string): io.ModelArtifacts {
  const model = made.get(name) ?? newModel(name);
  made.set(name, model);
  return model;
}

function newModel(name: string): io.ModelArtifacts {
  const seed = createHash('sha256').update(name).digest().readUInt32LE(0);
  const values = Float32Array.from(new RandomState(seed).rand(seed % 2 ? 10_000 : 1000));
  const card: Card = {
    ...{ name, layers: [values.length, 1], activations: ['sigmoid'], loss: 'binaryCrossEntropy' },
    ...{ initializer: 'course', seed, classNames: [`no ${name}`, name], versions: {} },
    preprocessing: { height: 1, width: 1, channels: 3, scale: '1/255', resize: 'none' },
  };
  return {
    modelTopology: { name },
    format: 'layers-model',
    generatedBy: 'handgrad torture',
    convertedBy: null,
    userDefinedMetadata: { card },
    weightSpecs: [{ name: 'W', shape: [values.length], dtype: 'float32' }],
    weightData: values.buffer,
  };
}

/** As handgrad saved it before its weights had a hash. */
export function writeOldModel(path: string, name: string): void {
  const { weightData, weightSpecs, userDefinedMetadata, ...model } = modelOf(name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'weights.bin'), new Uint8Array(weightData as ArrayBuffer));
  const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
  const metadata = { ...model, userDefinedMetadata: {}, weightsManifest };
  writeFileSync(join(path, 'model.json'), JSON.stringify(metadata));
  const { card } = userDefinedMetadata as { card: Card };
  writeFileSync(join(path, 'card.json'), JSON.stringify(card));
}

/** The name of the model in a folder, 'none' where there is none. @throws Error where it is a mixture */
export async function nameOfModel(path: string): Promise<string> {
  let loaded: io.ModelArtifacts;
  try {
    loaded = await fileSystem(path).load!();
  } catch (error) {
    const isNone =
      error instanceof HandgradError &&
      /no model folder|model\.json does not exist/.test(error.message);
    if (isNone) return 'none';
    throw error;
  }
  const { name } = loaded.modelTopology as { name: string };
  const { card } = loaded.userDefinedMetadata as { card: Card };
  if (card.name !== name) throw new Error(`the card of ${card.name} with the model ${name}`);
  assertWeights(loaded.weightData as ArrayBuffer, name);
  return name;
}

/** As a reader sees it that knows model.json and its weights alone, such as `tf.loadLayersModel`. */
export function nameForOthers(path: string): string {
  const file = join(path, 'model.json');
  if (!existsSync(file)) return 'none';
  const { model, paths } = parseManifest(readFileSync(file), file);
  const { name } = model.modelTopology as { name: string };
  const bytes = Buffer.concat(paths.map((one) => readFileSync(join(path, one))));
  assertWeights(new Uint8Array(bytes).buffer, name);
  return name;
}

function assertWeights(bytes: ArrayBuffer, name: string): void {
  if (!Buffer.from(bytes).equals(Buffer.from(modelOf(name).weightData as ArrayBuffer))) {
    throw new Error(`other weights than those of the model ${name}`);
  }
}
