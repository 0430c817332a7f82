import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer } from '../core/optimizers.js';
import { nextPlateau, type PlateauMemory, startPlateau } from '../core/plateau.js';
import { disposeReplaced, type Params } from '../core/tensors.js';
import type { Checkpoint } from './checkpoint.js';
import {
  type Best,
  type EarlyStoppingOptions,
  earlyStopping,
  isBetter,
  monitored,
} from './earlyStopping.js';
import type { Logs } from './history.js';
import { copyState } from './stateValues.js';
import type { TrainingState } from './step.js';
import { restored, stored } from './storedValues.js';

/**
 * Watches the numbers of each epoch: keeps the best parameters, says when a run is over, and lowers
 * the learning rate on a plateau. Owns its copy of the best parameters, and the last ones behind a run.
 */
export class Watch {
  private readonly rule: Required<EarlyStoppingOptions> | undefined;
  private best: (Best & { params?: Params }) | undefined;
  private last: Params | undefined;
  private plateau: PlateauMemory | undefined;

  constructor(
    private readonly state: TrainingState,
    private readonly optimizer: Optimizer,
    options: EarlyStoppingOptions | undefined,
    resume: Checkpoint | undefined,
  ) {
    this.rule = options && earlyStopping(options);
    const { plateau } = optimizer.schedule ?? {};
    this.plateau = plateau && (resume?.plateau ?? startPlateau(plateau));
    const { best, last, isDone } = resume ?? {};
    if (isDone && last) this.last = restored(last);
    if (best) this.best = { ...best, params: best.params && restored(best.params) };
  }

  /** The learning rate of the next step, if it is a schedule. */
  rate(): Logs {
    const { schedule } = this.optimizer;
    if (!schedule) return {};
    const { t, factor } = this.state.optimizerState;
    const [at, by] = tf.tidy(() => [
      schedule.at(t as tf.Tensor2D).dataSync()[0],
      factor?.dataSync()[0] ?? 1,
    ]);
    const least = Math.min(at, schedule.plateau?.minLearningRate ?? 0);
    return { learningRate: Math.max(at * by, least) };
  }

  /** Whether the run is over after an epoch with these numbers. */
  after(epoch: number, logs: Logs): boolean {
    this.lowerRate(logs);
    const { rule, state } = this;
    if (!rule) return false;
    const value = monitored(rule.monitor, logs);
    if (!isBetter(rule, value, this.best)) return epoch - this.best!.epoch >= rule.patience;
    disposeReplaced(this.best?.params ?? {}, {});
    const params = rule.restoreBest
      ? copyState({ params: state.params, optimizerState: {} }).params
      : undefined;
    this.best = { epoch, value, params };
    return false;
  }

  private lowerRate(logs: Logs): void {
    const { plateau } = this.optimizer.schedule ?? {};
    if (!plateau || !this.plateau) return;
    const value = monitored(plateau.monitor, logs);
    const { memory, reduce } = nextPlateau(plateau, this.plateau, value);
    this.plateau = memory;
    if (!reduce) return;
    const { factor, ...others } = this.state.optimizerState;
    this.state.optimizerState = { ...others, factor: tf.mul(factor, plateau.factor) };
    factor.dispose();
  }

  /** Puts the parameters of the best epoch in the place of the last ones, which are kept. */
  restoreBest(): void {
    const { params } = this.best ?? {};
    if (!params) return;
    const old = this.state.params;
    this.state.params = copyState({ params, optimizerState: {} }).params;
    if (this.last) disposeReplaced(old, this.state.params);
    else this.last = old;
  }

  /** For a checkpoint. */
  kept(): Pick<Checkpoint, 'best' | 'last' | 'plateau'> {
    const { best, last, plateau } = this;
    return {
      ...(best && { best: { ...best, params: best.params && stored(best.params) } }),
      ...(last && { last: stored(last) }),
      // Before the first epoch its best is infinite, which JSON does not have.
      ...(plateau && Number.isFinite(plateau.best) && { plateau }),
    };
  }

  dispose(): void {
    disposeReplaced(this.best?.params ?? {}, {});
    disposeReplaced(this.last ?? {}, {});
  }
}
