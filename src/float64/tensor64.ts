import { type Rank, type ShapeMap, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { isActive } from './name.js';

type Nested = number | readonly Nested[];
type Numbers = Float64Array | Float32Array | Int32Array | Uint8Array | Uint8ClampedArray;

/**
 * A float32 tensor of numbers, nested arrays or a typed array, copied. In double precision it
 * keeps all their digits, on any other backend what float32 has room for; `tf.tensor` itself takes
 * no Float64Array, and would round an Int32Array.
 */
export function tensor64<R extends Rank = Rank>(
  values: Nested | Numbers,
  shape?: ShapeMap[R],
): Tensor<R> {
  const plain = values as Parameters<typeof tensor>[0];
  if (!ArrayBuffer.isView(values)) {
    return tensor(plain, shape, 'float32');
  }
  const copy = isActive() ? Float64Array.from(values) : Float32Array.from(values);
  return tensor(copy as Float32Array, shape, 'float32');
}
