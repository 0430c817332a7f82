import { backend_util, type DataType } from '@tensorflow/tfjs-core';
import { type Kernel, type Kernels, type NdArray, zeros } from './array.js';
import { broadcastStrides, walk } from './strided.js';

type F = (a: number, b: number) => number;

/** f of each pair, the two broadcast to one shape. */
export function zip(a: NdArray, b: NdArray, dtype: DataType, f: F): NdArray {
  const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const out = zeros(shape, dtype);
  const { values } = out;
  const { values: valuesA } = a;
  const { values: valuesB } = b;
  const stridesA = broadcastStrides(a.shape, shape);
  const stridesB = broadcastStrides(b.shape, shape);
  walk(shape, stridesA, stridesB, (startA, startB, before, line) => {
    const end = before + line.size;
    for (let o = before, i = startA, j = startB; o < end; o++, i += line.a, j += line.b) {
      values[o] = f(valuesA[i], valuesB[j]);
    }
  });
  return out;
}

const arithmetic =
  (f: F): Kernel =>
  ({ a, b }) =>
    zip(a, b, backend_util.upcastType(a.dtype, b.dtype), f);

const comparison =
  (f: (a: number, b: number) => boolean): Kernel =>
  ({ a, b }) =>
    zip(a, b, 'bool', (v, w) => Number(f(v, w)));

/** The remainder with the sign of the divisor. */
function floorMod(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

export const binary = {
  Add: arithmetic((a, b) => a + b),
  Atan2: arithmetic(Math.atan2),
  Maximum: arithmetic((a, b) => Math.max(a, b)),
  Minimum: arithmetic((a, b) => Math.min(a, b)),
  Mod: arithmetic(floorMod),
  Multiply: arithmetic((a, b) => a * b),
  Pow: arithmetic((a, b) => a ** b),
  RealDiv: arithmetic((a, b) => a / b),
  SquaredDifference: arithmetic((a, b) => (a - b) * (a - b)),
  Sub: arithmetic((a, b) => a - b),
  // Integers, of floats too: so does tfjs.
  FloorDiv: ({ a, b }) => zip(a, b, 'int32', (v, w) => Math.floor(v / w)),

  Equal: comparison((a, b) => a === b),
  Greater: comparison((a, b) => a > b),
  GreaterEqual: comparison((a, b) => a >= b),
  Less: comparison((a, b) => a < b),
  LessEqual: comparison((a, b) => a <= b),
  LogicalAnd: comparison((a, b) => a !== 0 && b !== 0),
  LogicalOr: comparison((a, b) => a !== 0 || b !== 0),
  NotEqual: comparison((a, b) => a !== b),

  Prelu: ({ x, alpha }) => zip(x, alpha, 'float32', (v, slope) => (v < 0 ? slope * v : v)),
  EluGrad: ({ dy, y }) => zip(dy, y, 'float32', (g, v) => (v >= 0 ? g : g * (v + 1))),

  AddN: (inputs) =>
    Object.values(inputs).reduce((sum, x) => zip(sum, x, sum.dtype, (a, b) => a + b)),
  Select: ({ condition, t, e }) => {
    const out = zeros(t.shape, t.dtype);
    for (let i = 0; i < out.values.length; i++) {
      out.values[i] = (condition.values[i] !== 0 ? t : e).values[i];
    }
    return out;
  },
} satisfies Kernels;
