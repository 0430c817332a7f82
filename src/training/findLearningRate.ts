import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { AbortError, NumericError, ValueError } from '../core/errors.js';
import { assertSamples, countOf } from '../core/inputs.js';
import type { Optimizer } from '../core/optimizers.js';
import { assertCount, assertOptions, inWords } from '../core/options.js';
import { trainedOf } from '../core/parameters.js';
import { assertOptimizer } from '../core/parts.js';
import { RandomState } from '../core/random.js';
import type { Schedule } from '../core/schedules.js';
import { scalar } from '../core/tensors.js';
import { shuffledBatches } from './batches.js';
import type { DeepNeuralNetwork } from './deepNeuralNetwork.js';
import { copyState, disposeState } from './stateValues.js';
import { step } from './step.js';

export interface FindLearningRateOptions {
  /** The first learning rate. Default: 1e-6. */
  readonly from?: number;
  /** The last one. Default: 10. */
  readonly to?: number;
  /** Steps from the first to the last. Default: 100. */
  readonly steps?: number;
  /** Samples per step. Default: 32. */
  readonly batchSize?: number;
  /** Shuffles the samples, and feeds layers with noise. Default: seed 1. */
  readonly random?: RandomState;
  readonly signal?: AbortSignal;
}

/** What was seen at each step, until the cost rose to 4 times the best. */
export interface LearningRates {
  readonly rates: readonly number[];
  /** J of each step's batch before its update. */
  readonly costs: readonly number[];
  /** Their exponential moving average. */
  readonly smoothed: readonly number[];
  /** A tenth of the rate at which the average is least. */
  readonly suggestion: number;
  /** Whether the cost rose before the last rate: if not, larger ones may do better still. */
  readonly hasRisen: boolean;
}

/** The average's share of what was before; it lags 1 / (1 - β) steps. */
const beta = 0.9;
/** The run ends where the average is so many times the least. */
const risen = 4;

/**
 * Learning-rate range test: takes steps at rates that grow from step to step, and watches the cost.
 *
 *     α_i = from · (to / from)^(i / (steps - 1))
 *     v_i = β v_(i-1) + (1 - β) J_i, averaged as v_i / (1 - β^(i+1)), β = 0.9
 *
 * It suggests a tenth of the rate where the average is least. The other custom, the rate where it falls
 * fastest, hangs on differences of a noisy curve; the least is one point of the averaged one. It is seen
 * some 10 steps late, at a rate too large by then, and the tenth makes up for that.
 *
 *     const { suggestion } = await findLearningRate(model, (α) => adam({ learningRate: α }), X, Y);
 *
 * The network's parameters stay as they are. X and Y are as for `fit`; the caller keeps them.
 *
 * Source: L. Smith, Cyclical Learning Rates for Training Neural Networks, arXiv:1506.01186, section 3.3.
 *
 * @param optimizerOf makes the optimizer of a learning rate that changes.
 * @throws NumericError where the cost falls at no rate; AbortError if the signal is aborted; ValueError
 *   and ShapeError for what does not fit.
 */
export async function findLearningRate(
  model: DeepNeuralNetwork,
  optimizerOf: (learningRate: Schedule) => Optimizer,
  X: Tensor,
  Y: Tensor,
  options: FindLearningRateOptions = {},
): Promise<LearningRates> {
  const { from, to, steps, batchSize, random, signal } = checked(options);
  const { network, parameters: params } = model;
  assertSamples(network, X, Y);
  const growth = Math.log(to / from) / (steps - 1);
  const optimizer = optimizerFor(optimizerOf, { from, to, growth });
  const own = { params, optimizerState: optimizer.start(trainedOf(network, params)) };
  const state = copyState(own);
  tf.dispose({ ...own.optimizerState });
  const seen = new Seen(from, growth);
  const m = countOf(network, X);
  let batches: Int32Array[] = [];
  let lastTurn = performance.now();
  try {
    while (seen.count < steps && !seen.hasRisen) {
      if (signal?.aborted) throw new AbortError('The search for a learning rate was stopped.');
      if (batches.length === 0) batches = shuffledBatches(m, Math.min(batchSize, m), random);
      const batch = batches.shift();
      const J = step(network, optimizer, state, { X, Y }, { batch, wantsCost: true, random })!;
      seen.add(J.dataSync()[0]);
      J.dispose();
      if (performance.now() - lastTurn < 50) continue;
      await tf.nextFrame();
      lastTurn = performance.now();
    }
  } finally {
    disposeState(state);
  }
  return seen.result();
}

