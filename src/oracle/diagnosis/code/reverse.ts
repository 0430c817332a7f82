import '../../../vendor/gradients.js';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { NdArray } from '../../../float64/array.js';
import { tensor64 } from '../../../float64/tensor64.js';
import type { Operation, Value } from '../../recording.js';
import { compute } from './program.js';

/** dJ of a value, for each value that the cost depends on. */
export type Gradients = ReadonlyMap<Value, NdArray>;

/** What one use of a value gives to its gradient; undefined where it gives nothing. */
export type Contribution = (
  operation: number,
  input: string,
  dY: NdArray,
  own: () => NdArray | undefined,
) => NdArray | undefined;

type GradFunc = (
  dy: Tensor | Tensor[],
  saved: Tensor[],
  attrs: object,
) => Record<string, () => Tensor>;

/**
 * The reverse pass over a recorded forward pass, by the chain rule, from one value or the cost down.
 * `contribution` may put something else in the place of what a use of a value contributes: a backward
 * pass with a mistake.
 */
export function reverse(
  operations: readonly Operation[],
  from: Value,
  contribution: Contribution = (_i, _name, _dY, own) => own(),
  seed: NdArray = seedOf(from),
  accumulate: (value: Value, sum: NdArray | undefined, part: NdArray) => NdArray = (_v, a, b) =>
    a ? plus(a, b) : b,
): Gradients {
  const gradients = new Map<Value, NdArray>([[from, seed]]);
  const known = memoryOf(operations);
  for (let i = operations.length - 1; i >= 0; i--) {
    const operation = operations[i];
    const [dY] = operation.outputs
      .map((output) => gradients.get(output))
      .filter((d) => d !== undefined);
    if (!dY) continue;
    const dYs = operation.outputs.map((output) => gradients.get(output) ?? zerosLike(output));
    for (const [name, input] of Object.entries(operation.inputs)) {
      if (input.dtype !== 'float32') continue;
      const part = contribution(i, name, dY, () =>
        known(dYs.length === 1 ? dYs[0] : undefined, `${i} ${name}`, () =>
          chainRule(operation, name, dYs),
        ),
      );
      if (part) gradients.set(input, accumulate(input, gradients.get(input), part));
    }
  }
  return gradients;
}

type Memory = <T>(dY: NdArray | undefined, key: string, make: () => T) => T;

const memories = new WeakMap<readonly Operation[], Memory>();

/**
 * What an operation gives for a dY is computed once: of one wrong pass and the next most is the same.
 */
function memoryOf(operations: readonly Operation[]): Memory {
  const found = memories.get(operations);
  if (found) return found;
  const results = new WeakMap<NdArray, Map<string, unknown>>();
  const memory: Memory = (dY, key, make) => {
    if (!dY) return make();
    const own = results.get(dY) ?? new Map();
    results.set(dY, own);
    if (!own.has(key)) own.set(key, make());
    return own.get(key);
  };
  memories.set(operations, memory);
  return memory;
}

/** What dY gives to one input of an operation; undefined where the operation has no derivative. */
export function chainRule(
  operation: Operation,
  input: string,
  dYs: readonly NdArray[],
): NdArray | undefined {
  const { kernel, attrs, inputs, outputs } = operation;
  const gradient = tf.getGradient(kernel);
  if (!gradient) return undefined;
  return inTensors(() => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [name, tensorOf(value)]),
    );
    const saved = gradient.saveAllInputs
      ? Object.values(tensors)
      : (gradient.inputsToSave ?? []).map((name) => tensors[name]);
    outputs.forEach((output, i) => {
      if (gradient.outputsToSave?.[i]) saved.push(tensorOf(output));
    });
    const dys = dYs.map(tensorOf);
    const parts = (gradient.gradFunc as unknown as GradFunc)(
      dys.length > 1 ? dys : dys[0],
      saved,
      attrs,
    );
    return parts[input]?.();
  });
}

/** The same operation on other inputs. */
export const on = (operation: Operation, inputs: Operation['inputs']): Operation => ({
  ...operation,
  inputs,
  outputs: compute(operation, inputs),
});

function inTensors(f: () => Tensor | undefined): NdArray | undefined {
  let made: NdArray | undefined;
  tf.tidy(() => {
    const tensor = f();
    if (!tensor) return;
    made = { values: Float64Array.from(tensor.dataSync()), shape: tensor.shape, dtype: 'float32' };
  });
  return made;
}

const tensorOf = ({ values, shape, dtype }: NdArray): Tensor =>
  dtype === 'float32' ? tensor64(values, shape) : tf.tensor(values as Int32Array, shape, dtype);

const sums = new WeakMap<NdArray, WeakMap<NdArray, NdArray>>();

/** a + b, once for the same two. */
export function plus(a: NdArray, b: NdArray): NdArray {
  const ofA = sums.get(a) ?? new WeakMap<NdArray, NdArray>();
  sums.set(a, ofA);
  const known = ofA.get(b);
  if (known) return known;
  const sum = { ...a, values: (a.values as Float64Array).map((v, i) => v + b.values[i]) };
  ofA.set(b, sum);
  return sum;
}

const seeds = new WeakMap<Value, NdArray>();

/** Ones, the same object each time: what follows from it is remembered. */
function seedOf(from: Value): NdArray {
  const known = seeds.get(from) ?? onesLike(from);
  seeds.set(from, known);
  return known;
}

export const onesLike = (a: NdArray): NdArray => ({
  ...a,
  dtype: 'float32',
  values: new Float64Array(a.values.length).fill(1),
});
export const zerosLike = (a: NdArray): NdArray => ({
  ...a,
  dtype: 'float32',
  values: new Float64Array(a.values.length),
});
