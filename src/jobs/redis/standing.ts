import { type Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { jobIdsOf, progressOf, type Run, type RunProgress } from './runs.js';

/** How far the jobs of a run have come that were submitted so far. */
export interface Standing {
  readonly done: number;
  readonly running: number;
  readonly failed: number;
  readonly waiting: number;
  /** Seconds, by how long the last ones took; none before one is done, or where all are. */
  readonly left?: number;
  /** By the run's own word, where its jobs leave no trace. */
  readonly progress?: RunProgress;
  /** Why jobs failed, a sentence each. */
  readonly errors: readonly string[];
}

/** What took long ago says little of what is to come. */
const lately = 20;

/** @throws what Redis says */
export async function standingOf(redis: Redis, prefix: string, run: Run): Promise<Standing> {
  const queue = new Queue(run.queue, { connection: redis, prefix });
  queue.on('error', () => {}); // the connection says it
  try {
    const ids = await jobIdsOf(redis, prefix, run.name);
    const states = await Promise.all(ids.map((id) => queue.getJobState(id)));
    const of = (...names: string[]) => ids.filter((_, i) => names.includes(states[i]));
    const jobs = async (names: string[]) =>
      (
        await Promise.all(of(...names).map((id): Promise<Job | undefined> => queue.getJob(id)))
      ).flatMap((job) => job ?? []);
    const counts = {
      done: of('completed').length,
      running: of('active').length,
      failed: of('failed').length,
    };
    const waiting = of('waiting', 'delayed', 'prioritized', 'waiting-children').length;
    const errors = (await jobs(['failed'])).map(({ failedReason }) => failedReason);
    const left = secondsLeft(await jobs(['completed']), counts.running + waiting);
    const progress = await progressOf(redis, prefix, run.name);
    return {
      ...{ ...counts, waiting, errors },
      ...(left !== undefined && { left }),
      ...(progress && { progress }),
    };
  } finally {
    await queue.close();
  }
}

/** As the last few went: the time between their ends, for each that is left. */
function secondsLeft(done: readonly Job[], left: number): number | undefined {
  const ends = done.flatMap(({ finishedOn }) => finishedOn ?? []).sort((a, b) => b - a);
  if (left === 0 || ends.length < 2) return undefined;
  const last = ends.slice(0, lately);
  return ((last[0] - last.at(-1)!) / 1000 / (last.length - 1)) * left;
}
