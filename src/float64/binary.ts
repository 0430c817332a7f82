import { backend_util, type DataType } from '@tensorflow/tfjs-core';
import { type Kernel, type Kernels, type NdArray, type Values, zeros } from './array.js';
import { broadcastStrides, walk } from './strided.js';

type F = (a: number, b: number) => number;

/** Fills out[o … end - 1] from two lines, which begin at i and j and go on by their steps. */
type Line = (
  out: Values,
  o: number,
  end: number,
  a: Values,
  i: number,
  stepA: number,
  b: Values,
  j: number,
  stepB: number,
) => void;

/** f of each pair, the two broadcast to one shape. */
export const zip = (a: NdArray, b: NdArray, dtype: DataType, f: F): NdArray =>
  zipLines(a, b, dtype, (out, o, end, a, i, stepA, b, j, stepB) => {
    for (; o < end; o++, i += stepA, j += stepB) out[o] = f(a[i], b[j]);
  });

function zipLines(a: NdArray, b: NdArray, dtype: DataType, fill: Line): NdArray {
  const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const out = zeros(shape, dtype);
  const stridesA = broadcastStrides(a.shape, shape);
  const stridesB = broadcastStrides(b.shape, shape);
  walk(shape, stridesA, stridesB, (startA, startB, before, line) => {
    const end = before + line.size;
    fill(out.values, before, end, a.values, startA, line.a, b.values, startB, line.b);
  });
  return out;
}

const arithmetic =
  (f: F): Kernel =>
  ({ a, b }) =>
    zip(a, b, backend_util.upcastType(a.dtype, b.dtype), f);

/** Arithmetic whose loop is written out: a call for each pair takes ten times as long. */
const inLines =
  (fill: Line): Kernel =>
  ({ a, b }) =>
    zipLines(a, b, backend_util.upcastType(a.dtype, b.dtype), fill);

const sums: Line = (out, o, end, a, i, stepA, b, j, stepB) => {
  for (; o < end; o++, i += stepA, j += stepB) out[o] = a[i] + b[j];
};
const differences: Line = (out, o, end, a, i, stepA, b, j, stepB) => {
  for (; o < end; o++, i += stepA, j += stepB) out[o] = a[i] - b[j];
};
const multiples: Line = (out, o, end, a, i, stepA, b, j, stepB) => {
  for (; o < end; o++, i += stepA, j += stepB) out[o] = a[i] * b[j];
};
const quotients: Line = (out, o, end, a, i, stepA, b, j, stepB) => {
  for (; o < end; o++, i += stepA, j += stepB) out[o] = a[i] / b[j];
};

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
  Add: inLines(sums),
  Atan2: arithmetic(Math.atan2),
  Maximum: arithmetic((a, b) => Math.max(a, b)),
  Minimum: arithmetic((a, b) => Math.min(a, b)),
  Mod: arithmetic(floorMod),
  Multiply: inLines(multiples),
  Pow: arithmetic((a, b) => a ** b),
  RealDiv: inLines(quotients),
  SquaredDifference: arithmetic((a, b) => (a - b) * (a - b)),
  Sub: inLines(differences),
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
