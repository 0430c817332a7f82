import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HandgradError, ModelError, NumericError } from '../core/errors.js';
import { disposeReplaced } from '../core/tensors.js';
import { fitTargets } from '../data/prepare.js';
import { fitScaling } from '../data/scaling.js';
import { shapeInWords, sizesOf } from '../export/architecture.js';
import type { Card } from '../export/card.js';
import type { SavedModel } from '../export/modelFolder.js';
import { assertSavable } from '../export/savable.js';
import { assertRoom, writeWhole } from '../files/write.js';
import { assertInstalled, useBackend } from '../runtime/backends.js';
import { DeepNeuralNetwork } from '../training/deepNeuralNetwork.js';
import { doubtAbout } from '../training/outcome.js';
import type { TrainOptions } from './commands/train.js';
import { saving } from './ending.js';
import { attached } from './jobs/attach.js';
import { mixedText } from './jobs/workersThere.js';
import { assertReportFile, stoppedName, writeReport } from './reportFile.js';
import { commandName, printJson, say, warn } from './terminal.js';
import { cardText, inputWord } from './train/cardText.js';
import { type TrainData, trainData } from './train/data.js';
import { feedOf, judgedOf } from './train/feed.js';
import { findRate } from './train/findLearningRate.js';
import { firstAnswer } from './train/firstAnswer.js';
import { checkpointFile, type Fitted, fitWithProgress } from './train/fit.js';
import { type CheckedGradients, checkGradients } from './train/gradients.js';
import { keep } from './train/keep.js';
import { durationOf, type Length } from './train/length.js';
import { networkFor } from './train/network.js';
import { backendFor, printPlans } from './train/plans.js';
import { aboutRun, type Resumed, resumed } from './train/resume.js';
import { type Place, saveSomewhere } from './train/saveSomewhere.js';
import { metricsJson, scoreLine } from './train/scores.js';
import { classWeightFor, optimizerFor, settingsFor } from './train/settings.js';
import { shardsOf } from './train/shards/shardsOf.js';
import { withShards } from './train/shards/withShards.js';
import { startFrom } from './train/startFrom.js';
import { type Judgement, judge, lastOf, type Prepared, wholeOf } from './train/whole.js';
import { trainReport } from './trainReport.js';

/** `handgrad train`. `given` are the names of the options on the command line. */
export async function run(
  typed: TrainOptions,
  signal: AbortSignal,
  typedNames: readonly string[] = [],
): Promise<void> {
  const { asked, given } = await attached(typed, typedNames);
  if (asked.plan) return printPlans(asked, signal);
  if (asked.findLearningRate) {
    return findRate(asked, () => prepare(asked, signal, undefined), signal);
  }
  const resume = asked.resume === undefined ? undefined : await resumed(asked, given);
  const options = withShards(resume?.options ?? asked);
  await assertSavable(options.save, ['last'], ['README.md', basename(checkpointFile(''))]);
  await assertSavable(stoppedFolder(options.save), ['last'], ['README.md']);
  if (options.report !== undefined) await assertReportFile(options.report);
  assertInstalled(options.backend);
  const prepared = await prepare(options, signal, resume);
  await assertRoom(options.save, roomFor(prepared), ModelError);
  const trained = await trainOn(prepared, options, signal, resume);
  const saved = await saving(() => save(trained, options));
  await useFirst(saved.folder, prepared);
  const { folder, report } = saved;
  const results = { ...figuresOf(trained), model: folder, report };
  const { sharedAs, run } = trained;
  const isKept = sharedAs !== undefined && !run.stopped;
  const unkept = isKept && (await orWarn(keep(sharedAs, { ...trained, folder }, options, results)));
  dispose(trained);
  if (options.json) printJson(results);
  const trouble = saved.trouble ?? unkept;
  if (trouble) throw trouble;
  if (run.stopped) throw run.stopped;
}

const stoppedFolder = (folder: string) => `${folder}-stopped`;

/**
 * Bytes: the model and the last epoch, and a checkpoint, which has the parameters up to five times, with
 * what the optimizer keeps, those of the best epoch and of the last.
 */
function roomFor({ model }: Prepared): number {
  const numbers = Object.values(model.parameters).reduce((sum, { size }) => sum + size, 0);
  return 4 * numbers * (2 + 5) + 1e6;
}

