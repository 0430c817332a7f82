import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DataError } from '../core/errors.js';
import { unreadable } from '../files/reason.js';
import { readRegular } from '../files/regular.js';
import { type Dataset, parseDataset } from './dataset.js';

/**
 * Reads a folder with one pair of files train*.h5 and test*.h5 of the course's layout (see
 * `readPictureFile`). Where there are several, the pair of the course's cat set is taken. The name
 * is what the file names have in common: train_catvnoncat.h5 gives 'catvnoncat'.
 *
 * @throws DataError that names the file, what is wrong with it, and the cure.
 */
export async function loadDataset(folder: string): Promise<Dataset> {
  const { train, test, name } = await findPair(folder);
  return parseDataset(name || basename(resolve(folder)), {
    train: { path: join(folder, train), bytes: await readBytes(join(folder, train)) },
    test: { path: join(folder, test), bytes: await readBytes(join(folder, test)) },
  });
}

const CURE =
  'Give a folder with a pair of files such as train_catvnoncat.h5 and test_catvnoncat.h5; ' +
  '`handgrad data` downloads one.';

interface Pair {
  readonly train: string;
  readonly test: string;
  readonly name: string;
}

async function findPair(folder: string): Promise<Pair> {
  const names = await readdir(folder).catch((error) => {
    throw notRead(folder, 'folder', error);
  });
  const trains = names.filter((name) => /^train.*\.h5$/.test(name)).sort();
  const tests = names.filter((name) => /^test.*\.h5$/.test(name)).sort();
  if (trains.length === 0) throw new DataError(`${folder} has no file train*.h5. ${CURE}`);
  if (tests.length === 0) throw new DataError(`${folder} has no file test*.h5. ${CURE}`);

  const pairs = trains
    .map((train) => ({ train, test: train.replace('train', 'test'), name: nameOf(train) }))
    .filter(({ test }) => tests.includes(test));
  const course = pairs.find(({ name }) => name === 'catvnoncat');
  if (course) return course;
  if (pairs.length === 1) return pairs[0];
  if (trains.length === 1 && tests.length === 1) {
    return { train: trains[0], test: tests[0], name: nameOf(trains[0]) };
  }
  throw new DataError(
    `${folder} has several files to choose from: ${[...trains, ...tests].join(', ')}. ` +
      'Keep one pair in a folder.',
  );
}

/** train_catvnoncat.h5 -> catvnoncat; undefined for train.h5. */
function nameOf(train: string): string {
  return train.replace(/^train[-_.]?/, '').replace(/\.?h5$/, '');
}

async function readBytes(path: string): Promise<Uint8Array> {
  return readRegular(path, DataError, MAX_BYTES).catch((error) => {
    throw error instanceof DataError ? error : notRead(path, 'file', error);
  });
}

const MAX_BYTES = 2 ** 30;

function notRead(path: string, what: string, error: NodeJS.ErrnoException): DataError {
  const isFile = what === 'folder' && error.code === 'ENOTDIR';
  const reason = isFile ? 'is not a folder' : unreadable(error);
  return new DataError(`The ${what} ${path} ${reason}. ${CURE}`, { cause: error });
}
