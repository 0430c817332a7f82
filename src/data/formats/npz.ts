import { readZip } from '../../files/zip.js';
import { mergedParts } from '../arrays/mergedParts.js';
import type { NdArray } from '../arrays/ndArray.js';
import { inDataErrors, readNumpy } from '../arrays/numpy.js';
import { ownArrays } from '../arrays/ownArrays.js';
import { type ArrayParts, partsOf } from '../arrays/parts.js';
import { leftOut, partFiles } from '../partFiles.js';
import { bytesOf, type Source, sourceFile } from '../source.js';
import type { DataFormat } from './format.js';

/**
 * numpy's archives of arrays, X and y or train and test, or a folder with train.npz and test.npz. Source:
 * numpy.savez.
 */
export const npz: DataFormat = {
  name: 'npz',
  title: "numpy's .npz and .npy",
  matches: (source) => isArchive(source) || filesOf(source).length > 0,
  read: async (source, options) => {
    const files = source.isFolder
      ? filesOf(source)
      : [{ path: source.path, part: 'train' as const }];
    const read: ArrayParts[] = [];
    for (const { path, part } of files) read.push(partsOf(await arraysOf(path), path, part));
    const merged = mergedParts(read, source.path);
    const notes = [...merged.notes, ...(source.isFolder ? leftOut(source, files) : [])];
    const file = {
      name: source.name.replace(/\.npz$/i, ''),
      format: 'npz',
      files: await Promise.all(files.map(({ path }) => sourceFile(path))),
    };
    return ownArrays({ ...merged, notes }, file, options);
  },
};

/** The archives of a folder that are parts, by their names. */
const filesOf = (source: Source) => partFiles(source, /\.npz$/i);

/** By the first entry of the zip archive: its name stands behind 30 bytes. */
const isArchive = ({ head }: Source): boolean =>
  head.length > 30 &&
  text(head.subarray(0, 4)) === 'PK\x03\x04' &&
  text(head.subarray(30, 30 + head[26] + 256 * head[27])).endsWith('.npy');

async function arraysOf(path: string): Promise<Map<string, NdArray>> {
  const bytes = await bytesOf(path);
  const arrays = new Map<string, NdArray>();
  for (const [entry, content] of inDataErrors(() => readZip(bytes, path))) {
    const key = entry.replace(/\.npy$/, '');
    arrays.set(key, readNumpy(content, `${key} in ${path}`));
  }
  return arrays;
}

const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);
