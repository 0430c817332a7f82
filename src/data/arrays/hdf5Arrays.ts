import type { Dataset, Group } from 'h5wasm';
import { DataError } from '../../core/errors.js';
import { assertPresent, typeName } from '../hdf5Datasets.js';
import { readInMemory } from '../hdf5Memory.js';
import type { NdArray, NumberArray } from './ndArray.js';
import { type ArrayParts, type PartName, partsOf } from './parts.js';

/**
 * The samples and labels of an HDF5 file, by their names, in groups too. What they declare is checked
 * against the file's size, and nothing else is read; links to other files lead nowhere.
 *
 * @param part of arrays whose names say none.
 * @throws DataError if the file is damaged, or holds no such pair.
 */
export async function readHdf5Parts(
  bytes: Uint8Array,
  path: string,
  part: PartName,
): Promise<ArrayParts> {
  try {
    return await readInMemory(bytes, (file) => {
      const found = partsOf(new Map(arraysOf(file, '', bytes.length, path)), path, part);
      const parts: ArrayParts['parts'] = Object.fromEntries(
        Object.entries(found.parts).map(([name, { X, y }]) => [name, { X: read(X), y: read(y) }]),
      );
      return { ...found, parts };
    });
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(
      `${path} is cut off or damaged: HDF5 cannot read it. Copy or download it once more.`,
      { cause: error },
    );
  }
}

/** Reads the values now, while the file is open. */
const read = ({ of, shape, type, values }: NdArray): NdArray => ({ of, shape, type, values });

const deepest = 3;

function arraysOf(
  group: Group,
  prefix: string,
  fileSize: number,
  path: string,
): [name: string, array: NdArray][] {
  return group.keys().flatMap((key) => {
    const entity = group.get(key);
    const name = `${prefix}${key}`;
    if (!entity) return [];
    if ('filters' in entity) return arrayOf(entity, name, fileSize, path);
    const isGroup = 'keys' in entity && prefix.split('/').length <= deepest;
    return isGroup ? arraysOf(entity, `${name}/`, fileSize, path) : [];
  });
}

/** An array whose values are read when they are asked for. Datasets of other types are none. */
function arrayOf(
  dataset: Dataset,
  name: string,
  fileSize: number,
  path: string,
): [name: string, array: NdArray][] {
  const of = `${name} in ${path}`;
  const type = typeOf(dataset);
  if (!type) return [];
  return [
    [
      name,
      {
        of,
        shape: dataset.shape ?? [],
        type,
        get values() {
          assertPresent(dataset, name, fileSize, path);
          return valuesOf(dataset, of);
        },
      },
    ],
  ];
}

function typeOf({ dtype, metadata }: Dataset): NdArray['type'] | undefined {
  if (metadata.enum_type) return 'bool';
  const name = typeName(dtype).replace(/^big-endian /, '');
  if (name === 'string') return 'text';
  if (/^u?int/.test(name)) return 'int';
  return name.startsWith('float') ? 'float' : undefined;
}

function valuesOf(dataset: Dataset, of: string): NdArray['values'] {
  if (typeName(dataset.dtype).endsWith('float16')) {
    throw new DataError(`${of} is float16, which HDF5 does not read here. Save it as float32.`);
  }
  return dataset.value as NumberArray | string[];
}
