import { type DataType, util } from '@tensorflow/tfjs-core';
import { BackendError } from '../core/errors.js';

/**
 * What a tensor of each dtype is kept as. tfjs has no dtype for doubles: here a 'float32' tensor
 * holds them. A string tensor is an array of bytes, which kernels move about but never read: it
 * is left out of the type, so that the arithmetic needs no casts.
 */
export type Values = Float64Array | Int32Array | Uint8Array;

/** Values in row-major order, and their shape. Kernels read arrays and make new ones. */
export interface NdArray {
  readonly values: Values;
  readonly shape: number[];
  readonly dtype: DataType;
}

/**
 * Named inputs (`x`, or `a` and `b`; `0`, `1`, … where an op takes a list) and attributes in, one
 * or several arrays out. A kernel that returns an input's own values shares them.
 */
export type Kernel = {
  // A method, so that a kernel may say which attributes it reads.
  run(inputs: Readonly<Record<string, NdArray>>, attrs: object): NdArray | NdArray[];
}['run'];

export type Kernels = Readonly<Record<string, Kernel>>;

const storage: Partial<Record<DataType, new (size: number) => unknown>> = {
  float32: Float64Array,
  int32: Int32Array,
  bool: Uint8Array,
  string: Array,
};

/** Room for `size` values of a dtype: zeros, or holes for strings. */
export function allocate(dtype: DataType, size: number): Values {
  const Storage = storage[dtype];
  if (Storage === undefined) {
    throw new BackendError(
      `The double-precision backend has no ${dtype} tensors. Keep the real and the imaginary part in two tensors.`,
    );
  }
  return new Storage(size) as Values;
}

/** A new array of zeros. */
export function zeros(shape: number[], dtype: DataType): NdArray {
  return { values: allocate(dtype, util.sizeFromShape(shape)), shape, dtype };
}
