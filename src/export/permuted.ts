import { ModelError } from '../core/errors.js';
import { type Shape, sizeOf } from '../core/layer.js';

/** Numbers of a shape, with axis i of the result what was axis axes[i]. @throws ModelError for other axes */
export function permuted(
  values: Float32Array,
  shape: Shape,
  axes: readonly number[],
): Float32Array {
  const isPermutation =
    axes.length === shape.length && shape.every((_, axis) => axes.includes(axis));
  if (!isPermutation) {
    throw new ModelError(
      `The axes ${axes.slice(0, 8).join(', ')} do not rearrange ${shape.length} axes.`,
    );
  }
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const result = new Float32Array(values.length);
  let at = 0;
  const walk = (i: number, from: number) => {
    if (i === axes.length) {
      result[at++] = values[from];
      return;
    }
    const [count, stride] = [shape[axes[i]], strides[axes[i]]];
    for (let k = 0; k < count; k++) walk(i + 1, from + k * stride);
  };
  walk(0, 0);
  return result;
}
