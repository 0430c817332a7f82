import { DataError } from '../core/errors.js';
import { type Shape, sizeOf } from '../core/layer.js';
import { orDamaged } from '../files/damaged.js';
import { readZip } from '../files/zip.js';
import { type NdArray, type NumberArray, printed, toFloat32 } from './arrays/ndArray.js';
import { inDataErrors, readNumpy } from './arrays/numpy.js';
import { inMemory, type SampleSet } from './sampleSet.js';
import { bytesOf } from './source.js';

/** The names under which a file keeps samples, the first that is there. */
const names = ['X', 'x', 'X_test', 'x_test', 'data', 'images', 'X_train', 'x_train', 'arr_0'];

/**
 * Samples without targets, to predict: an array of numpy, .npy, or the samples of an .npz.
 *
 * @throws DataError if there is no such array, or its samples are of another shape.
 */
export async function readInputs(path: string, shape: Shape): Promise<SampleSet> {
  const X = await orDamaged(path, DataError, () => arrayIn(path));
  if (Array.isArray(X.values)) {
    throw new DataError(`${path} holds text; the model takes numbers. Give those.`);
  }
  const m = X.shape[0] ?? 0;
  const size = sizeOf(shape);
  const isFit = m > 0 && X.values.length === m * size && fits(X.shape.slice(1), shape);
  if (!isFit) {
    throw new DataError(
      `${path} is ${printed(X.shape)}; the model takes (m, ${shape.join(', ')}), a sample a row. Give samples like those that it was trained on.`,
    );
  }
  const values = X.values instanceof Uint8Array ? X.values : toFloat32(X.values as NumberArray);
  const odd = values.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) {
    throw new DataError(
      `${path}, sample ${Math.floor(odd / size)}: number ${odd % size} is ${values[odd]}. Put a number there, or leave the sample out.`,
    );
  }
  const nothing = { kind: 'numbers', values: new Float64Array(0), names: [] } as const;
  return inMemory(values, { shape, targets: nothing, origin: (i) => `sample ${i}` });
}

/** The same sides, but for a last one of 1 that may be left out: pictures in grey. */
const fits = (found: readonly number[], wanted: Shape): boolean =>
  String(found) === String(wanted) ||
  (wanted.at(-1) === 1 && String(found) === String(wanted.slice(0, -1)));

async function arrayIn(path: string): Promise<NdArray> {
  const bytes = await bytesOf(path);
  if (bytes[0] === 0x93) return readNumpy(bytes, path);
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
    throw new DataError(`${path} is no array of numpy. Give an .npy or .npz file.`);
  }
  const entries = new Map(inDataErrors(() => readZip(bytes, path)));
  const keys = [...entries.keys()].map((entry) => entry.replace(/\.npy$/, ''));
  const key =
    names.find((name) => keys.includes(name)) ?? (keys.length === 1 ? keys[0] : undefined);
  if (key === undefined) {
    throw new DataError(`${path} holds ${keys.join(', ')}; which are the samples? Call them X.`);
  }
  return readNumpy(entries.get(`${key}.npy`)!, `${key} in ${path}`);
}
