import { basename } from 'node:path';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { Command, Option } from 'commander';
import type { Activation } from '../core/activations.js';
import { AbortError, BackendError, NumericError } from '../core/errors.js';
import { gradientDescent } from '../core/optimizers.js';
import { RandomState } from '../core/random.js';
import type { Dataset } from '../data/dataset.js';
import { type Matrices, toMatrices } from '../data/pictureSet.js';
import type { Card } from '../export/card.js';
import { demandWritable } from '../export/files.js';
import { saveModel } from '../export/modelFolder.js';
import { checkNetwork } from '../oracle/check.js';
import { reportText } from '../oracle/report/text.js';
import { furthest, magnitude } from '../oracle/report/words.js';
import {
  type Backend,
  type BackendName,
  demandInstalled,
  useBackend,
} from '../runtime/backends.js';
import { choosePlan } from '../training/automatic.js';
import { DeepNeuralNetwork } from '../training/deepNeuralNetwork.js';
import { fittingBackend, type Work } from '../training/fittingBackend.js';
import type { Choice } from '../training/plan.js';
import { plain } from '../training/plans/index.js';
import type { PlanOutcome } from '../training/train.js';
import { version } from '../version.js';
import { chooseData } from './chooseData.js';
import { demandPassed, startingModel } from './network.js';
import * as options from './options.js';
import { costTable, planJson, planLine } from './plan.js';
import { demandReportFile, stoppedName, writeReport } from './reportFile.js';
import {
  commandName,
  inThisCommand,
  interruptible,
  print,
  printJson,
  progressBar,
  say,
} from './terminal.js';
import { trainReport } from './trainReport.js';

interface TrainOptions {
  data?: string;
  layers: number[];
  activation: Activation;
  iterations: number;
  epochs?: number;
  batchSize?: number;
  learningRate: number;
  seed: number;
  backend: BackendName | 'auto';
  save: string;
  check: boolean;
  compile: boolean;
  plan?: boolean;
  report?: string;
  json?: boolean;
}

export const train = new Command('train')
  .summary('train the picture classifier, and save it')
  .description(
    'Trains a network with the hand-written backward pass: gradient descent on all pictures at ' +
      'once, as the course does, or on batches of them. Its gradients are checked first, and the ' +
      'model is saved as a tfjs LayersModel. Ctrl-C stops between two steps and saves what is there ' +
      'to FOLDER-stopped.',
  )
  .addOption(options.dataOption())
  .addOption(options.layersOption())
  .addOption(options.activationOption())
  .addOption(
    new Option('--iterations <n>', 'gradient steps on all pictures')
      .default(2500)
      .argParser(options.wholeNumber(1)),
  )
  .addOption(
    new Option('--epochs <n>', 'times to go through the pictures, instead of iterations')
      .conflicts('iterations')
      .argParser(options.wholeNumber(1)),
  )
  .addOption(
    new Option('--batch-size <n>', 'pictures of a gradient step, in an order drawn for each epoch')
      .conflicts('iterations')
      .argParser(options.wholeNumber(1)),
  )
  .addOption(
    new Option('--learning-rate <rate>', 'the α of W := W - α dW')
      .default(0.0075)
      .argParser(options.numberAbove(0)),
  )
  .addOption(options.seedOption())
  .addOption(options.backendOption())
  .addOption(
    new Option('--save <folder>', 'where the model goes')
      .default('models/latest')
      .argParser(options.folderName),
  )
  .option('--no-check', 'do not check the gradients before training')
  .option('--no-compile', 'run each step one operation after the other, as it is written')
  .option('--plan', 'print what each way to run the steps would cost on each backend, and stop')
  .addOption(
    new Option('--report <file>', 'write a page about the run').argParser(options.fileName),
  )
  .addOption(options.jsonOption())
  .action((options: TrainOptions) => interruptible((signal) => run(options, signal)));

