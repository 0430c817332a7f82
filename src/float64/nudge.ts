import { backend, engine, type Tensor } from '@tensorflow/tfjs-core';
import { type Kernel, type NdArray, type Values, zeros } from './array.js';
import { markPassing } from './memo.js';

/*
 * Central differences move a parameter along one direction by several steps. A matrix product is
 * linear, so that two products serve all of them: (P + t D) B = P B + t D B.
 */

interface Nudge {
  readonly base: Values;
  readonly along: Values;
  readonly by: number;
}

const nudges = new WeakMap<Values, Nudge>();

/**
 * Moves P: the function that comes back gives P + t D, for a D of as many elements. It has room for
 * one: the next one takes the place of the last. The caller owns the tensors.
 */
export function nudging(P: Tensor): (D: Float64Array, t: number) => Tensor {
  const base: Float64Array = P.dataSync<'float32'>() as never;
  const room = new ArrayBuffer(8 * P.size);
  return (along, t) => {
    const values = new Float64Array(room);
    fillWithSum(values, base, along, t);
    nudges.set(values, { base, along, by: t });
    markPassing(values);
    const dataId = backend().write(values as unknown as Float32Array, P.shape, 'float32');
    return engine().makeTensorFromDataId(dataId, P.shape, 'float32');
  };
}

/** A product, of any kind, that takes what was nudged for the sum that it is. */
export function linearProduct(multiply: Kernel): Kernel {
  const product: Kernel = (inputs, attrs) => {
    for (const name in inputs) {
      const input = inputs[name];
      const nudge = nudges.get(input.values);
      if (nudge) {
        return sum(nudge, (values) => product({ ...inputs, [name]: { ...input, values } }, attrs));
      }
    }
    return multiply(inputs, attrs);
  };
  return product;
}

/** f(P) + t f(D), for a linear f. */
function sum({ base, along, by }: Nudge, f: (values: Values) => NdArray | NdArray[]): NdArray {
  const [C, D] = [f(base), f(along)] as NdArray[];
  const out = zeros(C.shape, C.dtype);
  fillWithSum(out.values, C.values, D.values, by);
  markPassing(out.values);
  return out;
}

/** out = C + t D */
function fillWithSum(out: Values, C: Values, D: Values, t: number): void {
  for (let i = 0; i < out.length; i++) out[i] = C[i] + t * D[i];
}
