import { AbortError, JobError, ModelError, NumericError, ValueError } from '../core/errors.js';
import { assertSavable } from '../export/savable.js';
import { assertInstalled, useBackend } from '../runtime/backends.js';
import type { TuneOptions } from './commands/tune.js';
import { saving } from './ending.js';
import { attached } from './jobs/attach.js';
import { mixedText } from './jobs/workersThere.js';
import { assertReportFile, stoppedName, writeReport } from './reportFile.js';
import { commandName, print, printJson, say, table, warn } from './terminal.js';
import { trainData } from './train/data.js';
import { networkFor } from './train/network.js';
import { backendFor } from './train/plans.js';
import { scoreLine } from './train/scores.js';
import { settingsFor } from './train/settings.js';
import { candidatesOf, lasting, rungsOf } from './tune/candidates.js';
import { aboutSearch, type Found, jsonOf, notAll, type Search } from './tune/found.js';
import { jobsFor } from './tune/jobs.js';
import { Journal } from './tune/journal.js';
import { keep } from './tune/keep.js';
import { tunePage } from './tune/page.js';
import { preparedOn } from './tune/prepared.js';
import { resultTable } from './tune/results.js';
import { resumedSearch } from './tune/resume.js';
import { rankedSoFar, search } from './tune/search.js';
import { trainCommand } from './tune/trainCommand.js';
import { saveWinner } from './tune/winner.js';

/** `handgrad tune`. `given` are the names of the options on the command line. */
export async function run(
  typed: TuneOptions,
  signal: AbortSignal,
  typedNames: readonly string[],
): Promise<void> {
  const { asked, given } = await attached(typed, typedNames);
  const resumed = asked.resume === undefined ? undefined : await resumedSearch(asked, given);
  const options = withValidation(resumed?.options ?? asked);
  await assertSavable(options.save);
  await assertReportFile(options.report);
  assertInstalled(options.backend);
  const data = await trainData(options, signal);
  if (!data.validation) {
    throw new ValueError('tune chooses by a validation set. Give --validation 0.2.');
  }
  resumed?.assertSame(data);
  const asTyped = candidatesOf(options, data.isCourse);
  const { length } = settingsFor(asTyped[0], data);
  const candidates = lasting(asTyped, length, data);
  const settings = settingsFor(candidates[0], data);
  const network = networkFor(data, settings, candidates[0]);
  const backend = await useBackend(options.backend, backendFor(network, settings, data.train.m));
  const journal = resumed?.journal ?? (await Journal.begin(options.save, options, data));
  const rungs = rungsOf(options, candidates.length, length.times);
  say(`Backend: ${backend.description}`);
  const stairs = rungs.map(({ count, budget }) => `${count} for ${budget}`).join(', ');
  say(`Search: ${candidates.length} candidates, ${stairs} ${length.unit}s`);
  const prepared = preparedOn(data, backend);
  const about = { candidates, options, unit: length.unit, prepared, journal };
  const many = { ...{ candidates, rungs, prepared, journal, network }, options };
  const jobs = await jobsFor(many);
  try {
    const { strangers, run } = jobs;
    const found = await search(candidates, rungs, length.unit, { ...jobs, journal, signal });
    await finish({ ...about, ...found, mixed: strangers(), run });
  } catch (error) {
    if (error instanceof AbortError) {
      await keepWhatIsDone({ ...about, ranked: rankedSoFar(candidates, journal.latest()) });
    }
    throw error;
  } finally {
    await jobs.close();
  }
}

/** The course's data have no validation set unless one is asked for. */
const withValidation = (options: TuneOptions): TuneOptions =>
  options.data === undefined ? { validation: 0.2, ...options } : options;

/** Saves the winner, and shows what was tried. */
async function finish(found: Found): Promise<void> {
  const { ranked, journal, options, prepared, failures, mixed } = found;
  const [best] = ranked;
  if (!best && failures.length > 0) throw new JobError(failures[0].error);
  const state = await journal.state(best.index);
  if (!best.score) {
    throw new NumericError('Every candidate diverged. Give smaller values of --learning-rate.');
  }
  if (!state) {
    throw new ModelError(
      `The state of the best candidate is gone from ${options.save}. Search anew: --save and another folder.`,
    );
  }
  const { parts, place } = await saving(() => saveWinner(best.candidate, state, prepared));
  if (!place.trouble && failures.length === 0) await journal.end();
  const command = `${commandName} ${trainCommand(best.candidate)}`;
  const page = await tunePage(found, aboutSearch(found), { parts, command });
  await writeReport(options.report, page);
  if (!options.json) print(table(resultTable(found).cells));
  say(scoreLine(parts));
  if (mixed.length > 0) warn(mixedText(mixed));
  say(`Saved: ${place.folder}`);
  say(`Train: ${command}`);
  say(`Report: ${options.report}`);
  const winner = { best, parts, command, place };
  const results = {
    ...{ ...jsonOf(found, options.report, winner), ...(mixed.length > 0 && { mixed }) },
  };
  if (options.json) printJson(results);
  if (place.trouble) throw place.trouble;
  await keep(found, { results, page, model: place.folder });
  if (failures.length > 0) throw notAll(failures, found);
}

/** What was tried before a search was stopped. */
async function keepWhatIsDone(found: Search): Promise<void> {
  const { ranked, options, candidates } = found;
  const done = `${ranked.length} of ${candidates.length} candidates have results`;
  say(`Stopped: ${done}, and they are kept.`);
  say(`Go on: ${commandName} tune --resume ${options.save}`);
  const file = stoppedName(options.report);
  if (ranked.length > 0) {
    await writeReport(file, await tunePage(found, [...aboutSearch(found), ['stopped', done]]));
    if (!options.json) print(table(resultTable(found).cells));
    say(`Report: ${file}`);
  }
  if (options.json) printJson(jsonOf(found, ranked.length > 0 ? file : undefined));
}