async function run(options: TrainOptions, signal: AbortSignal): Promise<void> {
  if (options.plan) return printPlans(options, signal);
  await demandWritable(options.save);
  if (options.report !== undefined) await demandReportFile(options.report);
  demandInstalled(options.backend);
  const data = await chooseData(options.data, signal);
  const backend = await useBackend(options.backend, fittingBackend(workOf(options, data)));
  const train = toMatrices(data.train);
  const test = toMatrices(data.test);
  const { layers: hidden, activation, seed } = options;
  const model = startingModel(train.X.shape[0], hidden, activation, seed);
  const layers = sizes(model);
  say(`Network: ${layers.join('-')}, ${activation.name} and a sigmoid, on ${backend.description}`);

  const gradients = options.check ? await checkGradients(model, train) : undefined;
  const length = lengthOf(options, data.train.m);
  const run = await fitWithProgress(model, train, length, options, signal);
  const { costs, seconds, stopped } = run;
  demandFinite(model, train, costs);
  const trainAccuracy = 100 * model.accuracyScore(train.X, train.Y);
  const testAccuracy = 100 * model.accuracyScore(test.X, test.Y);
  say(
    `Accuracy: ${trainAccuracy.toFixed(2)} % on the training set, ${testAccuracy.toFixed(2)} % on the test set`,
  );

  const folder = stopped ? `${options.save}-stopped` : options.save;
  const accuracy = { train: trainAccuracy, test: testAccuracy };
  const card = describe(model, data, backend, options, { ...length, ...run }, accuracy);
  await saveModel(folder, model.network, model.parameters, card);
  say(`Saved: ${folder}`);
  const report =
    options.report !== undefined && stopped ? stoppedName(options.report) : options.report;
  if (report !== undefined) {
    const page = await trainReport({
      ...{ model, data, card, gradients, folder, seconds },
      X: { train: train.X, test: test.X },
      backend: backend.description,
      stopped: stopped?.message,
      unit: length.unit,
    });
    await writeReport(report, page);
    say(`Report: ${report}`);
  }
  await classifyFirst(folder, data, test);
  model.dispose();
  tf.dispose([train.X, train.Y, test.X, test.Y]);

  if (options.json) {
    const duration = durationOf({ ...length, ...run });
    const gradientCheck = gradients && {
      passed: gradients.report.passed,
      maxRelativeError: gradients.report.maxRelativeError,
      m: gradients.m,
    };
    const figures = { costs, trainAccuracy, testAccuracy, gradientCheck, model: folder, report };
    const { plan } = run;
    printJson({ backend: backend.name, layers, ...duration, seconds, plan, ...figures });
  }
  if (stopped) throw stopped;
}

/** Tries every way to run the steps, on every backend or the one that is asked for. */
async function printPlans(options: TrainOptions, signal: AbortSignal): Promise<void> {
  const data = await chooseData(options.data, signal);
  const choices: [string, Choice][] = [];
  for (const name of options.backend === 'auto' ? fastBackends : [options.backend]) {
    try {
      await useBackend(name, fittingBackend(workOf(options, data)));
    } catch (error) {
      if (options.backend !== 'auto' || !(error instanceof BackendError)) throw error;
      say(inThisCommand(error.message));
      continue;
    }
    const { X, Y } = toMatrices(data.train);
    const { layers: hidden, activation, seed, learningRate } = options;
    const { network, parameters } = startingModel(X.shape[0], hidden, activation, seed);
    const { unit, times, batchSize } = lengthOf(options, data.train.m);
    const batches = batchSize === undefined || unit === 'iteration' ? 1 : data.train.m / batchSize;
    const { runner, choice } = await choosePlan(
      {
        ...{ network, X, Y, batchSize },
        optimizer: gradientDescent({ learningRate }),
        state: { params: parameters, optimizerState: {} },
        steps: times * Math.ceil(batches),
      },
      { all: true },
    );
    runner.dispose();
    tf.dispose([X, Y, { ...parameters }]);
    choices.push([name, choice]);
  }
  if (options.json) {
    const byBackend = choices.map(([name, choice]) => [
      name,
      planJson({ name: choice.plan.name, choice }),
    ]);
    printJson({ plan: Object.fromEntries(byBackend) });
  } else print(costTable(choices));
}

/** Those worth asking: the others are for checking, or for want of these. */
const fastBackends: readonly BackendName[] = ['native', 'wasm'];

const workOf = ({ layers, batchSize }: TrainOptions, { train }: Dataset): Work => {
  const { height, width, channels, m } = train;
  return { layers: [height * width * channels, ...layers, 1], m, batchSize };
};

/** How long to train, and on how many pictures at once. */
interface Length {
  readonly unit: 'iteration' | 'epoch';
  /** Iterations, or epochs. */
  readonly times: number;
  readonly batchSize?: number;
}

/** Batches without epochs: as many as make the steps that there would be without batches. */
function lengthOf({ iterations, epochs, batchSize }: TrainOptions, m: number): Length {
  if (epochs !== undefined) return { unit: 'epoch', times: epochs, batchSize };
  if (batchSize === undefined) return { unit: 'iteration', times: iterations };
  const batches = Math.ceil(m / batchSize);
  const times = Math.ceil(iterations / batches);
  say(`Epochs: ${times}, since none are given: ${times * batches} steps of gradient descent`);
  return { unit: 'epoch', times, batchSize };
}

/** What was done, for the card and for --json: iterations, or epochs and the size of their batches. */
const durationOf = ({
  unit,
  done,
  batchSize,
}: Length & { done: number }): Readonly<Record<string, number>> =>
  unit === 'iteration'
    ? { iterations: done }
    : { epochs: done, ...(batchSize === undefined ? {} : { batchSize }) };

/** Enough samples to show every mistake in a formula; all of them take seconds in double precision. */
const maxChecked = 16;

