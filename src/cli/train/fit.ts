import { AbortError } from '../../core/errors.js';
import { RandomState } from '../../core/random.js';
import type { Matrices } from '../../data/pictureSet.js';
import type { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import type { PlanOutcome } from '../../training/options.js';
import { plain } from '../../training/plans/index.js';
import type { TrainOptions } from '../commands/train.js';
import { planJson, planLine } from '../plan.js';
import { progressBar } from '../progress.js';
import { say } from '../terminal.js';
import { costIntervals, type Length } from './length.js';

/** How a run went. */
export interface Fitted {
  /** J by the iterations, or epochs, before it. */
  readonly costs: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Iterations, or epochs. */
  readonly done: number;
  readonly plan?: ReturnType<typeof planJson>;
  /** What stopped it early. */
  readonly stopped?: AbortError;
}

/** Trains, with the costs on the screen as they come; a Ctrl-C ends it early. */
export async function fitWithProgress(
  model: DeepNeuralNetwork,
  { X, Y }: Matrices,
  length: Length,
  { learningRate, seed, compile }: TrainOptions,
  signal: AbortSignal,
): Promise<Fitted> {
  const { unit, times, batchSize } = length;
  const { costEvery, lineEvery } = costIntervals(length);
  const costs: Record<string, number> = {};
  const bar = await progressBar(times);
  const start = performance.now();
  let plan: PlanOutcome | undefined;
  let done = 0;
  let stopped: AbortError | undefined;
  try {
    await model.fit(X, Y, {
      ...(unit === 'iteration' ? { iterations: times } : { epochs: times, batchSize }),
      costEvery,
      random: new RandomState(seed),
      learningRate,
      signal,
      ...(!compile && { plan: plain }),
      onPlan: (outcome) => {
        plan = outcome;
        say(planLine(outcome));
      },
      onProgress: (progress) => {
        const { epoch, cost } = progress;
        done = progress.done;
        if (!Object.hasOwn(costs, epoch) && (epoch % lineEvery === 0 || epoch === times - 1)) {
          bar.say(`Cost after ${unit} ${epoch}: ${cost.toFixed(6)}`);
        }
        costs[epoch] = cost;
        bar.update(done, [`cost ${cost.toFixed(6)}`, `${unit} ${done} of ${times}`]);
      },
    });
  } catch (error) {
    if (!(error instanceof AbortError)) throw error;
    stopped = error;
  } finally {
    bar.stop();
  }
  const seconds = (performance.now() - start) / 1000;
  say(`Trained in ${seconds.toFixed(1)} s`);
  return { costs, seconds, stopped, done, plan: plan && planJson(plan) };
}
