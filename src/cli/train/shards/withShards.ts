import { ValueError } from '../../../core/errors.js';
import type { TrainOptions } from '../../commands/train.js';

/** So many where jobs are asked for and no number is. */
const usualShards = 8;

/** Jobs and rounds imply shards. @throws ValueError for what changes samples from epoch to epoch */
export function withShards(options: TrainOptions): TrainOptions {
  const { jobs, redis, syncEvery, augment, shards = usualShards } = options;
  const isAsked = [options.shards, syncEvery, jobs, redis].some((one) => one !== undefined);
  if (!isAsked) return options;
  if (augment !== undefined) {
    throw new ValueError(
      '--augment changes the pictures in each epoch, and shards are of samples that stay. Leave out one of them.',
    );
  }
  return { ...options, shards };
}
