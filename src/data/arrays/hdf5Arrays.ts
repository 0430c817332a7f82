import type { Dataset, Group } from 'h5wasm';
import { DataError } from '../../core/errors.js';
import { Budget } from '../../files/bounds.js';
import { objectCounter, typeName, valuesIn } from '../hdf5Datasets.js';
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
      const budget = new Budget(path, bytes.length, DataError);
      const reading = { path, budget, count: objectCounter(path, DataError) };
      const found = partsOf(new Map(arraysOf(file, '', reading)), path, part);
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

interface Reading {
  readonly path: string;
  readonly budget: Budget;
  readonly count: (depth: number) => void;
}

function arraysOf(
  group: Group,
  prefix: string,
  reading: Reading,
): [name: string, array: NdArray][] {
  return group.keys().flatMap((key) => {
    reading.count(0);
    const entity = group.get(key);
    const name = `${prefix}${key}`;
    if (!entity) return [];
    if ('filters' in entity) return arrayOf(entity, name, reading);
    const isGroup = 'keys' in entity && prefix.split('/').length <= deepest;
    return isGroup ? arraysOf(entity, `${name}/`, reading) : [];
  });
}

/** An array whose values are read when they are asked for. Datasets of other types are none. */
function arrayOf(
  dataset: Dataset,
  name: string,
  { path, budget }: Reading,
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
          return valuesOf(dataset, of, name, budget);
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

function valuesOf(dataset: Dataset, of: string, name: string, budget: Budget): NdArray['values'] {
  if (typeName(dataset.dtype).endsWith('float16')) {
    throw new DataError(`${of} is float16, which HDF5 does not read here. Save it as float32.`);
  }
  return valuesIn(dataset, name, budget) as NumberArray | string[];
}
