import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { countOf } from '../core/inputs.js';
import type { Network } from '../core/network.js';
import type { Params } from '../core/tensors.js';
import { type Batch, shuffled, splitInBatches, takeSamples } from './batches.js';
import { call, withLosses } from './callbacks.js';
import type { Position } from './checkpoint.js';
import { record } from './history.js';
import type { Pauses } from './pauses.js';
import type { RunOptions } from './plan.js';
import { type Run, type Source, samplesOf } from './run.js';
import { itemsOf, type SampleStream } from './sampleStream.js';
import { costOf } from './step.js';

/** The steps of a run's epochs, with their costs and the callbacks of each batch. */
export class Epochs {
  constructor(
    private readonly run: Run,
    private readonly pauses: Pauses,
  ) {}

  /** The epoch that is next, or as many as run in one call. Returns the one behind them. */
  next(): Promise<number> {
    const { source, timetable } = this.run.given;
    if ('dataset' in source) return this.runDataset(source.dataset);
    return timetable.batchSize === undefined
      ? this.runWhole()
      : this.runBatches(timetable.batchSize);
  }

  /** One epoch in batches. */
  private async runBatches(batchSize: number): Promise<number> {
    const { network, source, timetable, options } = this.run.given;
    const { epoch } = this.run.at;
    const m = samplesOf(source, network)!;
    const order =
      this.run.at.order ?? (options.shuffle === false ? undefined : shuffled(m, this.run.random));
    const batches = splitInBatches(m, batchSize, order);
    await this.steps(batches, source, (batch) => ({ epoch, batch, order }), {
      from: this.run.at.batch,
      hasCost: timetable.hasCost(epoch),
    });
    return epoch + 1;
  }

  /** One epoch of a dataset. Its cost is the mean over the items, each before its own steps. */
  private async runDataset(dataset: SampleStream): Promise<number> {
    const { network, runner, timetable } = this.run.given;
    const { epoch } = this.run.at;
    const hasCost = timetable.hasCost(epoch);
    let { items, sum, count, rate } = this.run.at.stream ?? {
      ...{ items: 0, sum: 0, count: 0 },
      rate: this.run.watch.rate(),
    };
    let from = this.run.at.batch;
    for await (const { X, Y } of itemsOf(dataset, network, epoch, items)) {
      try {
        runner.use!(X, Y);
        const m = countOf(network, X);
        if (hasCost && from === 0) {
          sum += m * this.run.value(costOf(network, this.run.given.state.params, X, Y), epoch);
          count += m;
        }
        const batches = splitInBatches(m, timetable.batchSize ?? m);
        const stream = { items, sum, count, rate };
        await this.steps(batches, { X, Y }, (batch) => ({ epoch, batch, stream }), { from });
      } finally {
        tf.dispose([X, Y]);
      }
      from = 0;
      this.run.at = { epoch, batch: 0, stream: { items: ++items, sum, count, rate } };
      await this.pauses.takeTurn();
      await this.pauses.stopIfAsked();
    }
    if (hasCost) record(this.run.history, epoch, { cost: sum / count, ...rate });
    return epoch + 1;
  }

  /** Steps on batches, with callbacks, costs and checkpoints between the runner's calls. */
  private async steps(
    batches: readonly Int32Array[],
    samples: Source,
    position: (batch: number) => Position,
    { from = 0, hasCost = false }: { from?: number; hasCost?: boolean },
  ): Promise<void> {
    const { runner, state, network } = this.run.given;
    const { random, byBatch } = this.run;
    const atOnce = byBatch ? 1 : runner.stepsAtOnce;
    for (let i = from; i < batches.length; i += atOnce) {
      this.run.at = position(i);
      if (i > from) {
        await this.pauses.takeTurn();
        await this.pauses.stopIfAsked();
      }
      let cost: number | undefined;
      if (byBatch) {
        await call(this.run.callbacks, 'onBatchBegin', i, { batch: i, size: batches[i].length });
        cost = this.run.value(
          costOfBatch(network, state.params, samples as Validated, batches[i]),
          this.run.at.epoch,
        );
      }
      const wantsCost = hasCost && i === 0;
      const rate = wantsCost ? this.run.watch.rate() : {};
      const J = await this.step(batches.slice(i, i + atOnce), { wantsCost, random });
      if (J)
        record(this.run.history, this.run.at.epoch, {
          cost: this.run.value(J, this.run.at.epoch),
          ...rate,
        });
      if (cost === undefined) continue;
      const logs = { batch: i, size: batches[i].length, cost };
      await call(this.run.callbacks, 'onBatchEnd', i, withLosses(logs));
    }
  }

  /** One epoch on all samples, or as many as the runner takes before the next cost or callback. */
  private async runWhole(): Promise<number> {
    const { runner, source, state, network, timetable } = this.run.given;
    const { epochs, hasCost, pausesAfter } = timetable;
    const { epoch } = this.run.at;
    let next = epoch + 1;
    const goesOn = () => next < epochs && !hasCost(next) && !pausesAfter(next - 1);
    while (next - epoch < runner.stepsAtOnce && goesOn()) next++;
    const steps = new Array<Batch>(next - epoch).fill(undefined);
    const size = samplesOf(source, network)!;
    if (this.run.byBatch) await call(this.run.callbacks, 'onBatchBegin', 0, { batch: 0, size });
    const wantsCost = hasCost(epoch) || this.run.byBatch;
    const rate = hasCost(epoch) ? this.run.watch.rate() : {};
    const J = await this.step(steps, { wantsCost, random: this.run.random });
    const cost = J && this.run.value(J, epoch);
    if (cost !== undefined && hasCost(epoch)) record(this.run.history, epoch, { cost, ...rate });
    if (this.run.byBatch) {
      await call(this.run.callbacks, 'onBatchEnd', 0, withLosses({ batch: 0, size, cost: cost! }));
    }
    const manyUnseen = runner.stepsAtOnce > 1 && next - epoch > 1;
    if (manyUnseen && next < epochs && !hasCost(next) && 'X' in source) {
      const { X, Y } = source;
      this.run.value(costOf(network, state.params, X, Y), next);
    }
    return next;
  }

  /** Steps of the runner. What fails elsewhere leaves the state as it was, and costs nothing that is done. */
  private async step(batches: readonly Batch[], options: RunOptions): Promise<Scalar | undefined> {
    const { runner, state, source, options: asked } = this.run.given;
    try {
      return await runner.run(state, batches, options);
    } catch (error) {
      if ('elsewhere' in source) {
        await this.pauses.stopIfAsked();
        if (asked.checkpoint) await this.pauses.keep();
      }
      throw error;
    }
  }
}

type Validated = { readonly X: Tensor; readonly Y: Tensor };

const costOfBatch = (network: Network, params: Params, samples: Validated, batch: Int32Array) =>
  tf.tidy(() => {
    const { X, Y } = takeSamples(network, samples, batch);
    return costOf(network, params, X, Y);
  });
