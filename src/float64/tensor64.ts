import {
  backend,
  engine,
  type Rank,
  type ShapeMap,
  type Tensor,
  tensor,
  util,
} from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/errors.js';
import { isActive } from './name.js';

export type Nested = number | readonly Nested[];
export type Numbers = Float64Array | Float32Array | Int32Array | Uint8Array | Uint8ClampedArray;

/**
 * Creates a float32 tensor from numbers, nested arrays or a typed array, which is copied. The
 * double-precision backend keeps full precision; other backends round to float32. `tf.tensor` does not
 * accept a Float64Array, and would round an Int32Array.
 */
export function tensor64<R extends Rank = Rank>(
  values: Nested | Numbers,
  shape?: ShapeMap[R],
): Tensor<R> {
  const plain = values as Parameters<typeof tensor>[0];
  if (!ArrayBuffer.isView(values)) {
    return tensor(plain, shape, 'float32');
  }
  if (!isActive()) return tensor(Float32Array.from(values), shape, 'float32');
  // Writes to the backend directly: tf.tensor would round the doubles, which then have to be recovered.
  const sides: number[] = shape ?? [values.length];
  if (util.sizeFromShape(sides) !== values.length) {
    throw new ShapeError(`tensor64: ${values.length} values do not fill (${sides.join(', ')}).`);
  }
  const dataId = backend().write(
    // Copies an array of doubles at once; Float64Array.from goes element by element.
    new Float64Array(values) as unknown as Float32Array,
    sides,
    'float32',
  );
  return engine().makeTensorFromDataId(dataId, sides, 'float32') as Tensor<R>;
}
