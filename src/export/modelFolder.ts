import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../core/errors.js';
import { batchShape, sizeOf } from '../core/layer.js';
import { forward, type Network } from '../core/network.js';
import { assertOptions } from '../core/options.js';
import { RandomState } from '../core/random.js';
import { disposeReplaced, type Params, tensor } from '../core/tensors.js';
import { orDamaged } from '../files/damaged.js';
import type { Card } from './card.js';
import { fileSystem, folderPath, writeModels } from './files.js';
import type { Loaded } from './format.js';
import { fromLayersModel, type ReadOptions, toLayersModel } from './layersModel.js';

/** The allowed difference between a saved model's outputs and the network's. */
const tolerance = 1e-5;
const probes = 16;

/**
 * Saves model.json, its weights and, if given, card.json; the first model of a folder has weights.bin, one
 * that replaces another weights.HASH.bin. Before one rename puts it in the old one's place, it is on the
 * disk, is loaded back, and its outputs are compared with the network's on 16 random samples.
 *
 * @throws ModelError if the folder cannot be written, or the outputs differ by more than 1e-5.
 */
export async function saveModel(
  path: string,
  network: Network,
  params: Params,
  card?: Card,
): Promise<void> {
  await saveModels(path, { '': { network, params, card } });
}

/** What `saveModel` saves. */
export interface SavedModel {
  readonly network: Network;
  readonly params: Params;
  readonly card?: Card;
}

export interface SavedModels {
  readonly '': SavedModel;
  readonly [folder: string]: SavedModel | undefined;
}

/**
 * The same with models in folders of it, such as `last`, the folder itself called '': all of them are saved, or none. One that is
 * undefined is taken away.
 *
 * @throws ModelError as `saveModel`.
 */
export async function saveModels(path: string, models: SavedModels): Promise<void> {
  const toArtifacts = ({ network, params, card }: SavedModel) =>
    toLayersModel(network, params, card);
  const artifacts: Record<string, tf.io.ModelArtifacts | undefined> = {};
  for (const [folder, model] of Object.entries(models)) {
    if (folder !== '') artifacts[folder] = model && (await toArtifacts(model));
  }
  const whole = await toArtifacts(models['']);
  await writeModels(folderPath(path), { ...artifacts, '': whole }, async (staged) => {
    for (const [folder, model] of Object.entries(models)) {
      const within = folder && `/${folder}`;
      if (model) await assertSame(model, staged + within, path + within);
    }
  });
}

/** @throws ModelError unless what was written to `staged` gives the network's outputs. */
async function assertSame(
  { network, params }: SavedModel,
  staged: string,
  path: string,
): Promise<void> {
  // The layers of one's own are made by these again; what handgrad has, it makes itself.
  const loaded = await loadNetwork(fileSystem(staged), { network });
  try {
    const apart = largestDifference(network, params, loaded.network, loaded.params);
    if (apart <= tolerance) return;
    throw new ModelError(
      `The model saved for ${path} does not give the network's outputs: they are ${apart} apart, more than ${tolerance}. Nothing was written.`,
    );
  } finally {
    disposeReplaced(loaded.params, {});
  }
}

/**
 * The model of a folder with its card, where it has one. The caller owns the parameters.
 *
 * @param options makers of layers of your own: `{ layers: { mine } }`
 * @throws ModelError
 */
export async function loadModel(path: string, options: ReadOptions = {}): Promise<Loaded> {
  assertOptions('loadModel', options, { layers: true, input: true, network: true });
  const source = folderPath(path);
  try {
    return await orDamaged(source, ModelError, () => loadNetwork(fileSystem(source), options));
  } catch (error) {
    if (!(error instanceof ModelError) || error.message.includes(source)) throw error;
    throw new ModelError(`${source}: ${error.message}`);
  }
}

/** A network from any tfjs io handler. The caller owns the parameters. @throws ModelError */
export async function loadNetwork(
  handler: tf.io.IOHandler,
  options?: ReadOptions,
): Promise<Loaded> {
  if (!handler.load) throw new ModelError('This io handler saves models, but does not load them.');
  return fromLayersModel(await handler.load(), options);
}

function largestDifference(a: Network, paramsA: Params, b: Network, paramsB: Params): number {
  return tf.tidy(() => {
    const X = samplesFor(a);
    const difference = tf.sub(forward(a, paramsA, X).AL, forward(b, paramsB, X).AL);
    return tf.max(tf.abs(difference)).dataSync()[0];
  });
}

/** Random samples: numbers from 0 to 1, or ids that the first layer has rows for. */
function samplesFor({ input, layers }: Network): Tensor {
  const random = new RandomState(1);
  const { reads } = layers[0];
  if (!reads) {
    return tensor(random.rand(probes * sizeOf(input)), batchShape(input, probes));
  }
  return tf.tensor(
    random.randint(0, reads.ids, probes * sizeOf(input)),
    [probes, ...input],
    'int32',
  );
}
