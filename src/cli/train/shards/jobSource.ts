import { JobError } from '../../../core/errors.js';
import type { Network } from '../../../core/network.js';
import type { Optimizer } from '../../../core/optimizers.js';
import type { Params } from '../../../core/tensors.js';
import type { JobKind } from '../../../jobs/kind.js';
import type { Outcome, Runner } from '../../../jobs/runner.js';
import type { Hash, Store } from '../../../jobs/store.js';
import { piecesFor, piecesOf } from '../../../training/shards/cut.js';
import { countsOf, flatParameters, flatState, gradientsIn } from '../../../training/shards/flat.js';
import type { Round, RoundSource } from '../../../training/shards/fromAverages.js';
import type { GradientSource, GradientStep } from '../../../training/shards/gradientSource.js';
import { averageOf } from '../../../training/shards/inShards.js';
import { alongTree, type Sum } from '../../../training/shards/tree.js';
import type { TrainingState } from '../../../training/step.js';
import type { ShardResult, ShardRun, ShardTask } from '../../jobs/shardTask.js';
import { encodeStep, numbersOf, type StepParts } from './stepBytes.js';

/** Whose jobs the shards of a run are. */
export interface ShardJobs {
  readonly runner: Runner;
  readonly kind: JobKind<ShardTask, ShardResult>;
  readonly run: ShardRun;
  /** How many samples there are. */
  readonly m: number;
  /** Where steps come from and sums go; what lies there is dropped two steps later. */
  readonly local: Store;
  readonly stores: readonly Store[];
  /** How many jobs are done at once, now. */
  readonly hands: () => number;
  readonly signal: AbortSignal;
  readonly retries?: number;
}

/** A duplicate of a job may still read what a step needs: it stays for so many steps more. */
const keptSteps = 2;

/** Gradients from jobs: each is a subtree of the shards, and gives its sum. */
export class JobSource implements GradientSource, RoundSource {
  readonly name: string;
  readonly m: number;
  private readonly past: Hash[][] = [];

  constructor(private readonly jobs: ShardJobs) {
    this.name = `${jobs.run.shards} shards`;
    this.m = jobs.m;
  }

  async gradients(network: Network, params: Params, { batch, noise }: GradientStep) {
    const numbers = flatParameters(network, params);
    const results = await this.ask('gradients', { numbers, batches: [batch], noise });
    const { values, cost } = await this.sumOf(results, countsOf(network).gradients);
    return { grads: gradientsIn(network, values), cost };
  }

  async round(network: Network, optimizer: Optimizer, state: TrainingState, round: Round) {
    const numbers = flatState(network, state);
    const results = await this.ask('steps', { numbers, ...round });
    const sum = await this.sumOf(results, numbers.length);
    return averageOf(network, optimizer, sum, this.jobs.run.shards);
  }

  async cost(network: Network, params: Params): Promise<number> {
    const results = await this.ask('cost', { numbers: flatParameters(network, params), batches: [] }); // biome-ignore format: one line
    const costs = results.map(({ cost = Number.NaN }) => ({ values: new Float32Array(0), cost }));
    return alongTree({ from: 0, to: costs.length }, (i) => costs[i])!.cost;
  }

  /** The sum of what pieces give, along the rest of the tree. */
  private async sumOf(results: readonly ShardResult[], count: number): Promise<Sum> {
    const sums: (Sum | undefined)[] = [];
    for (const { cost = Number.NaN, sum } of results) {
      const bytes = sum === undefined ? undefined : await this.jobs.local.get(sum);
      sums.push(bytes && { values: numbersOf(bytes, count), cost });
    }
    const whole = alongTree({ from: 0, to: sums.length }, (i) => sums[i]);
    if (whole) return whole;
    throw new JobError('No shard of the step had samples. Run it once more.');
  }

  /** Drops what the last steps left. */
  async close(): Promise<void> {
    for (const hashes of this.past.splice(0)) await this.drop(hashes);
  }

  private async ask(wants: ShardTask['wants'], parts: StepParts): Promise<ShardResult[]> {
    const { runner, kind, run, local, signal, retries, hands } = this.jobs;
    const step = await local.put(encodeStep(parts));
    const pieces = piecesOf(run.shards, piecesFor(hands(), run.shards));
    const tasks = pieces.map((range): ShardTask => ({ ...run, ...range, wants, step }));
    const outcomes = await runner.run(kind, tasks, { signal, retries });
    const results = outcomes.map(resultOf);
    this.past.push([step, ...results.flatMap(({ sum }) => sum ?? [])]);
    if (this.past.length > keptSteps) void this.drop(this.past.shift()!);
    return results;
  }

  /** What cannot be dropped expires, or is swept. */
  private async drop(hashes: readonly Hash[]): Promise<void> {
    const kept = new Set(this.past.flat()); // two steps may give the same bytes
    for (const hash of hashes) {
      if (kept.has(hash)) continue;
      await Promise.all(this.jobs.stores.map((store) => store.drop(hash).catch(() => {})));
    }
  }
}

function resultOf(outcome: Outcome<ShardResult>): ShardResult {
  if (outcome.status === 'done') return outcome.result;
  const times = outcome.attempts > 1 ? ` ${outcome.attempts} times` : '';
  throw new JobError(`The shards of a step failed${times}: ${outcome.error}`);
}