async function prepare(
  options: TrainOptions,
  signal: AbortSignal,
  resume: Resumed | undefined,
): Promise<Prepared> {
  const data = await trainData(options, signal);
  resume?.assertSame(data);
  const settings = settingsFor(options, data);
  const tensors = {
    scaling: fitScaling(data.train, settings.scale),
    flat: settings.kind === 'dense',
    targetScaling: fitTargets(data.train),
  };
  const network = networkFor(data, settings, options);
  const preference = backendFor(network, settings, data.train.m);
  // Shards are computed side by side: a thread each, and so the same order of sums on any machine.
  const inShards = options.shards !== undefined && { threads: 1 };
  const backend = await useBackend(options.backend, { ...preference, ...inShards });
  const model = options.from
    ? await startFrom(options.from, network, options, tensors)
    : new DeepNeuralNetwork(network, { seed: options.seed });
  say(`Network: ${networkInWords(model, options)}`);
  say(`Backend: ${backend.description}`);
  const optimizer = optimizerFor(options, data, settings, network);
  return { data, settings, tensors, model, optimizer, backend };
}

/** 12288-20-7-5-1, relu and sigmoid */
function networkInWords({ network }: DeepNeuralNetwork, { activation }: TrainOptions): string {
  const { loss } = network;
  const output = { binaryCrossEntropy: 'sigmoid', categoricalCrossEntropy: 'softmax' }[loss.name];
  return `${shapeInWords(network)}, ${activation} and ${output ?? 'linear'}`;
}

interface Trained extends Prepared {
  readonly gradients?: CheckedGradients;
  readonly run: Length & Fitted;
  readonly warnings: readonly string[];
  readonly parts: readonly Judgement[];
  readonly card: Card;
  /** As it is saved. The run owns its parameters. */
  readonly whole: SavedModel;
  /** The last epoch, where the best one is the model. */
  readonly last?: SavedModel;
  /** Workers that round otherwise, or are of another version. */
  readonly mixed: readonly string[];
  /** The run's name, where workers had a part in it. */
  readonly sharedAs?: string;
}

async function trainOn(
  prepared: Prepared,
  options: TrainOptions,
  signal: AbortSignal,
  resume: Resumed | undefined,
): Promise<Trained> {
  const { data, settings, tensors, model, optimizer } = prepared;
  const gradients = options.check ? await checkGradients(model, data.train, tensors) : undefined;
  const { length } = settings;
  const shards =
    options.shards === undefined ? undefined : await shardsOf(prepared, options, signal);
  const feed = shards ?? feedOf(data.train, tensors, options, length.batchSize);
  const validation = data.validation && judgedOf(data.validation, tensors);
  const work = {
    ...{ model, feed, validation, settings, optimizer },
    classWeight: shards ? undefined : classWeightFor(options, data),
    resume: resume?.checkpoint,
    onDone: shards?.onDone,
    about: aboutRun(options, data),
  };
  const fitted = await fitWithProgress(work, options, signal).finally(() => shards?.close());
  if ('dispose' in feed) feed.dispose();
  const mixed = shards?.strangers() ?? [];
  if (mixed.length > 0) warn(mixedText(mixed));
  const run = { ...length, ...fitted };
  validation?.dispose?.();
  const parts = await judge(prepared, model.parameters);
  const warnings = warningsAbout(parts, prepared, run);
  say(scoreLine(parts));
  const whole = wholeOf(prepared, model.parameters, run, parts, options);
  const last = run.last && (await lastOf(prepared, run.last, run, options));
  const { card } = whole;
  return {
    ...{ ...prepared, gradients, run, warnings, parts, card, whole, last },
    ...{ mixed, sharedAs: shards?.run },
  };
}

/**
 * What is to be said of the run before its model is saved.
 * @throws NumericError where the last update has led nowhere.
 */
function warningsAbout(
  parts: readonly Judgement[],
  { model, data }: Prepared,
  { costs }: Fitted,
): string[] {
  const [{ cost }] = parts;
  if (!Number.isFinite(cost)) {
    throw new NumericError(
      `The cost is ${cost} after the last update. Nothing was saved. Try a smaller learning rate.`,
    );
  }
  const doubt = doubtAbout(model.network, parts[0], Object.values(costs)[0]);
  // Of a network that has learned nothing, one sentence is enough.
  const others = doubt === undefined ? neverIn(parts) : [];
  const warnings = [...(doubt === undefined ? [] : [doubt]), ...others, ...smallClasses(data)];
  for (const warning of warnings) warn(warning);
  return warnings;
}

