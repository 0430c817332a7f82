import { MemoryStore } from '../../../jobs/memoryStore.js';
import { fromAverages, type RoundSource } from '../../../training/shards/fromAverages.js';
import { fromGradients } from '../../../training/shards/fromGradients.js';
import type { GradientSource } from '../../../training/shards/gradientSource.js';
import { inShards } from '../../../training/shards/inShards.js';
import type { StepSource } from '../../../training/stepSource.js';
import type { TrainOptions } from '../../commands/train.js';
import { inChildren } from '../../jobs/here.js';
import { needingBullmq } from '../../jobs/needingBullmq.js';
import { shardKind } from '../../jobs/shard.js';
import { say } from '../../terminal.js';
import type { Length } from '../length.js';
import { classWeightFor } from '../settings.js';
import type { Prepared } from '../whole.js';
import { JobSource } from './jobSource.js';
import { lossOf, samplesOf } from './samples.js';
import { shardRunOf } from './shardRunOf.js';

/** Who computes the shards of a run. */
export interface Shards {
  /** The run's name, where workers do it. */
  readonly run?: string;
  readonly source: StepSource;
  /** Told of iterations, or epochs, that are done. */
  onDone?(done: number, length: Length): void;
  /** Workers of another version or other roundings that took part. */
  strangers(): readonly string[];
  close(): Promise<void>;
}

/** The shards of a run in this process, in children of it, or with workers: the same bytes. */
export async function shardsOf(
  prepared: Prepared,
  options: TrainOptions,
  signal: AbortSignal,
): Promise<Shards> {
  const { syncEvery } = options;
  if (syncEvery !== undefined) {
    say(
      `Algorithm: not steps on whole batches, but ${syncEvery} of each shard between averages of their weights`,
    );
  }
  if (options.redis !== undefined) {
    const { remoteShards } = await needingBullmq(() => import('./remote.js'));
    return remoteShards(prepared, options, signal);
  }
  return options.jobs === undefined
    ? shardsHere(prepared, options)
    : shardsInChildren(prepared, options, options.jobs, signal);
}

function shardsHere({ data, tensors, model }: Prepared, options: TrainOptions): Shards {
  const weight = classWeightFor(options, data);
  const samples = samplesOf(data.train, tensors, model.network, weight);
  const source = inShards(samples, options.shards!);
  const net = lossOf(model.network, weight); // one object, because what is recorded is of it
  return {
    source: stepsOf(options, {
      ...source,
      gradients: (_, ...step) => source.gradients(net, ...step),
      round: (_, ...round) => source.round(net, ...round),
      cost: (_, params) => source.cost(net, params),
    }),
    strangers: () => [],
    close: async () => samples.dispose(),
  };
}

async function shardsInChildren(
  prepared: Prepared,
  options: TrainOptions,
  jobs: number,
  signal: AbortSignal,
): Promise<Shards> {
  const run = await shardRunOf(prepared, options, async (path) => ({ path }));
  const local = new MemoryStore();
  const runner = inChildren(jobs, local);
  const source = new JobSource({
    ...{ runner, run, kind: elsewhere, local, stores: [local], signal },
    m: prepared.data.train.m,
    hands: () => jobs,
    retries: options.retries,
  });
  return {
    source: stepsOf(options, source),
    strangers: () => [],
    close: () => runner.close(),
  };
}

/** Steps on whole batches, or rounds of steps of each shard where that is asked for. */
export const stepsOf = (
  { syncEvery }: TrainOptions,
  source: GradientSource & RoundSource,
): StepSource =>
  syncEvery === undefined ? fromGradients(source) : fromAverages(source, syncEvery);

/** The kind as it is asked for, and not done here. */
export const elsewhere = shardKind(() => Promise.reject(new Error('The jobs are done elsewhere.')));
