import { ValueError } from '../../core/errors.js';
import * as schema from '../../core/schema.js';
import { type Hash, hashSchema } from '../../jobs/store.js';
import { type Trained, trainedFields } from './trialTask.js';

/** What all shards of a run have in common: its data, its network and the backend that computes. */
export interface ShardRun extends Omit<Trained, 'from'> {
  /** Into how many shards a batch is cut. */
  readonly shards: number;
}

/** Some shards of a step: the sum of their gradients, of their costs, or of where their own steps end. */
export interface ShardTask extends ShardRun {
  /** From which shard to the one before which. */
  readonly from: number;
  readonly to: number;
  readonly wants: 'gradients' | 'cost' | 'steps';
  /** The parameters, the batches and where their noise begins. */
  readonly step: Hash;
}

export interface ShardResult {
  /** Missing where it is no number: the run says what that means. */
  readonly cost?: number;
  /** Numbers of gradients or states; none where the cost is wanted, or all shards are empty. */
  readonly sum?: Hash;
}

const most = 1024;

const { from: _, ...fields } = trainedFields;

const task = schema.record<ShardTask>({
  ...fields,
  shards: schema.whole(1, most),
  from: schema.whole(0, most),
  to: schema.whole(1, most),
  wants: schema.oneOf('gradients', 'cost', 'steps'),
  step: hashSchema,
});

const result = schema.record<ShardResult>({
  cost: schema.optional(schema.finite),
  sum: schema.optional(hashSchema),
});

/** @throws ValueError, also for shards that are no subtree */
export function shardTaskFrom(value: unknown): ShardTask {
  const read = task(value, 'The task');
  const { from, to, shards } = read;
  const size = to - from;
  const isPower = (n: number) => Number.isInteger(Math.log2(n));
  if (isPower(shards) && size > 0 && isPower(size) && from % size === 0 && to <= shards)
    return read;
  throw new ValueError(`The task: shards ${from} to ${to} of ${shards} are no part of a tree.`);
}

export const shardResultFrom = (value: unknown): ShardResult => result(value, 'The result');
