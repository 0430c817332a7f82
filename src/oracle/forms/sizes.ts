import type { Tensors } from '../subject.js';
import type { Inputs } from './inputs.js';

/** A name, and no expression of several. */
const isName = /^[\p{L}_$][\p{L}\d_$]*$/u;

/** The constants of a module, and the named dimensions as the tensors have them: { N: 7, D: 5 }. */
export function withSizes({ shapes = {}, constants }: Inputs, values: Tensors) {
  const sizes: Record<string, unknown> = {};
  for (const [name, sides] of Object.entries(shapes)) {
    sides.forEach((side, i) => {
      const size = values[name]?.shape[i];
      if (typeof side === 'string' && isName.test(side) && size !== undefined) sizes[side] = size;
    });
  }
  return { ...sizes, ...constants };
}
