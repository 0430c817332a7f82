import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { AbortError, NumericError, ValueError } from '../core/errors.js';
import { countOf } from '../core/inputs.js';
import type { Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import { RandomState } from '../core/random.js';
import type { Params } from '../core/tensors.js';
import { type Batch, shuffled, splitInBatches, takeSamples } from './batches.js';
import { type Callbacks, call, callbackList, has, withLosses } from './callbacks.js';
import { type Checkpoint, type Position, stored } from './checkpoint.js';
import { evaluate } from './evaluation.js';
import { type History, logsOf, newHistory, record } from './history.js';
import type { Timetable, TrainOptions } from './options.js';
import type { Runner } from './plan.js';
import { itemsOf, type SampleStream } from './sampleStream.js';
import { costOf, type TrainingState } from './step.js';
import { Watch } from './watch.js';

/** How long the loop runs before it yields to timers, signals and rendering. */
const turnMs = 50;

/** What a loop runs on: all samples in memory, or a dataset. */
export type Source =
  | { readonly X: Tensor; readonly Y: Tensor }
  | { readonly dataset: SampleStream };

export interface Run {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly state: TrainingState;
  readonly source: Source;
  readonly options: TrainOptions;
  readonly timetable: Timetable;
  readonly runner: Runner;
}

/** A run: steps through the epochs, records costs, validates, calls callbacks, keeps checkpoints. */
export class Loop {
  private readonly history: History;
  private readonly random: RandomState;
  private readonly callbacks: readonly Callbacks[];
  private readonly byBatch: boolean;
  private at: Position;
  private readonly watch: Watch;
  private isOver = false;
  private lastTurn = performance.now();
  private lastCheckpoint = performance.now();

  constructor(private readonly given: Run) {
    const { options } = given;
    const { resume } = options;
    this.random = options.random ?? new RandomState(1);
    this.history = newHistory(resume?.history);
    this.callbacks = callbackList(options.callbacks);
    this.byBatch = has(this.callbacks, 'onBatchBegin', 'onBatchEnd');
    const { epoch = 0, batch = 0, order, stream } = resume ?? {};
    this.at = { epoch, batch, order, stream };
    this.isOver = resume?.isDone ?? false;
    if (resume) this.random.goTo(resume.random);
    this.watch = new Watch(given.state, given.optimizer, options.earlyStopping, resume);
  }

  async run(): Promise<History> {
    try {
      await call(this.callbacks, 'onTrainBegin');
      while (this.at.epoch < this.given.timetable.epochs && !this.isOver) {
        await this.stopIfAsked();
        if (this.at.batch === 0 && !this.at.stream)
          await call(this.callbacks, 'onEpochBegin', this.at.epoch);
        const next = await this.runEpochs();
        this.at = { epoch: next, batch: 0 };
        await this.finish(next);
        await this.takeTurn();
      }
      this.isOver = true;
      this.watch.restoreBest();
      if (this.given.options.checkpoint) await this.keep();
      await call(this.callbacks, 'onTrainEnd', this.logs(this.at.epoch - 1));
      return this.history;
    } finally {
      this.watch.dispose();
    }
  }

  /** The epoch that is next, or as many as run in one call. Returns the one behind them. */
  private runEpochs(): Promise<number> {
    const { source, timetable } = this.given;
    if ('dataset' in source) return this.runDataset(source.dataset);
    return timetable.batchSize === undefined
      ? this.runWhole(source)
      : this.runBatches(source, timetable.batchSize);
  }

  /** One epoch in batches. */
  private async runBatches({ X, Y }: Validated, batchSize: number): Promise<number> {
    const { network, timetable, options } = this.given;
    const { epoch } = this.at;
    const m = countOf(network, X);
    const order =
      this.at.order ?? (options.shuffle === false ? undefined : shuffled(m, this.random));
    const batches = splitInBatches(m, batchSize, order);
    await this.steps(batches, { X, Y }, (batch) => ({ epoch, batch, order }), {
      from: this.at.batch,
      hasCost: timetable.hasCost(epoch),
    });
    return epoch + 1;
  }

  /** One epoch of a dataset. Its cost is the mean over the items, each before its own steps. */
  private async runDataset(dataset: SampleStream): Promise<number> {
    const { network, runner, timetable } = this.given;
    const { epoch } = this.at;
    const hasCost = timetable.hasCost(epoch);
    let { items, sum, count, rate } = this.at.stream ?? {
      ...{ items: 0, sum: 0, count: 0 },
      rate: this.watch.rate(),
    };
    let from = this.at.batch;
    for await (const { X, Y } of itemsOf(dataset, network, epoch, items)) {
      try {
        runner.use!(X, Y);
        const m = countOf(network, X);
        if (hasCost && from === 0) {
          sum += m * this.value(costOf(network, this.given.state.params, X, Y), epoch);
          count += m;
        }
        const batches = splitInBatches(m, timetable.batchSize ?? m);
        const stream = { items, sum, count, rate };
        await this.steps(batches, { X, Y }, (batch) => ({ epoch, batch, stream }), { from });
      } finally {
        tf.dispose([X, Y]);
      }
      from = 0;
      this.at = { epoch, batch: 0, stream: { items: ++items, sum, count, rate } };
      await this.takeTurn();
      await this.stopIfAsked();
    }
    if (hasCost) record(this.history, epoch, { cost: sum / count, ...rate });
    return epoch + 1;
  }

  /** Steps on batches, with callbacks, costs and checkpoints between the runner's calls. */
  private async steps(
    batches: readonly Int32Array[],
    { X, Y }: Validated,
    position: (batch: number) => Position,
    { from = 0, hasCost = false }: { from?: number; hasCost?: boolean },
  ): Promise<void> {
    const { runner, state, network } = this.given;
    const { random, byBatch } = this;
    const atOnce = byBatch ? 1 : runner.stepsAtOnce;
    for (let i = from; i < batches.length; i += atOnce) {
      if (i > from) {
        this.at = position(i);
        await this.takeTurn();
        await this.stopIfAsked();
      }
      let cost: number | undefined;
      if (byBatch) {
        await call(this.callbacks, 'onBatchBegin', i, { batch: i, size: batches[i].length });
        cost = this.value(costOfBatch(network, state.params, { X, Y }, batches[i]), this.at.epoch);
      }
      const wantsCost = hasCost && i === 0;
      const rate = wantsCost ? this.watch.rate() : {};
      const J = runner.run(state, batches.slice(i, i + atOnce), { wantsCost, random });
      if (J) record(this.history, this.at.epoch, { cost: this.value(J, this.at.epoch), ...rate });
      if (cost === undefined) continue;
      const logs = { batch: i, size: batches[i].length, cost };
      await call(this.callbacks, 'onBatchEnd', i, withLosses(logs));
    }
  }

  /** One epoch on all samples, or as many as the runner takes before the next cost or callback. */
  private async runWhole({ X, Y }: Validated): Promise<number> {
    const { runner, state, network, timetable } = this.given;
    const { epochs, hasCost, pausesAfter } = timetable;
    const { epoch } = this.at;
    let next = epoch + 1;
    const goesOn = () => next < epochs && !hasCost(next) && !pausesAfter(next - 1);
    while (next - epoch < runner.stepsAtOnce && goesOn()) next++;
    const steps = new Array<Batch>(next - epoch).fill(undefined);
    const size = countOf(network, X);
    if (this.byBatch) await call(this.callbacks, 'onBatchBegin', 0, { batch: 0, size });
    const wantsCost = hasCost(epoch) || this.byBatch;
    const rate = hasCost(epoch) ? this.watch.rate() : {};
    const J = runner.run(state, steps, { wantsCost, random: this.random });
    const cost = J && this.value(J, epoch);
    if (cost !== undefined && hasCost(epoch)) record(this.history, epoch, { cost, ...rate });
    if (this.byBatch) {
      await call(this.callbacks, 'onBatchEnd', 0, withLosses({ batch: 0, size, cost: cost! }));
    }
    const manyUnseen = runner.stepsAtOnce > 1 && next - epoch > 1;
    if (manyUnseen && next < epochs && !hasCost(next)) {
      this.value(costOf(network, state.params, X, Y), next);
    }
    return next;
  }

  /** Validates after the epochs before `next`, and calls the callbacks. */
  private async finish(next: number): Promise<void> {
    const { options, timetable, network, state } = this.given;
    const last = next - 1;
    const { validation } = options;
    if (validation && timetable.hasCost(last)) {
      const logs = await evaluate(network, state.params, validation);
      const named = Object.entries(logs).map(([name, value]) => [`val_${name}`, value]);
      record(this.history, last, Object.fromEntries(named));
    }
    const logs = this.logs(last);
    if (timetable.hasCost(last)) this.isOver = this.watch.after(last, logs);
    if (timetable.hasCallback(last)) {
      options.onEpochEnd?.(last, logs.cost);
    }
    await call(this.callbacks, 'onEpochEnd', last, withLosses(logs));
    const epoch = this.history.epoch.at(-1)!;
    const seen = this.logs(epoch);
    const total = timetable.epochs;
    options.onProgress?.({ done: next, total, epoch, cost: seen.cost, logs: seen });
  }

  private logs(epoch: number) {
    return logsOf(this.history, epoch);
  }

  /** Reads a cost and frees it. @throws NumericError if it is not finite. */
  private value(J: Scalar, epoch: number): number {
    const cost = J.dataSync()[0];
    J.dispose();
    if (Number.isFinite(cost)) return cost;
    const lastFinite = this.history.epoch.at(-1);
    const since =
      lastFinite === undefined ? '' : ` It was last seen finite at ${this.unit} ${lastFinite}.`;
    throw new NumericError(
      `The cost is ${cost} at ${this.unit} ${epoch}.${since} Try a smaller learning rate, inputs scaled to [0, 1], or smaller starting weights.`,
    );
  }

  /** @throws AbortError if the signal is aborted, with a checkpoint kept. */
  private stopIfAsked(): Promise<never> | undefined {
    return this.given.options.signal?.aborted ? this.stop() : undefined;
  }

  private async stop(): Promise<never> {
    if (this.given.options.checkpoint) await this.keep();
    throw new AbortError(`Training was stopped at ${this.unit} ${this.at.epoch}.`);
  }

  /** What is counted: on full batches an epoch is an iteration. */
  private get unit(): 'iteration' | 'epoch' {
    const { timetable, source } = this.given;
    return timetable.batchSize === undefined && 'X' in source ? 'iteration' : 'epoch';
  }

  /** Keeps a checkpoint if it is time, and yields to timers, signals and rendering. */
  private takeTurn(): Promise<void> | undefined {
    return performance.now() - this.lastTurn < turnMs ? undefined : this.pause();
  }

  private async pause(): Promise<void> {
    const { checkpoint } = this.given.options;
    const { everySeconds = 30 } = checkpoint ?? {};
    const since = performance.now() - this.lastCheckpoint;
    if (checkpoint && since >= 1000 * everySeconds) await this.keep();
    await tf.nextFrame();
    this.lastTurn = performance.now();
  }

  private async keep(): Promise<void> {
    const { state, options, timetable, source, network } = this.given;
    const { epochs, batchSize } = timetable;
    const checkpoint: Checkpoint = {
      ...this.at,
      run: { epochs, batchSize, m: 'X' in source ? countOf(network, source.X) : undefined },
      random: this.random.position,
      params: stored(state.params),
      optimizerState: stored(state.optimizerState),
      history: newHistory(this.history),
      ...this.watch.kept(),
      isDone: this.isOver,
    };
    await options.checkpoint!.save(checkpoint);
    this.lastCheckpoint = performance.now();
  }
}

type Validated = { readonly X: Tensor; readonly Y: Tensor };

const costOfBatch = (network: Network, params: Params, samples: Validated, batch: Int32Array) =>
  tf.tidy(() => {
    const { X, Y } = takeSamples(network, samples, batch);
    return costOf(network, params, X, Y);
  });

/** @throws ValueError if the checkpoint is of another run. */
export function assertSameRun(
  { run }: Checkpoint,
  { epochs, batchSize }: Timetable,
  m?: number,
): void {
  for (const [name, before, now] of [
    ['epochs', run.epochs, epochs],
    ['batchSize', run.batchSize, batchSize],
    ['samples', run.m, m],
  ] as const) {
    if (before === now) continue;
    throw new ValueError(
      `resume: the checkpoint is of a run with ${before ?? 'no'} ${name}, and this one has ${now ?? 'none'}. Give the same samples and options.`,
    );
  }
}
