import type { File } from 'h5wasm';
import { DataError } from '../core/errors.js';
import { Budget } from '../files/bounds.js';
import { isHdf5, typeName, valuesIn } from './hdf5Datasets.js';
import { readInMemory, writeInMemory } from './hdf5Memory.js';
import type { PictureSet } from './pictureSet.js';

/** The part of a set that a file contains; its dataset names start with it. */
export type Part = 'train' | 'test';

/**
 * Reads the pictures of an HDF5 file in the course's layout. For the part 'train':
 *
 * - train_set_x (m, height, width, channels), bytes
 * - train_set_y (m), integers 0 and 1
 * - list_classes (2), the names of the classes
 *
 * Also runs in browsers: HDF5 uses an in-memory file system, so links in the file cannot reach other
 * files. Declared sizes are checked against the file size before anything is read.
 *
 * @param fileName used in error messages.
 * @throws DataError if the file is not HDF5, is truncated or corrupted, or has another layout.
 */
export async function readPictureFile(
  bytes: Uint8Array,
  fileName: string,
  part: Part,
): Promise<PictureSet> {
  if (!isHdf5(bytes)) {
    throw new DataError(
      `${fileName} is not an HDF5 file: its first bytes are not those of one. ` +
        'Give a file as written by h5py or by handgrad.',
    );
  }
  try {
    return await readInMemory(bytes, (file) =>
      readSet(file, new Budget(fileName, bytes.length, DataError), fileName, part),
    );
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(
      `${fileName} is cut off or damaged: HDF5 cannot read it. Copy or download it once more.`,
      { cause: error },
    );
  }
}

/**
 * The bytes of an HDF5 file for `readPictureFile` and the course's own loader. The same set always
 * gives the same bytes.
 */
export async function writePictureFile(set: PictureSet, part: Part): Promise<Uint8Array> {
  const { m, height, width, channels, classes } = set;
  const nameSize = Math.max(...classes.map((name) => new TextEncoder().encode(name).length));
  return writeInMemory((file) => {
    file.create_dataset({
      name: `${part}_set_x`,
      data: set.pictures,
      shape: [m, height, width, channels],
      dtype: '<B',
    });
    file.create_dataset({
      name: `${part}_set_y`,
      data: BigInt64Array.from(set.labels, BigInt),
      shape: [m],
      dtype: '<q',
    });
    file.create_dataset({ name: 'list_classes', data: [...classes], dtype: `S${nameSize}` });
  });
}

function readSet(file: File, budget: Budget, fileName: string, part: Part): PictureSet {
  const open = (name: string) => openDataset(file, budget, fileName, name);
  const x = open(`${part}_set_x`);
  const y = open(`${part}_set_y`);
  const list = open('list_classes');

  x.expect(
    /^uint8$/,
    [undefined, undefined, undefined, 3],
    'pictures: uint8 (m, height, width, 3)',
  );
  y.expect(/^u?int(8|16|32|64)$/, [undefined], 'labels: little-endian integers (m)');
  list.expect(/^string$/, [2], 'the names of two classes: strings (2)');
  const [m, height, width, channels] = x.shape;
  if (m !== y.shape[0]) {
    throw new DataError(
      `${fileName}: ${x.name} has ${m} pictures, but ${y.name} has ${y.shape[0]} labels. ` +
        'Write one label for each picture.',
    );
  }
  if (m * height * width === 0) {
    throw new DataError(
      `${fileName}: ${x.name} is empty, its shape is (${x.shape.join(', ')}). ` +
        'Give at least one picture.',
    );
  }
  const labels = Array.from(y.read() as ArrayLike<number | bigint>, Number);
  const stray = labels.findIndex((label) => label !== 0 && label !== 1);
  if (stray >= 0) {
    throw new DataError(
      `${fileName}: ${y.name}[${stray}] is ${labels[stray]}. Every label must be 0 or 1, ` +
        'a place in list_classes.',
    );
  }
  return {
    pictures: x.read() as Uint8Array,
    labels: Uint8Array.from(labels),
    m,
    height,
    width,
    channels,
    classes: list.read() as string[],
  };
}

/** A dataset whose bytes are all present in the file. */
function openDataset(file: File, budget: Budget, fileName: string, name: string) {
  const entity = file.keys().includes(name) ? file.get(name) : null;
  if (!(entity && 'filters' in entity)) {
    const names = file.keys().join(', ') || 'nothing';
    throw new DataError(
      `${fileName} has no dataset ${name}; it holds ${names}. Name the datasets as the course ` +
        'does: train_set_x, train_set_y and list_classes in the training file, test_set_x, ' +
        'test_set_y and list_classes in the test file.',
    );
  }
  const shape = entity.shape ?? [];
  const type = typeName(entity.dtype);
  return {
    name,
    shape,
    read: () => valuesIn(entity, name, budget),
    expect(types: RegExp, sides: (number | undefined)[], what: string): void {
      const fits =
        shape.length === sides.length && sides.every((n, i) => (n ?? shape[i]) === shape[i]);
      if (types.test(type) && fits) return;
      throw new DataError(
        `${fileName}: ${name} is ${type} (${shape.join(', ')}). It must hold ${what}.`,
      );
    },
  };
}