type Checked = Required<Omit<FindLearningRateOptions, 'signal'>> & { signal?: AbortSignal };

function checked(options: FindLearningRateOptions): Checked {
  const where = 'findLearningRate';
  assertOptions(where, options, {
    ...{ from: true, to: true, steps: true, batchSize: true, random: true, signal: true },
  });
  const { from = 1e-6, to = 10, steps = 100, batchSize = 32, random, signal } = options;
  for (const [name, value] of Object.entries({ from, to })) {
    if (typeof value === 'number' && value > 0 && value < Infinity) continue;
    throw new ValueError(`${where}: ${name} is ${inWords(value)}; give a number above 0.`);
  }
  if (from >= to) throw new ValueError(`${where}: from is ${from}; give less than to, ${to}.`);
  assertCount(`${where}: steps`, steps);
  if (steps < 10) throw new ValueError(`${where}: steps is ${steps}; give 10 or more.`);
  assertCount(`${where}: batchSize`, batchSize);
  return { from, to, steps, batchSize, random: random ?? new RandomState(1), signal };
}

function optimizerFor(
  optimizerOf: (learningRate: Schedule) => Optimizer,
  { from, to, growth }: { from: number; to: number; growth: number },
): Optimizer {
  if (typeof optimizerOf !== 'function') {
    throw new ValueError(
      `findLearningRate: optimizerOf is ${inWords(optimizerOf)}; give a function such as (learningRate) => adam({ learningRate }).`,
    );
  }
  const optimizer = optimizerOf({
    name: 'exponentialGrowth',
    hyperparameters: { learningRate: from, to },
    at: (t) => tf.mul(scalar(from), tf.exp(tf.mul(t, scalar(growth)))), // (1, 1)
  });
  assertOptimizer('findLearningRate: what optimizerOf gives', optimizer);
  if (optimizer.schedule?.name === 'exponentialGrowth') return optimizer;
  throw new ValueError(
    'findLearningRate: optimizerOf makes an optimizer with a learning rate of its own. Hand on the one that it is given.',
  );
}

/** The costs as they come, and their average. */
class Seen {
  private readonly costs: number[] = [];
  private readonly smoothed: number[] = [];
  private average = 0;
  private least = Number.POSITIVE_INFINITY;
  hasRisen = false;

  constructor(
    private readonly from: number,
    private readonly growth: number,
  ) {}

  get count(): number {
    return this.costs.length;
  }

  /** A cost that is not finite ends the run, and is not kept. */
  add(J: number): void {
    if (!Number.isFinite(J)) {
      this.hasRisen = true;
      return;
    }
    this.costs.push(J);
    this.average = beta * this.average + (1 - beta) * J;
    const value = this.average / (1 - beta ** this.costs.length);
    this.smoothed.push(value);
    this.hasRisen = value > risen * this.least;
    this.least = Math.min(this.least, value);
  }

  result(): LearningRates {
    const { costs, smoothed, least, from, growth } = this;
    const rates = costs.map((_, i) => from * Math.exp(i * growth));
    const at = smoothed.indexOf(least);
    if (at <= 0) {
      throw new NumericError(
        `findLearningRate: the cost does not fall from ${costs[0] ?? 'NaN'}, neither at ${from} nor above. Begin lower, scale the inputs, or the network is trained already.`,
      );
    }
    // After the least it rose by more than noise, or ran away.
    const hasRisen = this.hasRisen || smoothed.at(-1)! > 1.1 * least;
    return { rates, costs, smoothed, suggestion: rates[at] / 10, hasRisen };
  }
}
