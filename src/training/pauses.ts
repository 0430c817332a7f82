import * as tf from '@tensorflow/tfjs-core';
import { AbortError } from '../core/errors.js';
import type { Checkpoint } from './checkpoint.js';
import { newHistory } from './history.js';
import { type Run, samplesOf } from './run.js';
import { stored } from './storedValues.js';

/** How long a run goes on before it yields to timers, signals and rendering. */
const turnMs = 50;

/** What a run does between two steps: it stops when asked, keeps checkpoints, and yields. */
export class Pauses {
  private lastTurn = performance.now();
  private lastCheckpoint = performance.now();

  constructor(private readonly run: Run) {}

  /** @throws AbortError if the signal is aborted, with a checkpoint kept. */
  stopIfAsked(): Promise<never> | undefined {
    return this.run.given.options.signal?.aborted ? this.stop() : undefined;
  }

  private async stop(): Promise<never> {
    if (this.run.given.options.checkpoint) await this.keep();
    throw new AbortError(`Training was stopped at ${this.run.unit} ${this.run.at.epoch}.`);
  }

  /** Keeps a checkpoint if it is time, and yields to timers, signals and rendering. */
  takeTurn(): Promise<void> | undefined {
    return performance.now() - this.lastTurn < turnMs ? undefined : this.pause();
  }

  private async pause(): Promise<void> {
    const { checkpoint } = this.run.given.options;
    const { everySeconds = 30 } = checkpoint ?? {};
    const since = performance.now() - this.lastCheckpoint;
    if (checkpoint && since >= 1000 * everySeconds) await this.keep();
    await tf.nextFrame();
    this.lastTurn = performance.now();
  }

  async keep(): Promise<void> {
    const { run } = this;
    const { state, options, timetable, source, network } = run.given;
    const { epochs, batchSize } = timetable;
    const checkpoint: Checkpoint = {
      ...run.at,
      run: { epochs, batchSize, m: samplesOf(source, network) },
      random: run.random.position,
      params: stored(state.params),
      optimizerState: stored(state.optimizerState),
      history: newHistory(run.history),
      ...run.watch.kept(),
      isDone: run.isOver,
    };
    await options.checkpoint!.save(checkpoint);
    this.lastCheckpoint = performance.now();
  }
}
