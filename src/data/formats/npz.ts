import { readZip } from '../../files/zip.js';
import type { NdArray } from '../arrays/ndArray.js';
import { inDataErrors, readNumpy } from '../arrays/numpy.js';
import { ownArrays } from '../arrays/ownArrays.js';
import { partsOf } from '../arrays/parts.js';
import { bytesOf, sourceFile } from '../source.js';
import type { DataFormat } from './format.js';

/** zlib's greatest compression, as arrays of zeros have it; what is unpacked must fit an array. */
const maxGrowth = 1032;

/** numpy's archives of arrays, X and y or train and test. Source: numpy.savez. */
export const npz: DataFormat = {
  name: 'npz',
  title: "numpy's .npz and .npy",
  // The first entry of the zip archive: its name stands behind 30 bytes.
  matches: ({ head }) =>
    head.length > 30 &&
    text(head.subarray(0, 4)) === 'PK\x03\x04' &&
    text(head.subarray(30, 30 + head[26] + 256 * head[27])).endsWith('.npy'),
  read: async ({ path, name }, options) => {
    const bytes = await bytesOf(path);
    const arrays = new Map<string, NdArray>();
    for (const [entry, content] of inDataErrors(() => readZip(bytes, path, maxGrowth))) {
      const key = entry.replace(/\.npy$/, '');
      arrays.set(key, readNumpy(content, `${key} in ${path}`));
    }
    const file = {
      name: name.replace(/\.npz$/i, ''),
      format: 'npz',
      files: [await sourceFile(path)],
    };
    return ownArrays(partsOf(arrays, path), file, options);
  },
};

const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);
