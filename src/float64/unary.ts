import {
  backend_util,
  type CastAttrs,
  type ClipByValueAttrs,
  type DataType,
  type LeakyReluAttrs,
  type StepAttrs,
} from '@tensorflow/tfjs-core';
import { allocate, type Kernel, type Kernels, type NdArray } from './array.js';
import { erf } from './erf.js';

/** f of each element. */
function map(x: NdArray, dtype: DataType, f: (v: number) => number): NdArray {
  const { values, shape } = x;
  const out = allocate(dtype, values.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = f(values[i]);
  }
  return { values: out, shape, dtype };
}

/** max(v, 0), its loop written out, and without a branch, of which every other would be mispredicted. */
function relu({ values, shape, dtype }: NdArray): NdArray {
  const out = allocate(dtype, values.length);
  for (let i = 0; i < out.length; i++) {
    const v = values[i];
    // Adding 0 makes -0 a 0; -∞ times 0 would be no number.
    out[i] = v === Number.NEGATIVE_INFINITY ? 0 : v * Number(v > 0) + 0;
  }
  return { values: out, shape, dtype };
}

/** A function with real values, of integers too. */
const real =
  (f: (v: number) => number): Kernel =>
  ({ x }) =>
    map(x, 'float32', f);

/** A function that has integers for integers. */
const kept =
  (f: (v: number) => number): Kernel =>
  ({ x }) =>
    map(x, x.dtype, f);

const test =
  (f: (v: number) => boolean): Kernel =>
  ({ x }) =>
    map(x, 'bool', (v) => Number(f(v)));

/** Halves go to the even neighbour. */
function roundHalfToEven(v: number): number {
  const floor = Math.floor(v);
  const rest = v - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : Math.ceil(v);
}

const { SELU_SCALE, SELU_SCALEALPHA } = backend_util;

export const unary = {
  Abs: kept(Math.abs),
  Acos: real(Math.acos),
  Acosh: real(Math.acosh),
  Asin: real(Math.asin),
  Asinh: real(Math.asinh),
  Atan: real(Math.atan),
  Atanh: real(Math.atanh),
  Ceil: kept(Math.ceil),
  Cos: real(Math.cos),
  Cosh: real(Math.cosh),
  Elu: real((v) => (v >= 0 ? v : Math.expm1(v))),
  Erf: real(erf),
  Exp: real(Math.exp),
  Expm1: real(Math.expm1),
  Floor: kept(Math.floor),
  IsFinite: test(Number.isFinite),
  IsInf: test((v) => Math.abs(v) === Number.POSITIVE_INFINITY),
  IsNan: test(Number.isNaN),
  Log: real(Math.log),
  Log1p: real(Math.log1p),
  LogicalNot: test((v) => v === 0),
  Neg: kept((v) => -v),
  Reciprocal: real((v) => 1 / v),
  Relu: ({ x }) => relu(x),
  Relu6: kept((v) => Math.min(Math.max(v, 0), 6)),
  Round: kept(roundHalfToEven),
  Rsqrt: real((v) => 1 / Math.sqrt(v)),
  Selu: real((v) => (v >= 0 ? SELU_SCALE * v : SELU_SCALEALPHA * Math.expm1(v))),
  Sigmoid: real((v) => 1 / (1 + Math.exp(-v))),
  Sign: kept(Math.sign),
  Sin: real(Math.sin),
  Sinh: real(Math.sinh),
  Softplus: real((v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)))),
  Sqrt: real(Math.sqrt),
  Square: kept((v) => v * v),
  Tan: real(Math.tan),
  Tanh: real(Math.tanh),

  ClipByValue: ({ x }, { clipValueMin, clipValueMax }: ClipByValueAttrs) =>
    map(x, x.dtype, (v) => Math.min(Math.max(v, clipValueMin), clipValueMax)),
  LeakyRelu: ({ x }, { alpha }: LeakyReluAttrs) =>
    map(x, 'float32', (v) => (v < 0 ? alpha * v : v)),
  Step: ({ x }, { alpha }: StepAttrs) =>
    map(x, x.dtype, (v) => (v > 0 ? 1 : Number.isNaN(v) ? v : alpha)),
  Cast: ({ x }, { dtype }: CastAttrs) => {
    if (dtype === x.dtype) {
      return x;
    }
    return map(x, dtype, dtype === 'bool' ? (v) => Number(v !== 0) : (v) => v);
  },
} satisfies Kernels;
