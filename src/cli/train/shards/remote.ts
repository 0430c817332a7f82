import { putFiles } from '../../../jobs/manifest.js';
import { MemoryStore } from '../../../jobs/memoryStore.js';
import type { Store } from '../../../jobs/store.js';
import type { TrainOptions } from '../../commands/train.js';
import { remoteRun } from '../../jobs/remoteRun.js';
import type { Prepared } from '../whole.js';
import { JobSource } from './jobSource.js';
import { shardRunOf } from './shardRunOf.js';
import { elsewhere, type Shards, stepsOf } from './shardsOf.js';

/** Shards for whoever runs `handgrad worker`. @throws JobError */
export async function remoteShards(
  prepared: Prepared,
  options: TrainOptions,
  signal: AbortSignal,
): Promise<Shards> {
  const { backend, data } = prepared;
  const local = new MemoryStore();
  const commonTo = (remote: Store) =>
    shardRunOf(prepared, options, async (path) => ({ manifest: await putFiles(path, remote) }));
  const { runner, common, shared, workers, close } = await remoteRun({
    ...{ command: 'train', kind: elsewhere.name, options, backend: backend.name, local, commonTo },
    sought: () => [options.from],
  });
  const source = new JobSource({
    ...{ runner, kind: elsewhere, run: common, m: data.train.m, local, signal },
    stores: [local, shared.remote],
    hands: () => workers.hands,
    retries: options.retries,
  });
  return {
    source: stepsOf(options, source),
    strangers: () => runner.strangers,
    close: async () => {
      await source.close();
      await close();
    },
  };
}
