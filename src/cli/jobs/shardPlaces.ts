import type { FolderStore } from '../../jobs/folderStore.js';
import { meanGradients } from '../../training/shards/meanGradients.js';
import type { TrainOptions } from '../commands/train.js';
import { networkFor } from '../train/network.js';
import { classWeightFor, optimizerFor, settingsFor } from '../train/settings.js';
import { lossOf, samplesOf } from '../train/shards/samples.js';
import { keepingLast } from './keepingLast.js';
import { type Origin, pathsIn, preparedFor } from './place.js';
import type { ShardPlace } from './shard.js';
import type { ShardTask } from './shardTask.js';

/** Brings the samples and the network of a run whose batches are cut into shards. */
export function shardPlacesIn(store: FolderStore, origin: Origin) {
  const pathOf = pathsIn(store, origin);
  const kept = keepingLast<ShardPlace & { dispose(): void }>((place) => place.dispose());
  return ({ from, to, wants, step, ...run }: ShardTask, signal: AbortSignal): Promise<ShardPlace> =>
    kept(JSON.stringify(run), async () => {
      const { data, tensorsOf } = await preparedFor(run, await pathOf(run.data), signal);
      const options: TrainOptions = { ...run.candidate, save: '' };
      const settings = settingsFor(options, data);
      const network = networkFor(data, settings, options);
      const weight = classWeightFor(options, data);
      const samples = samplesOf(data.train, tensorsOf(settings), network, weight);
      const means = await meanGradients(lossOf(network, weight), samples);
      return {
        means,
        optimizer: optimizerFor(options, data, settings, network),
        dispose: () => {
          means.dispose();
          samples.dispose();
        },
      };
    });
}