/** Proves the backward pass right before the first step, on pictures taken evenly from all of them. */
async function checkGradients(model: DeepNeuralNetwork, { X, Y }: Matrices) {
  const all = X.shape[1];
  const m = Math.min(all, maxChecked);
  const taken = Array.from({ length: m }, (_, j) => Math.floor((j * all) / m));
  const sample = (M: Tensor2D) => tf.gather(M, taken, 1); // (n, m)
  const [XSample, YSample] = tf.tidy(() => [sample(X), sample(Y)]);
  const report = await checkNetwork(model.network, model.parameters, XSample, YSample);
  tf.dispose([XSample, YSample]);
  if (!report.passed) say(reportText(report));
  demandPassed(report);
  say(
    `Gradients: all ${report.parameters.length} agree with autodiff and central differences to ${magnitude(furthest(report))}, on ${m} of ${all} pictures`,
  );
  return { report, m };
}

/** Trains, with the costs on the screen as they come; a Ctrl-C ends it early. */
async function fitWithProgress(
  model: DeepNeuralNetwork,
  { X, Y }: Matrices,
  { unit, times, batchSize }: Length,
  { learningRate, seed, compile }: TrainOptions,
  signal: AbortSignal,
) {
  let plan: PlanOutcome | undefined;
  const costs: Record<string, number> = {};
  const format = `{bar} {percentage} % | ${unit} {value} of {total} | cost {cost} | {eta_formatted} left`;
  const bar = progressBar(format, times, { cost: '' });
  const start = performance.now();
  let done = 0;
  let stopped: AbortError | undefined;
  try {
    await model.fit(X, Y, {
      ...(unit === 'iteration'
        ? { iterations: times }
        : { epochs: times, batchSize, costEvery: Math.ceil(times / 25) }),
      random: new RandomState(seed),
      learningRate,
      signal,
      ...(!compile && { plan: plain }),
      onPlan: (outcome) => {
        plan = outcome;
        say(planLine(outcome));
      },
      onEpochEnd: (i, cost) => {
        done = i + 1;
        if (cost === undefined) return bar.update(i + 1);
        costs[i] = cost;
        bar.update(i + 1, { cost: cost.toFixed(6) });
        bar.say(`Cost after ${unit} ${i}: ${cost.toFixed(6)}`);
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

/** @throws NumericError where the last update has led nowhere; says so where the cost has risen. */
function demandFinite(
  model: DeepNeuralNetwork,
  { X, Y }: Matrices,
  costs: Readonly<Record<string, number>>,
): void {
  const last = model.costFunction(X, Y);
  if (!Number.isFinite(last)) {
    throw new NumericError(
      `The cost is ${last} after the last update. Nothing was saved. Try a smaller learning rate.`,
    );
  }
  const first = costs[0] ?? last;
  if (last > first) {
    say(`The cost has risen, from ${first.toFixed(6)} to ${last}: try a smaller learning rate.`);
  }
}

/** Classifies the first test picture with the model as it lies on disk. */
async function classifyFirst(folder: string, { test }: Dataset, { X }: Matrices): Promise<void> {
  const saved = await DeepNeuralNetwork.load(folder);
  const nX = X.shape[0];
  const probability = tf.tidy(() => saved.predictProb(tf.slice(X, [0, 0], [nX, 1])).dataSync()[0]);
  saved.dispose();
  const [no, yes] = test.classes;
  const label = probability > 0.5 ? yes : no;
  say(
    `Test picture 0: ${label} (the probability of ${yes} is ${probability.toFixed(3)}), labelled ${test.classes[test.labels[0]]}`,
  );
  say(`Classify yours: ${commandName} predict --model ${folder} PICTURE`);
}

const sizes = ({ network: { nX, layers } }: DeepNeuralNetwork) => [
  nX,
  ...layers.map(({ units }) => units),
];

function describe(
  model: DeepNeuralNetwork,
  data: Dataset,
  backend: Backend,
  { seed, learningRate }: TrainOptions,
  run: Length & Awaited<ReturnType<typeof fitWithProgress>>,
  accuracy: NonNullable<Card['accuracy']>,
): Required<Card> {
  const { layers, loss, l2 } = model.network;
  const { height, width, channels, classes } = data.train;
  const file = (part: 'train' | 'test') => ({
    file: basename(data.files[part].path),
    sha256: data.files[part].sha256,
    m: data[part].m,
  });
  return {
    name: `${data.name} ${sizes(model).join('-')}`,
    layers: sizes(model),
    activations: layers.map(({ activation }) => activation.name),
    loss: loss.name,
    initializer: 'course',
    seed,
    hyperparameters: { optimizer: 'gradientDescent', learningRate, ...durationOf(run), l2 },
    dataSet: { name: data.name, train: file('train'), test: file('test') },
    costs: run.costs,
    accuracy,
    preprocessing: { height, width, channels, scale: '1/255', resize: 'the whole picture' },
    classNames: classes,
    versions: { handgrad: version, node: process.versions.node, ...backend.versions },
  };
}
