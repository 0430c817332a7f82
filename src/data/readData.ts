import { DataError, HandgradError } from '../core/errors.js';
import { assertOptions, type Names } from '../core/options.js';
import { orDamaged } from '../files/damaged.js';
import { NoRegularFile, unreadable } from '../files/reason.js';
import { describeSource } from './describeSource.js';
import { formats } from './formats/index.js';
import type { OwnData, ReadDataOptions } from './sampleSet.js';
import { sourceAt } from './source.js';

/**
 * Your own data from a file or a folder: samples with their targets, and how new data becomes inputs.
 *
 *     const data = await readData('iris.csv', { target: ['species'] });
 *     data.train.shape; // [4]
 *     data.notes; // what was decided about the data, a sentence each
 *
 * It reads folders of pictures (a folder a class), CSV, JSON lines and Parquet tables, numpy's .npz and
 * .npy, MNIST's idx files and HDF5, told apart by what they hold. Nothing is scaled. `splitSamples`
 * splits a set, `fillMissing` then puts numbers where a table has none.
 *
 * @throws DataError that names the file, the place in it, what is wrong and the cure.
 */
export async function readData(path: string, options: ReadDataOptions = {}): Promise<OwnData> {
  assertOptions('readData', options, optionNames);
  return orDamaged(path, DataError, () =>
    readAs(path, options).catch((error) => {
      const { code, path: at = path } = Object(error) as NodeJS.ErrnoException;
      const isOfFile = typeof code === 'string' && !(error instanceof RangeError);
      if (error instanceof HandgradError || !(isOfFile || error instanceof NoRegularFile))
        throw error;
      throw new DataError(`${at} ${unreadable(error)}. Mend or remove it.`, { cause: error });
    }),
  );
}

async function readAs(path: string, options: ReadDataOptions): Promise<OwnData> {
  const source = await sourceAt(path);
  for (const format of formats) {
    if (await format.matches(source)) return await format.read(source, options);
  }
  const known = formats.map(({ title }) => title).join(', ');
  throw new DataError(`${describeSource(source)} handgrad reads ${known}.`);
}

const optionNames: Names<ReadDataOptions> = {
  target: true,
  task: true,
  missing: true,
  leaveOut: true,
  decimalComma: true,
  header: true,
  samples: true,
  size: true,
  grey: true,
  skipBroken: true,
  onProgress: true,
  signal: true,
};
