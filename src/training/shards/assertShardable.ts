import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../../core/errors.js';
import { readsIds } from '../../core/inputs.js';
import { batchShape, sizeOf } from '../../core/layer.js';
import { forward, type Network } from '../../core/network.js';
import { drawNoise, noiseOf } from '../../core/noise.js';
import { placesOf } from '../../core/places.js';
import { RandomState } from '../../core/random.js';
import { type Params, tensor } from '../../core/tensors.js';
import { slicedAlong } from '../batches.js';

/**
 * A step of a shard is the batch's only where each sample is for itself. The layers are asked, whoever wrote
 * them: a training step on two samples must leave no running statistics, and give for the first what it
 * gives for it alone.
 *
 * @throws ValueError that names the layer
 */
export function assertShardable(network: Network, params: Params): void {
  tf.tidy(() => {
    const X = twoSamples(network);
    const noise = drawNoise(noiseOf(network), 2, new RandomState(1));
    const both = forward(network, params, X, { training: true, noise });
    const [updated] = Object.keys(both.updated);
    const places = placesOf(network.layers, network.input);
    if (updated !== undefined) {
      const place = places.find(({ names }) =>
        names.parameters.some(([, name]) => name === updated),
      );
      throw refusal(`${place?.name ?? updated} takes statistics over the batch`);
    }
    const alone = forward(network, params, first(X, network.input.length), {
      training: true,
      noise: Object.fromEntries(
        Object.entries(noise).map(([name, U]) => [name, first(U, noiseOf(network)[name].length)]),
      ),
    });
    const mixing = places.find((place, i) => {
      const [one, two] = [alone.caches[i].Y, both.caches[i].Y];
      return differ(one, first(two, place.output.length));
    });
    if (mixing) throw refusal(`what ${mixing.name} gives for a sample depends on the others`);
  });
}

const refusal = (why: string) =>
  new ValueError(
    `The batch cannot be cut into shards: ${why}, and a shard does not see them. Use groupNorm or layerNorm, freeze the layer, or train without shards.`,
  );

/** Ids 0 and 1, or numbers that differ. */
function twoSamples(network: Network): tf.Tensor {
  const { input } = network;
  const shape = readsIds(network) ? [2, ...input] : batchShape(input, 2);
  if (readsIds(network)) {
    const ids = network.layers[0].reads!.ids;
    const values = Int32Array.from({ length: 2 * sizeOf(input) }, (_, i) => i % ids);
    return tf.tensor(values, shape, 'int32');
  }
  return tensor(new RandomState(1).rand(2 * sizeOf(input)), shape);
}

/** The first sample: a column of a matrix, else the first along the first axis. */
const first = (A: tf.Tensor, rank: number): tf.Tensor =>
  slicedAlong(A, rank === 1 && A.rank === 2 ? 1 : 0, { from: 0, to: 1 });

/** Beyond what the rounding of another shape explains. */
function differ(one: tf.Tensor, other: tf.Tensor): boolean {
  const [a, b] = [one.dataSync(), other.dataSync()];
  return a.some((value, i) => Math.abs(value - b[i]) > 1e-3 * (1 + Math.abs(value)));
}
