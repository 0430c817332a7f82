import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { AbortError, DownloadError, HandgradError } from '../core/errors.js';
import type { Dataset } from './dataset.js';
import { parseBase } from './download/address.js';
import { fetchFile } from './download/fetchFile.js';
import { isAt, type KnownFile } from './download/knownFile.js';
import type { Pace } from './download/pace.js';
import { withPlaced } from './download/placed.js';
import { plainWords } from './download/words.js';

const github = 'https://raw.githubusercontent.com/jalimpia/catvnoncat/HEAD/datasets/';

const catSet: readonly KnownFile[] = [
  {
    name: 'train_catvnoncat.h5',
    bytes: 2_572_022,
    sha256: 'fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242',
  },
  {
    name: 'test_catvnoncat.h5',
    bytes: 616_958,
    sha256: '6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951',
  },
];

/** Whether a data set was read from the two files of the cat set, byte for byte. */
export const isCatSet = ({ files: { train, test } }: Dataset): boolean =>
  [train, test].every(({ sha256 }, i) => sha256 === catSet[i].sha256);

/** Whether both files of the cat set lie in a folder, byte for byte. */
export async function catSetIsIn(folder: string): Promise<boolean> {
  for (const file of catSet) if (!(await isAt(join(folder, file.name), file))) return false;
  return true;
}

export interface CatSetDownload {
  /** The folder for the files, made where it is missing. */
  readonly to: string;
  /** The address of the folder that has them; GitHub's unless it is given. */
  readonly from?: string;
  /** The silence in ms after which a server is given up; 30,000 unless it is given. */
  readonly stallMs?: number;
  /** The bytes a second that must come, over each `stallMs`; 1,000 unless they are given. */
  readonly leastSpeed?: number;
  /** The ms after which all must be there; 15 minutes unless they are given. */
  readonly deadlineMs?: number;
  /** Told of the bytes, of both files together, as they come. */
  readonly onProgress?: (progress: { received: number; total: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Downloads the two files of the cat set. Both are whole, with the size and the SHA-256 that were
 * expected, before either gets its name; a failure leaves nothing behind. A file that is there
 * already stays, and is not fetched again.
 * @throws DownloadError that says which file, from where, what went wrong, and the cure.
 * @throws AbortError when the signal fires.
 */
export async function downloadCatSet(
  options: CatSetDownload,
  files: readonly KnownFile[] = catSet,
): Promise<void> {
  try {
    await downloadMissing(options, files);
  } catch (error) {
    if (options.signal?.aborted) throw new AbortError('The download was stopped.');
    if (error instanceof HandgradError || !isSystemError(error)) throw error;
    throw new DownloadError(
      `The cat set cannot be written to ${options.to}: ${plainWords(error)}. ` +
        'Choose another folder with --to.',
      { cause: error },
    );
  }
}

async function downloadMissing(
  options: CatSetDownload,
  files: readonly KnownFile[],
): Promise<void> {
  const { to, from, onProgress, signal } = options;
  const base = parseBase(from || github);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let received = 0;
  const onBytes = (bytes: number) => {
    received += bytes;
    onProgress?.({ received, total });
  };

  const missing: KnownFile[] = [];
  for (const file of files) {
    if (await isThere(join(to, file.name), file)) onBytes(file.bytes);
    else missing.push(file);
  }
  if (missing.length === 0) return;

  const pace = paceOf(options);
  await withPlaced(to, async (staging, place) => {
    for (const file of missing) {
      const source = { file, url: new URL(file.name, base), pace, signal };
      await fetchFile(source, join(staging, file.name), onBytes);
    }
    signal?.throwIfAborted();
    for (const { name } of missing) await place(name);
  });
}

function paceOf({
  stallMs = 30_000,
  leastSpeed = 1000,
  deadlineMs = 900_000,
}: CatSetDownload): Pace {
  return { stallMs, leastSpeed, deadlineMs, endsAt: Date.now() + deadlineMs };
}

/** @throws DownloadError where something else than the file has its name: it may be dear to someone. */
async function isThere(path: string, file: KnownFile): Promise<boolean> {
  if (!(await lstat(path).catch(() => undefined))) return false;
  if (await isAt(path, file)) return true;
  throw new DownloadError(
    `${path} is there already, but is not the file of the cat set. ` +
      'Move it away, or choose another folder with --to.',
  );
}

const isSystemError = (error: unknown) =>
  typeof (error as NodeJS.ErrnoException | undefined)?.syscall === 'string';
