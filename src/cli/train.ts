import * as tf from '@tensorflow/tfjs-core';
import { ModelError, NumericError } from '../core/errors.js';
import type { Dataset } from '../data/dataset.js';
import { type Matrices, toMatrices } from '../data/pictureSet.js';
import { saveModel } from '../export/modelFolder.js';
import { assertWritable } from '../files/write.js';
import { assertInstalled, type Backend, useBackend } from '../runtime/backends.js';
import { DeepNeuralNetwork } from '../training/deepNeuralNetwork.js';
import { fittingBackend } from '../training/fittingBackend.js';
import { doubtAbout } from '../training/outcome.js';
import { chooseData } from './chooseData.js';
import type { TrainOptions } from './commands/train.js';
import { activationOf, startingModel } from './network.js';
import { assertReportFile, stoppedName, writeReport } from './reportFile.js';
import { commandName, printJson, say, warn } from './terminal.js';
import { cardOf, sizes } from './train/card.js';
import { type Fitted, fitWithProgress } from './train/fit.js';
import { type CheckedGradients, checkGradients } from './train/gradients.js';
import { durationOf, type Length, lengthOf } from './train/length.js';
import { printPlans, workOf } from './train/plans.js';
import { trainReport } from './trainReport.js';

/** `handgrad train`. */
export async function run(options: TrainOptions, signal: AbortSignal): Promise<void> {
  if (options.plan) return printPlans(options, signal);
  await assertWritable(options.save, ModelError);
  if (options.report !== undefined) await assertReportFile(options.report);
  assertInstalled(options.backend);
  const data = await chooseData(options.data, signal);
  const backend = await useBackend(options.backend, fittingBackend(workOf(options, data)));
  const sets = { train: toMatrices(data.train), test: toMatrices(data.test) };
  const model = modelFor(options, sets.train.X.shape[0], backend);
  const gradients = options.check ? await checkGradients(model, sets.train) : undefined;
  const length = lengthOf(options, data.train.m);
  const run = { ...length, ...(await fitWithProgress(model, sets.train, length, options, signal)) };
  const warnings = warningsAbout(model, sets.train, run);
  const accuracy = accuracyOf(model, sets);
  const trained = { model, data, sets, backend, gradients, run, warnings, accuracy };
  const { folder, report } = await save(trained, options);
  await classifyFirst(folder, data, sets.test);
  model.dispose();
  tf.dispose([{ ...sets.train }, { ...sets.test }]);
  if (options.json) printJson({ ...figuresOf(trained), model: folder, report });
  if (run.stopped) throw run.stopped;
}

interface Trained {
  readonly model: DeepNeuralNetwork;
  readonly data: Dataset;
  readonly sets: Readonly<Record<'train' | 'test', Matrices>>;
  readonly backend: Backend;
  readonly gradients?: CheckedGradients;
  readonly run: Length & Fitted;
  readonly warnings: readonly string[];
  /** In percent. */
  readonly accuracy: Readonly<Record<'train' | 'test', number>>;
}

function modelFor(options: TrainOptions, nX: number, backend: Backend): DeepNeuralNetwork {
  const { layers, activation, seed } = options;
  const model = startingModel(nX, layers, activationOf(activation), seed);
  say(`Network: ${sizes(model).join('-')}, ${activation} and sigmoid`);
  say(`Backend: ${backend.description}`);
  return model;
}

/**
 * What is to be said of the run before its model is saved.
 * @throws NumericError where the last update has led nowhere.
 */
function warningsAbout(model: DeepNeuralNetwork, { X, Y }: Matrices, { costs }: Fitted): string[] {
  const last = model.costFunction(X, Y);
  if (!Number.isFinite(last)) {
    throw new NumericError(
      `The cost is ${last} after the last update. Nothing was saved. Try a smaller learning rate.`,
    );
  }
  const doubt = doubtAbout(model.network, model.parameters, X, Y, costs[0]);
  if (doubt !== undefined) warn(doubt);
  return doubt === undefined ? [] : [doubt];
}

function accuracyOf(model: DeepNeuralNetwork, { train, test }: Trained['sets']) {
  const accuracy = {
    train: 100 * model.accuracyScore(train.X, train.Y),
    test: 100 * model.accuracyScore(test.X, test.Y),
  };
  const percent = (value: number) => `${value.toFixed(2)} %`;
  say(
    `Accuracy: ${percent(accuracy.train)} on the training set, ${percent(accuracy.test)} on the test set`,
  );
  return accuracy;
}

/** The model and, where it was asked for, the report; those of a run that was stopped beside the others. */
async function save(trained: Trained, options: TrainOptions) {
  const { model, data, sets, backend, gradients, run, warnings, accuracy } = trained;
  const { stopped } = run;
  const folder = stopped ? `${options.save}-stopped` : options.save;
  const card = cardOf(model, data, backend, options, run, accuracy);
  await saveModel(folder, model.network, model.parameters, card);
  say(`Saved: ${folder}`);
  if (options.report === undefined) return { folder };
  const report = stopped ? stoppedName(options.report) : options.report;
  const page = await trainReport({
    ...{ model, data, card, gradients, folder, warnings, seconds: run.seconds },
    X: { train: sets.train.X, test: sets.test.X },
    backend: backend.description,
    stopped: stopped?.message,
    unit: run.unit,
  });
  await writeReport(report, page);
  say(`Report: ${report}`);
  return { folder, report };
}

/** For --json. */
function figuresOf({ model, backend, gradients, run, warnings, accuracy }: Trained) {
  const { seconds, plan, costs } = run;
  return {
    ...{ backend: backend.name, layers: sizes(model), ...durationOf(run), seconds, plan, costs },
    ...{ trainAccuracy: accuracy.train, testAccuracy: accuracy.test, warnings },
    gradientCheck: gradients && {
      passed: gradients.report.passed,
      maxRelativeError: gradients.report.maxRelativeError,
      m: gradients.m,
    },
  };
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
