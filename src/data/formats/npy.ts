import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { NdArray } from '../arrays/ndArray.js';
import { readNumpy } from '../arrays/numpy.js';
import { ownArrays } from '../arrays/ownArrays.js';
import { partsOf } from '../arrays/parts.js';
import { bytesOf, type Source, sourceFile } from '../source.js';
import type { DataFormat } from './format.js';

const isNpy = (name: string) => /\.npy$/i.test(name);

/** A folder of numpy's arrays, X.npy and y.npy or x_train.npy and so on. Source: numpy.save. */
export const npy: DataFormat = {
  name: 'npy',
  title: "folders of numpy's .npy",
  matches: ({ isFolder, head, entries }) =>
    isFolder
      ? entries.some((entry) => !entry.isFolder && isNpy(entry.name))
      : head[0] === 0x93 && String.fromCharCode(...head.subarray(1, 6)) === 'NUMPY',
  read: async (source, options) => {
    const { path, name } = source;
    if (!source.isFolder) refuseAlone(source);
    const names = source.entries.filter((entry) => !entry.isFolder && isNpy(entry.name));
    const arrays = new Map<string, NdArray>();
    const paths = names.map((entry) => join(path, entry.name));
    for (const [i, file] of paths.entries()) {
      arrays.set(names[i].name.replace(/\.npy$/i, ''), readNumpy(await bytesOf(file), file));
    }
    const files = await Promise.all(paths.map(sourceFile));
    return ownArrays(partsOf(arrays, path), { name, format: 'npy', files }, options);
  },
};

function refuseAlone({ path }: Source): never {
  throw new DataError(
    `${path} is one array, without labels. Put the samples into X.npy and the labels into y.npy, and give their folder.`,
  );
}
