import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import { readHdf5Parts } from '../arrays/hdf5Arrays.js';
import { mergedParts } from '../arrays/mergedParts.js';
import { ownArrays } from '../arrays/ownArrays.js';
import { type ArrayParts, type PartName, partOfName } from '../arrays/parts.js';
import { isHdf5 } from '../hdf5Datasets.js';
import { bytesOf, headOf, type Source, sourceFile } from '../source.js';
import type { DataFormat } from './format.js';

/** h5wasm's memory cannot hold more than this twice. */
const maxBytes = 2 ** 30;

/**
 * HDF5: a file with X and y or x_train, y_train, x_test, y_test, or a folder with a file train*.h5 and a
 * file test*.h5, as the course has them. `list_classes` names the classes.
 */
export const hdf5: DataFormat = {
  name: 'hdf5',
  title: 'HDF5 files of arrays',
  matches: async (source) => (await filesOf(source)).length > 0,
  read: async (source, options) => {
    const paths = await filesOf(source);
    const read: ArrayParts[] = [];
    for (const [path, part] of paths) {
      read.push(await readHdf5Parts(await bytesOf(path, maxBytes), path, part));
    }
    const files = await Promise.all(paths.map(([path]) => sourceFile(path)));
    const file = { name: nameOf(source), format: 'hdf5', files };
    return ownArrays(mergedParts(read, source.path), file, options);
  },
};

/** The file itself, or those of a folder whose names say of which part they are. */
async function filesOf({
  path,
  isFolder,
  head,
  entries,
}: Source): Promise<[path: string, part: PartName][]> {
  if (!isFolder) return isHdf5(head) ? [[path, 'train']] : [];
  const found: [string, PartName][] = [];
  const others: string[] = [];
  for (const { name, isFolder } of entries) {
    const part = partOfName(name);
    if (isFolder || !part || !/\.(h5|hdf5|hdf)$/i.test(name)) continue;
    if (isHdf5(await headOf(join(path, name)))) found.push([join(path, name), part]);
    else others.push(join(path, name));
  }
  if (found.length > 0 && others.length > 0) {
    throw new DataError(
      `${others[0]} is not an HDF5 file: its first bytes are not those of one. Give a file as written by h5py, or take it out of the folder.`,
    );
  }
  return found;
}

/** What the names of a pair have in common: train_catvnoncat.h5 gives catvnoncat. */
function nameOf({ name, isFolder, entries }: Source): string {
  const file = isFolder
    ? entries.find((entry) => /^train.*\.(h5|hdf5)$/i.test(entry.name))
    : undefined;
  const word = (file?.name ?? (isFolder ? '' : name))
    .replace(/\.\w+$/, '')
    .replace(/^train[-_.]?/i, '');
  return word || name.replace(/\.\w+$/, '');
}
