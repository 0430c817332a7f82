import { putFiles } from '../../../jobs/manifest.js';
import { MemoryStore } from '../../../jobs/memoryStore.js';
import { seldom } from '../../../jobs/pace.js';
import { type RunProgress, sayProgress } from '../../../jobs/redis/runs.js';
import type { TrainOptions } from '../../commands/train.js';
import { remember } from '../../jobs/attach.js';
import { ownFingerprint } from '../../jobs/ownFingerprint.js';
import { submitting } from '../../jobs/submitting.js';
import type { Length } from '../length.js';
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
  const { run, runner, common, shared, workers, close } = await submitting({
    ...{ command: 'train', kind: elsewhere.name, options, local },
    fingerprint: () => ownFingerprint(backend.name),
    put: ({ remote }) =>
      shardRunOf(prepared, options, async (path) => ({ manifest: await putFiles(path, remote) })),
    about: (common) => [options.from, options.syncEvery, common],
    remember: (run) => remember(run, options),
  });
  const source = new JobSource({
    ...{ runner, kind: elsewhere, run: common, m: data.train.m, local, signal },
    stores: [local, shared.remote],
    hands: () => workers.hands,
    retries: options.retries,
  });
  return {
    run,
    source: stepsOf(options, source),
    onDone: telling((progress) => sayProgress(shared.redis, shared.prefix, run, progress)),
    strangers: () => runner.strangers,
    close: async () => {
      await source.close();
      await close();
    },
  };
}

/** For `handgrad status`, once a second: what is done, and how long the rest takes at this pace. */
function telling(say: (progress: RunProgress) => Promise<unknown>) {
  const always = async (progress: unknown) => void (await say(progress as RunProgress));
  const rarely = seldom(always);
  let first: { readonly done: number; readonly at: number } | undefined;
  return (done: number, { times: total, unit }: Length): void => {
    first ??= { done, at: performance.now() };
    const pace = (performance.now() - first.at) / 1000 / (done - first.done);
    const left = pace * (total - done);
    const progress = { ...{ done, total, unit }, ...(Number.isFinite(left) && { left }) };
    if (done === total) always(progress).catch(() => {});
    else rarely(progress);
  };
}
