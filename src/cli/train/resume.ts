import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DataError, ModelError, ValueError } from '../../core/errors.js';
import { unreadable } from '../../files/reason.js';
import { readRegular } from '../../files/regular.js';
import { type Checkpoint, decodeCheckpoint } from '../../training/checkpoint.js';
import type { TrainOptions } from '../commands/train.js';
import { howOf, howRun, whatIsSought } from '../jobs/howRun.js';
import type { TrainData } from './data.js';
import { checkpointFile } from './fit.js';

/** A run that goes on: its options, and where it stood. */
export interface Resumed {
  readonly options: TrainOptions;
  readonly checkpoint: Checkpoint;
  /** @throws DataError if the data are not those that the run began with. */
  assertSame(data: TrainData): void;
}

/** What a checkpoint keeps beside the run: how it was asked for, and on which data. */
export function aboutRun(options: TrainOptions, { files, train: { m } }: TrainData): object {
  const { save, resume, json, report, data, ...others } = whatIsSought(options);
  return {
    options: { ...others, ...(data !== undefined && { data: resolve(data) }) },
    files: files.map(({ sha256 }) => sha256),
    m,
  };
}

/** What may be said beside --resume: what does not change the run. */
const mayChange: readonly string[] = [
  ...['resume', 'save', 'json', 'report', 'checkpointEvery', 'data'],
  ...howRun,
];

/**
 * The run whose checkpoint is in a folder.
 *
 * @throws ModelError if there is none; ValueError for options that would make it another run.
 */
export async function resumed(asked: TrainOptions, given: readonly string[]): Promise<Resumed> {
  // FOLDER-stopped holds the model of a run whose checkpoint is in FOLDER.
  const before = asked.resume!.replace(/-stopped$/, '');
  const folder = existsSync(checkpointFile(asked.resume!)) ? asked.resume! : before;
  const other = given.find((name) => !mayChange.includes(name));
  if (other !== undefined) {
    const flag = other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new ValueError(
      `--resume goes on with the options that the run began with. Leave out --${flag}.`,
    );
  }
  const file = checkpointFile(folder);
  const bytes = await readRegular(file, ModelError).catch((error) => {
    if (error instanceof ModelError) throw error;
    throw new ModelError(
      `${file} ${unreadable(error)}: there is no run to go on with in ${folder}. Name the folder that --save named; a run that has ended needs none.`,
    );
  });
  const { checkpoint, about } = decodeCheckpoint(bytes, file);
  const { options, files, m } = about as { options: TrainOptions; files: string[]; m: number };
  const { report, json, checkpointEvery, data, jobs, redis } = asked;
  if (options.shards === undefined && (jobs !== undefined || redis !== undefined)) {
    throw new ValueError(
      `--resume goes on as the run began, and that was without shards. Leave out --${jobs === undefined ? 'redis' : 'jobs'}.`,
    );
  }
  return {
    checkpoint,
    options: {
      ...options,
      ...howOf(asked),
      ...{ save: given.includes('save') ? asked.save : folder, report, json },
      ...(given.includes('checkpointEvery') && { checkpointEvery }),
      ...(data !== undefined && { data }),
    },
    assertSame: (found) => {
      const isSame =
        found.train.m === m && String(found.files.map(({ sha256 }) => sha256)) === String(files);
      if (isSame) return;
      throw new DataError(
        `The data have changed since the run began: ${found.files.map(({ path }) => path).join(', ')}. Put the files back, or begin anew without --resume.`,
      );
    },
  };
}