/** Classes that are there, and that the network never gives. */
function neverIn(parts: readonly Judgement[]): string[] {
  const judged = parts.at(-1)!;
  if (judged.judgement.kind !== 'classes') return [];
  const { neverPredicted } = judged.judgement.metrics;
  if (neverPredicted.length === 0) return [];
  return [
    `The network never answers ${neverPredicted.join(', ')} on the ${judged.name} set. Try --class-weight balanced, or give more samples of ${neverPredicted.length === 1 ? 'that class' : 'those classes'}.`,
  ];
}

/** A class with so few samples is learned by heart. */
const fewSamples = 5;

function smallClasses({ train: { targets } }: TrainData): string[] {
  if (targets.kind === 'numbers') return [];
  const counts = targets.classes.map(() => 0);
  for (const label of targets.labels) counts[label]++;
  const small = targets.classes.filter((_, k) => counts[k] < fewSamples);
  if (small.length === 0) return [];
  const listed = small.slice(0, 5).join(', ');
  return [
    `Few training samples, below ${fewSamples}, of ${listed}${small.length > 5 ? ', …' : ''}: what the network says of ${small.length === 1 ? 'it' : 'them'} is worth little.`,
  ];
}

/** The model and, where it was asked for, the report; those of a run that was stopped beside the others. */
async function save(trained: Trained, options: TrainOptions): Promise<Place & { report?: string }> {
  const { run, whole, last } = trained;
  const { stopped } = run;
  const asked = stopped ? stoppedFolder(options.save) : options.save;
  const { folder, trouble } = await saveSomewhere(asked, { '': whole, last });
  say(`Saved: ${folder}${last ? `, the last epoch in ${join(folder, 'last')}` : ''}`);
  await orWarn(writeWhole(join(folder, 'README.md'), cardText(trained, folder), ModelError));
  if (stopped) say(`Go on: ${commandName} train --resume ${options.save}`);
  else if (!trouble) await rm(checkpointFile(folder), { force: true }).catch(() => {});
  if (options.report === undefined) return { folder, trouble };
  const report = stopped ? stoppedName(options.report) : options.report;
  const unwritten = await orWarn(trainReport({ ...trained, folder }).then((page) => writeReport(report, page))); // biome-ignore format: one line
  if (unwritten) return { folder, trouble: trouble ?? unwritten };
  say(`Report: ${report}`);
  return { folder, report, trouble };
}

/** What goes wrong beside a model that is saved is said, and does not keep the rest from being done. */
async function orWarn(work: Promise<void>): Promise<HandgradError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
    warn(error.message);
    return error;
  }
}

/** For --json. */
function figuresOf({ model, backend, gradients, run, warnings, parts, data, mixed }: Trained) {
  const { seconds, plan, costs } = run;
  const { targets } = data.train;
  const isClasses = targets.kind === 'classes';
  const accuracy = Object.fromEntries(
    parts.map((part) => [
      `${part.name}Accuracy`,
      (metricsJson(part) as { accuracy?: number }).accuracy,
    ]),
  );
  return {
    ...{ backend: backend.name, layers: sizesOf(model.network), ...durationOf(run) },
    ...{ seconds, plan, costs, ...accuracy, warnings },
    task: isClasses ? 'classification' : 'regression',
    ...(isClasses ? { classes: targets.classes } : { targets: targets.names }),
    metrics: Object.fromEntries(parts.map((part) => [part.name, metricsJson(part)])),
    ...(mixed.length > 0 && { mixed }),
    gradientCheck: gradients && {
      passed: gradients.report.passed,
      maxRelativeError: gradients.report.maxRelativeError,
      m: gradients.m,
    },
  };
}

/** Gives the first test sample to the model as it lies on disk. */
async function useFirst(folder: string, { data, tensors }: Prepared): Promise<void> {
  const { test, input } = data;
  const saved = await DeepNeuralNetwork.load(folder);
  if (test) say(firstAnswer(saved, data, tensors));
  saved.dispose();
  const verb = data.train.targets.kind === 'classes' ? 'Classify' : 'Predict';
  say(`${verb} yours: ${commandName} predict --model ${folder} ${inputWord(input)}`);
}

function dispose({ model, whole, last, tensors: _ }: Trained): void {
  disposeReplaced(whole.params, {});
  disposeReplaced(last?.params ?? {}, {});
  model.dispose();
}
