import { JobError, NumericError } from '../core/errors.js';
import { assertInstalled, useBackend } from '../runtime/backends.js';
import { csvOf } from '../text/csv.js';
import type { CrossValidateOptions } from './commands/crossValidate.js';
import type { TrainOptions } from './commands/train.js';
import { askedFor, attached } from './crossValidate/attach.js';
import { foldAll } from './crossValidate/foldAll.js';
import { foldData } from './crossValidate/foldData.js';
import { jobsFor } from './crossValidate/jobs.js';
import { foldPage } from './crossValidate/page.js';
import type { Planned } from './crossValidate/planned.js';
import { foldTable, summaryOf } from './crossValidate/results.js';
import { keepResults } from './jobs/keepResults.js';
import { mixedText } from './jobs/workersThere.js';
import { assertReportFile, writeReport } from './reportFile.js';
import { inThisCommand, print, printJson, say, table, warn } from './terminal.js';
import { wholeData } from './train/data.js';
import { networkFor } from './train/network.js';
import { backendFor } from './train/plans.js';
import { settingsFor } from './train/settings.js';
import { lasting } from './tune/candidates.js';

/** `handgrad cross-validate`. `given` are the names of the options on the command line. */
export async function run(
  typed: CrossValidateOptions,
  signal: AbortSignal,
  given: readonly string[],
): Promise<void> {
  const options = await attached(typed, given);
  for (const path of [options.csv, options.html]) if (path) await assertReportFile(path);
  const planned = await plan(options, signal);
  const { whole, backend, length } = planned;
  const jobs = await jobsFor(planned);
  try {
    const outcomes = await foldAll(planned, jobs, signal);
    const results = outcomes.map((one) => (one.status === 'done' ? one.result : undefined));
    const failed = outcomes.flatMap((one) => (one.status === 'failed' ? [one] : []));
    const done = results.flatMap((one) => one ?? []);
    if (done.length === 0) throw new JobError(failed[0].error);
    if (!done.some(({ metrics }) => metrics)) {
      throw new NumericError('Every fold diverged. Give a smaller --learning-rate.');
    }
    const cells = foldTable(results);
    const mixed = jobs.strangers();
    const folds = results.map((result, i) => ({ fold: i + 1, ...result }));
    const about: [string, string][] = [
      ['data', whole.name],
      ['samples', String(whole.train.m)],
      ['folds', String(options.folds)],
      [`${length.unit}s`, String(length.times)],
      ['seed', String(options.seed)],
      ['backend', backend.description],
    ];
    if (!options.json) print(table(cells));
    if (mixed.length > 0) warn(mixedText(mixed));
    const csv = csvOf(cells);
    const page = foldPage(whole.name, about, cells);
    if (options.csv) {
      await writeReport(options.csv, csv);
      say(`CSV: ${options.csv}`);
    }
    if (options.html) {
      await writeReport(options.html, page);
      say(`Page: ${options.html}`);
    }
    const json = {
      ...{ backend: backend.name, folds, ...summaryOf(done) },
      ...(mixed.length > 0 && { mixed }),
    };
    const kept = { run: jobs.run, asked: askedFor(options), backend: backend.description };
    await keepResults({ ...kept, data: whole.files, results: json, table: csv, page });
    if (options.json) printJson(json);
    if (failed.length > 0) {
      throw new JobError(
        `${failed.length} of ${options.folds} folds failed, and are in no mean. Run it once more.`,
      );
    }
  } finally {
    await jobs.close();
  }
}

/** What is trained and where, decided once for all folds and said. */
async function plan(options: CrossValidateOptions, signal: AbortSignal): Promise<Planned> {
  assertInstalled(options.backend);
  const whole = await wholeData(options, signal);
  const { folds, seed } = options;
  const first = foldData(whole, { fold: 0, folds, seed });
  say(`Data: ${whole.name}: ${whole.train.m} samples in ${folds} folds`);
  for (const note of whole.notes) say(`      ${inThisCommand(note)}`);
  for (const part of ['validation', 'test'] as const) {
    if (whole[part]) say(`      Its ${part} set is left alone: ${whole[part].m} samples.`);
  }
  const { redis, prefix, store, jobs, retries, allowMixed, attach, csv, html, ...kept } = options;
  const optimizer = options.optimizer ?? (whole.isCourse ? 'gradientDescent' : 'adam');
  const asked: TrainOptions = {
    ...{ ...kept, optimizer, json: undefined, earlyStopping: false, check: false },
    ...{ save: '', checkpointEvery: 1 },
  };
  const { length } = settingsFor(asked, first);
  const [candidate] = lasting([asked], length, first);
  const settings = settingsFor(candidate, first);
  const network = networkFor(first, settings, candidate);
  const backend = await useBackend(options.backend, backendFor(network, settings, first.train.m));
  say(`Backend: ${backend.description}`);
  say(`Folds: ${folds}, ${length.times} ${length.unit}s each, with ${optimizer}`);
  return { options, whole, first, candidate, length, network, backend };
}
