import { AbortError, ModelError, NumericError, ValueError } from '../core/errors.js';
import { disposeReplaced } from '../core/tensors.js';
import type { TensorOptions } from '../data/prepare.js';
import { fitTargets } from '../data/prepare.js';
import type { Scaling } from '../data/scaling.js';
import { fitScaling } from '../data/scaling.js';
import { saveModel } from '../export/modelFolder.js';
import { assertWritable } from '../files/write.js';
import { assertInstalled, type Backend, useBackend } from '../runtime/backends.js';
import type { Checkpoint } from '../training/checkpoint.js';
import { logsOf } from '../training/history.js';
import { halving, type Ranked } from '../training/search/halving.js';
import type { TrainOptions } from './commands/train.js';
import type { TuneOptions } from './commands/tune.js';
import { assertReportFile, writeReport } from './reportFile.js';
import { commandName, print, printJson, say, table } from './terminal.js';
import { cardOf } from './train/card.js';
import { type TrainData, trainData } from './train/data.js';
import { judgedOf } from './train/feed.js';
import { finished, networkFor } from './train/network.js';
import { backendFor } from './train/plans.js';
import { judgePart, metricsJson, scoreLine } from './train/scores.js';
import { optimizerFor, settingsFor } from './train/settings.js';
import { candidatesOf, cellsOf, columns, rungsOf } from './tune/candidates.js';
import { Journal, type Result } from './tune/journal.js';
import { tunePage } from './tune/page.js';
import { modelAt, trial } from './tune/trial.js';

/** `handgrad tune`. `given` are the names of the options on the command line. */
export async function run(
  asked: TuneOptions,
  signal: AbortSignal,
  given: readonly string[],
): Promise<void> {
  const resumed =
    asked.resume === undefined ? undefined : await Journal.resume(asked.resume, given);
  const options = { ...(resumed?.options ?? asked), report: asked.report, json: asked.json };
  await assertWritable(options.save, ModelError);
  await assertReportFile(options.report);
  assertInstalled(options.backend);
  const data = await trainData(withValidation(options), signal);
  if (!data.validation) {
    throw new ValueError('tune chooses by a validation set. Give --validation 0.2.');
  }
  resumed?.assertSame(data);
  const candidates = candidatesOf(options, data.isCourse);
  const settings = settingsFor(candidates[0], data);
  const backend = await useBackend(
    options.backend,
    backendFor(networkFor(data, settings, candidates[0]), settings, data.train.m),
  );
  const journal = resumed?.journal ?? (await Journal.begin(options.save, options, data));
  const rungs = rungsOf(options, candidates.length, settings.length.times);
  say(`Backend: ${backend.description}`);
  const stairs = rungs.map(({ count, budget }) => `${count} for ${budget}`).join(', ');
  say(`Search: ${candidates.length} candidates, ${stairs} ${settings.length.unit}s`);
  const tensors = {
    scaling: fitScaling(data.train, settings.scale),
    flat: settings.kind === 'dense',
    targetScaling: fitTargets(data.train),
  };
  const score = async (candidate: TrainOptions, budget: number, index: number) => {
    const known = journal.find(index, budget);
    if (known) return known.score;
    const place = { index, budget, isHalving: rungs.length > 1 };
    const found = await trial(candidate, { data, tensors }, place, journal, signal);
    await journal.add(found);
    say(`${index + 1}: ${cellsOf(candidate).join(', ')}, ${budget}: ${reached(found)}`);
    return found.score;
  };
  const onOut = (index: number) => journal.drop(index);
  const ranked = await halving(candidates, rungs, { score, onOut }).catch((error) => {
    if (error instanceof AbortError) {
      say(`Kept: ${journal.results.length} results`);
      say(`Go on: ${commandName} tune --resume ${options.save}`);
    }
    throw error;
  });
  const [best] = ranked;
  const state = await journal.state(best.index);
  if (!best.score || !state) {
    throw new NumericError('Every candidate diverged. Give smaller --learning-rates.');
  }
  const parts = await saveBest(best.candidate, state, { data, tensors, backend }, options);
  await journal.end();
  const rows = rowsOf(ranked, journal);
  if (!options.json) print(table([columns, ...rows]));
  await writeReport(options.report, await tunePage(data.name, rows, ranked, parts));
  say(scoreLine(parts));
  say(`Saved: ${options.save}`);
  say(`Report: ${options.report}`);
  if (!options.json) return;
  printJson({
    backend: backend.name,
    candidates: ranked.map(({ index, budget }) => journal.find(index, budget)),
    best: { index: best.index, ...chosen(best.candidate) },
    metrics: Object.fromEntries(parts.map((part) => [part.name, metricsJson(part)])),
    ...{ model: options.save, report: options.report },
  });
}

/** The course's data have no validation set unless one is asked for. */
const withValidation = (options: TuneOptions): TuneOptions =>
  options.data === undefined ? { validation: 0.2, ...options } : options;

const reached = ({ metrics }: Result): string => {
  if (!metrics) return 'diverged';
  const { accuracy, rmse } = metrics;
  return accuracy === undefined ? `RMSE ${rmse.toPrecision(4)}` : `${accuracy.toFixed(2)} %`;
};

const rowsOf = (ranked: readonly Ranked<TrainOptions>[], journal: Journal): string[][] =>
  ranked.map(({ candidate, index, budget }) => [
    ...cellsOf(candidate),
    String(budget),
    reached(journal.find(index, budget)!),
  ]);

const chosen = ({ learningRate, layers, optimizer, dropout, l2, batchSize }: TrainOptions) => ({
  ...{ learningRate, layers, optimizer, dropout, l2, batchSize },
});

/** The winner as `train` saves a model: here alone the test set is looked at. */
async function saveBest(
  candidate: TrainOptions,
  checkpoint: Checkpoint,
  {
    data,
    tensors,
    backend,
  }: {
    data: TrainData;
    tensors: TensorOptions & { readonly scaling: Scaling };
    backend: Backend;
  },
  { save }: TuneOptions,
) {
  const model = modelAt(candidate, data, checkpoint);
  const { network, parameters: params } = model;
  const { scaling, targetScaling } = tensors;
  const parts: Awaited<ReturnType<typeof judgePart>>[] = [];
  for (const name of ['train', 'validation', 'test'] as const) {
    const set = data[name];
    if (!set) continue;
    const samples = judgedOf(set, tensors);
    parts.push(await judgePart(name, set, samples, { network, params }, targetScaling));
    samples.dispose?.();
  }
  const settings = settingsFor(candidate, data);
  const optimizer = optimizerFor(candidate, data, settings, network);
  const { history, epoch: done } = checkpoint;
  const costs = Object.fromEntries(history.epoch.map((at, i) => [at, history.history.cost[i]]));
  const logs = Object.fromEntries(history.epoch.map((at) => [at, logsOf(history, at)]));
  const run = { ...settings.length, costs, logs, seconds: 0, done };
  const card = cardOf({ network, data, scaling, backend, optimizer, run, parts }, candidate);
  const whole = finished(network, params, data.train, scaling, targetScaling);
  try {
    await saveModel(save, whole.network, whole.params, card);
  } finally {
    disposeReplaced(whole.params, {});
    model.dispose();
  }
  return parts;
}
