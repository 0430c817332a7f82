import { basename } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { Command, Option } from 'commander';
import type { Activation } from '../core/activations.js';
import { AbortError, NumericError } from '../core/errors.js';
import type { Dataset } from '../data/dataset.js';
import { type Matrices, toMatrices } from '../data/pictureSet.js';
import type { Card } from '../export/card.js';
import { demandWritable } from '../export/files.js';
import { saveModel } from '../export/modelFolder.js';
import { checkNetwork } from '../oracle/check.js';
import { reportText } from '../oracle/report/text.js';
import { type Backend, type BackendName, useBackend } from '../runtime/backends.js';
import { DeepNeuralNetwork } from '../training/deepNeuralNetwork.js';
import { version } from '../version.js';
import { chooseData } from './chooseData.js';
import { demandPassed, startingModel } from './network.js';
import * as options from './options.js';
import { commandName, interruptible, printJson, progressBar, say } from './terminal.js';

interface TrainOptions {
  data?: string;
  layers: number[];
  activation: Activation;
  iterations: number;
  learningRate: number;
  seed: number;
  backend: BackendName | 'auto';
  save: string;
  check: boolean;
  json?: boolean;
}

export const train = new Command('train')
  .summary('train the picture classifier, and save it')
  .description(
    'Trains a network with the hand-written backward pass: full batch, gradient descent, as the ' +
      'course does. Its gradients are checked first, and the model is saved as a tfjs LayersModel. ' +
      'Ctrl-C stops between two iterations and saves what is there to FOLDER-stopped.',
  )
  .addOption(options.dataOption())
  .addOption(options.layersOption())
  .addOption(options.activationOption())
  .addOption(
    new Option('--iterations <n>', 'gradient steps')
      .default(2500)
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
  .addOption(options.jsonOption())
  .action((options: TrainOptions) => interruptible((signal) => run(options, signal)));

async function run(options: TrainOptions, signal: AbortSignal): Promise<void> {
  await demandWritable(options.save);
  const backend = await useBackend(options.backend);
  const data = await chooseData(options.data, signal);
  const train = toMatrices(data.train);
  const test = toMatrices(data.test);
  const { layers: hidden, activation, seed } = options;
  const model = startingModel(train.X.shape[0], hidden, activation, seed);
  const layers = sizes(model);
  say(`Network: ${layers.join('-')}, ${activation.name} and a sigmoid, on ${backend.description}`);

  const gradientCheck = options.check ? checkGradients(model, train) : undefined;
  const run = await fitWithProgress(model, train, options, signal);
  const { costs, seconds, stopped } = run;
  demandFinite(model, train, costs);
  const trainAccuracy = 100 * model.accuracyScore(train.X, train.Y);
  const testAccuracy = 100 * model.accuracyScore(test.X, test.Y);
  say(
    `Accuracy: ${trainAccuracy.toFixed(2)} % on the training set, ${testAccuracy.toFixed(2)} % on the test set`,
  );

  const folder = stopped ? `${options.save}-stopped` : options.save;
  const accuracy = { train: trainAccuracy, test: testAccuracy };
  const card = describe(model, data, backend, options, run, accuracy);
  await saveModel(folder, model.network, model.parameters, card);
  say(`Saved: ${folder}`);
  await classifyFirst(folder, data, test);
  model.dispose();
  tf.dispose([train.X, train.Y, test.X, test.Y]);

  if (options.json) {
    const { iterations } = run;
    const figures = { costs, trainAccuracy, testAccuracy, gradientCheck, model: folder };
    printJson({ backend: backend.name, layers, iterations, seconds, ...figures });
  }
  if (stopped) throw stopped;
}

function checkGradients(model: DeepNeuralNetwork, { X, Y }: Matrices) {
  const report = checkNetwork(model.network, model.parameters, X, Y);
  if (!report.passed) say(reportText(report));
  demandPassed(report);
  const { passed, maxRelativeError, parameters } = report;
  say(
    `Gradients: all ${parameters.length} agree with tf.variableGrads, to ${maxRelativeError.toExponential(1)}`,
  );
  return { passed, maxRelativeError };
}

/** Trains, with the costs on the screen as they come; a Ctrl-C ends it early. */
async function fitWithProgress(
  model: DeepNeuralNetwork,
  { X, Y }: Matrices,
  { iterations, learningRate }: TrainOptions,
  signal: AbortSignal,
) {
  const costs: Record<string, number> = {};
  const format =
    '{bar} {percentage} % | iteration {value} of {total} | cost {cost} | {eta_formatted} left';
  const bar = progressBar(format, iterations, { cost: '' });
  const start = performance.now();
  let done = 0;
  let stopped: AbortError | undefined;
  try {
    await model.fit(X, Y, {
      iterations,
      learningRate,
      signal,
      onEpochEnd: (i, cost) => {
        done = i + 1;
        if (cost === undefined) return bar.update(i + 1);
        costs[i] = cost;
        bar.update(i + 1, { cost: cost.toFixed(6) });
        bar.say(`Cost after iteration ${i}: ${cost.toFixed(6)}`);
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
  return { costs, seconds, stopped, iterations: done };
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
  { costs, iterations }: Awaited<ReturnType<typeof fitWithProgress>>,
  accuracy: Card['accuracy'],
): Card {
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
    hyperparameters: { optimizer: 'gradientDescent', learningRate, iterations, l2 },
    dataSet: { name: data.name, train: file('train'), test: file('test') },
    costs,
    accuracy,
    preprocessing: { height, width, channels, scale: '1/255', resize: 'the whole picture' },
    classNames: classes,
    versions: { handgrad: version, node: process.versions.node, ...backend.versions },
  };
}
