import { DataError, ModelError, ValueError } from '../../core/errors.js';
import { parseJson } from '../../files/json.js';
import { unreadable } from '../../files/reason.js';
import { readRegular } from '../../files/regular.js';
import { writeWhole } from '../../files/write.js';
import type { TuneOptions } from '../commands/tune.js';
import { howRun } from '../jobs/howRun.js';
import type { TrainData } from '../train/data.js';
import { Journal, journalFile, type Result, sums } from './journal.js';

/** A search that goes on. */
export interface ResumedSearch {
  readonly journal: Journal;
  readonly options: TuneOptions;
  /** @throws DataError if the data are not those that the search began with. */
  assertSame(data: TrainData): void;
}

/** What may be said beside --resume: what does not change the search. */
const mayChange: readonly string[] = [
  'resume',
  'report',
  'json',
  'checkpointEvery',
  'data',
  ...howRun,
];

/**
 * The search that was stopped in a folder, and what it was asked.
 *
 * @throws ModelError if none lies there; ValueError for options that would make it another search.
 */
export async function resumedSearch(
  asked: TuneOptions,
  given: readonly string[],
): Promise<ResumedSearch> {
  const other = given.find((name) => !mayChange.includes(name));
  if (other !== undefined) {
    const flag = other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new ValueError(
      `--resume goes on with the options that the search began with. Leave out --${flag}.`,
    );
  }
  const folder = asked.resume!;
  const [about, ...results] = await linesOf(folder);
  const { report, json, checkpointEvery, data } = asked;
  const how = Object.fromEntries(howRun.map((name) => [name, asked[name]]));
  return {
    journal: new Journal(folder, results as unknown as Result[]),
    options: {
      ...(about.options as TuneOptions),
      ...{ save: folder, resume: folder, report, json, ...how },
      ...(given.includes('checkpointEvery') && { checkpointEvery }),
      ...(data !== undefined && { data }),
    },
    assertSame: (data) => {
      const { files, m } = about;
      if (JSON.stringify(sums(data)) === JSON.stringify({ files, m })) return;
      throw new DataError(
        `The search in ${folder} began with other data than ${data.files.map(({ path }) => path).join(', ')}. Put the files back, or search anew: --save and another folder.`,
      );
    },
  };
}

type Line = Readonly<Record<string, unknown>>;

/** What the journal says: how the search was asked for, and its results. */
async function linesOf(folder: string): Promise<Line[]> {
  const file = journalFile(folder);
  const bytes = await readRegular(file, ModelError).catch((error) => {
    if (error instanceof ModelError) throw error;
    throw new ModelError(`${file} ${unreadable(error)}: no search lies in ${folder}.`);
  });
  const text = new TextDecoder().decode(bytes);
  // A line that was being written when the machine stopped has no end.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole.split('\n').filter(Boolean).map(parsed);
  if (lines.length === 0 || lines.some((line) => line === undefined) || !lines[0]!.options) {
    throw new ModelError(
      `${file} is not the journal of a search, or is damaged. Remove it, and search anew.`,
    );
  }
  if (lines.at(-1)!.done === true) {
    throw new ModelError(`The search in ${folder} has ended: there is nothing to go on with.`);
  }
  if (whole !== text) await writeWhole(file, whole, ModelError);
  return lines as Line[];
}

function parsed(line: string): Line | undefined {
  try {
    return Object(parseJson(line, 'A line', ModelError)) as Line;
  } catch {
    return undefined;
  }
}
