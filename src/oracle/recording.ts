import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { NdArray } from '../float64/array.js';
import type { Float64Backend } from '../float64/backend.js';
import { type Place, placesIn } from './thrown.js';

/** A number, vector, matrix … on its way through somebody's code. It is known by its identity. */
export type Value = NdArray;

/** One operation that somebody's code ran, as the kernel of TensorFlow.js that did it. */
export interface Operation {
  /** Such as BatchMatMul, Sum, Tanh. */
  readonly kernel: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  /** By the names that the kernel has for them: a, b, x, … */
  readonly inputs: Readonly<Record<string, Value>>;
  readonly outputs: readonly Value[];
  /** The calls in the user's own files that led to it, the innermost first. */
  readonly calls: readonly Place[];
}

/** What a function did, in the order in which it did it. */
export interface Recording {
  readonly operations: readonly Operation[];
  /** The value that a tensor held; made where nothing recorded it. */
  heldBy(tensor: Tensor): Value;
}

interface Engine {
  runKernel(kernel: string, inputs: Record<string, Tensor>, attrs?: object): Tensor | Tensor[];
}

/**
 * Runs f on the double-precision backend and writes down every kernel that it runs, with copies of what
 * went in and came out: nothing of the recording is a tensor.
 */
export function record<T>(f: (recording: Recording) => T): T {
  const engine = tf.engine() as unknown as Engine;
  const values = new Map<number, Value>();
  const operations: Operation[] = [];
  const heldBy = (tensor: Tensor): Value => {
    const known = values.get(tensor.id);
    if (known) return known;
    const { values: held, shape, dtype } = (tf.backend() as Float64Backend).load(tensor);
    const value = { values: held.slice(), shape: [...shape], dtype } as Value;
    values.set(tensor.id, value);
    return value;
  };
  const runKernel = engine.runKernel;
  // Of a recording inside of another the engine's own method is that of the outer one.
  const isOwn = Object.hasOwn(engine, 'runKernel');
  let depth = 0;
  engine.runKernel = function (kernel, inputs, attrs) {
    // Before the kernel runs: it may free them.
    const taken = depth === 0 ? present(inputs, heldBy) : {};
    depth++;
    try {
      const made = runKernel.call(this, kernel, inputs, attrs);
      if (depth === 1) {
        const outputs = [made].flat().map(heldBy);
        operations.push({ kernel, attrs: { ...attrs }, inputs: taken, outputs, calls: calls() });
      }
      return made;
    } finally {
      depth--;
    }
  };
  try {
    return f({ operations, heldBy });
  } finally {
    if (isOwn) engine.runKernel = runKernel;
    else delete (engine as Partial<Engine>).runKernel;
  }
}

const present = (inputs: Record<string, Tensor>, heldBy: (tensor: Tensor) => Value) =>
  Object.fromEntries(
    Object.entries(inputs).flatMap(([name, tensor]) => (tensor ? [[name, heldBy(tensor)]] : [])),
  );

/** Where the user's code is now. */
function calls(): Place[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 100;
  try {
    return placesIn(new Error());
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
