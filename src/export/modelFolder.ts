import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../core/errors.js';
import { forward, type Network } from '../core/network.js';
import { RandomState } from '../core/random.js';
import { disposeReplaced, matrix, type Params } from '../core/tensors.js';
import type { Card } from './card.js';
import { fileSystem, folderPath, writeModel } from './files.js';
import type { Model } from './format.js';
import { fromLayersModel, toLayersModel } from './layersModel.js';

/** The allowed difference between a saved model's outputs and the network's. */
const tolerance = 1e-5;
const probes = 16;

/**
 * Saves model.json, weights.bin and, if given, card.json. Before replacing existing files, the new ones
 * are loaded back and their outputs compared with the network's on 16 random samples.
 *
 * @throws ModelError if the folder cannot be written, or the outputs differ by more than 1e-5.
 */
export async function saveModel(
  path: string,
  network: Network,
  params: Params,
  card?: Card,
): Promise<void> {
  const artifacts = await toLayersModel(network, params, card);
  await writeModel(folderPath(path), artifacts, async (staged) => {
    const loaded = await loadNetwork(fileSystem(staged));
    try {
      const apart = largestDifference(network, params, loaded.network, loaded.params);
      if (apart <= tolerance) return;
      throw new ModelError(
        `The model saved for ${path} does not give the network's outputs: they are ${apart} apart, more than ${tolerance}. Nothing was written.`,
      );
    } finally {
      disposeReplaced(loaded.params, {});
    }
  });
}

/** The model of a folder with its card, where it has one. The caller owns the parameters. @throws ModelError */
export async function loadModel(path: string): Promise<Model> {
  const source = folderPath(path);
  try {
    return await loadNetwork(fileSystem(source));
  } catch (error) {
    if (!(error instanceof ModelError) || error.message.includes(source)) throw error;
    throw new ModelError(`${source}: ${error.message}`);
  }
}

/** A network from any tfjs io handler. The caller owns the parameters. @throws ModelError */
export async function loadNetwork(handler: tf.io.IOHandler): Promise<Model> {
  if (!handler.load) throw new ModelError('This io handler saves models, but does not load them.');
  return fromLayersModel(await handler.load());
}

function largestDifference(a: Network, paramsA: Params, b: Network, paramsB: Params): number {
  return tf.tidy(() => {
    const X = matrix(new RandomState(1).rand(a.nX * probes), [a.nX, probes]);
    const difference = tf.sub(forward(a, paramsA, X).AL, forward(b, paramsB, X).AL);
    return tf.max(tf.abs(difference)).dataSync()[0];
  });
}
