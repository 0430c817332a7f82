import type { TrainOptions } from '../../commands/train.js';
import type { Candidate } from '../../jobs/candidate.js';
import { whatIsSought } from '../../jobs/howRun.js';
import type { ShardRun } from '../../jobs/shardTask.js';
import type { Source } from '../../jobs/trialTask.js';
import { commonOf } from '../../tune/tasks.js';
import type { Prepared } from '../whole.js';

/** What all shards of a run have in common. Its weights travel, and so the model that it starts from does not. */
export async function shardRunOf(
  { data, backend }: Pick<Prepared, 'data' | 'backend'>,
  options: TrainOptions,
  sourceOf: (path: string) => Promise<Source>,
): Promise<ShardRun> {
  const { from: _, ...found } = await commonOf({ data: options.data }, data, backend, sourceOf);
  const {
    data: __,
    from,
    save,
    resume,
    report,
    json,
    shards,
    syncEvery,
    ...sought
  } = whatIsSought(options);
  const candidate: Candidate = sought;
  return { ...found, candidate, shards: shards! };
}
