import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { NdArray } from '../../float64/array.js';
import { tensor64 } from '../../float64/tensor64.js';
import type { Packed } from './answers.js';

/** A tensor's numbers as they travel. */
export function pack(tensor: Tensor): Packed {
  const { shape, dtype } = tensor;
  const values = tensor.dataSync();
  const typed =
    dtype === 'float32'
      ? Float64Array.from(values)
      : dtype === 'int32'
        ? Int32Array.from(values)
        : Uint8Array.from(values);
  return { shape, dtype: dtype as Packed['dtype'], data: toBase64(typed) };
}

export const packDoubles = (values: Float64Array, shape: readonly number[]): Packed => ({
  shape,
  dtype: 'float32',
  data: toBase64(values),
});

export const packIntegers = (values: Int32Array, shape: readonly number[]): Packed => ({
  shape,
  dtype: 'int32',
  data: toBase64(values),
});

/** The numbers of a 'float32' entry. */
export const doublesOf = ({ data }: Packed): Float64Array => new Float64Array(bytesOf(data).buffer);

/** The numbers and their shape. */
export function arrayOf(packed: Packed): NdArray {
  const { shape, dtype, data } = packed;
  if (dtype === 'float32') return { values: doublesOf(packed), shape: [...shape], dtype };
  const bytes = bytesOf(data);
  return {
    values: dtype === 'int32' ? new Int32Array(bytes.buffer) : bytes,
    shape: [...shape],
    dtype,
  };
}

/** A tensor on the current backend, which the caller owns. */
export function unpack(packed: Packed): Tensor {
  const { shape, dtype, data } = packed;
  if (dtype === 'float32') return tensor64(doublesOf(packed), [...shape]);
  const bytes = bytesOf(data);
  const values = dtype === 'int32' ? new Int32Array(bytes.buffer) : bytes;
  return tf.tensor(values, [...shape], dtype);
}

function bytesOf(data: string): Uint8Array<ArrayBuffer> {
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function toBase64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
