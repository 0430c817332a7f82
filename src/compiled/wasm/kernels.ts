import type { Argument } from './backend.js';

/** Positions of the tensor ids among the arguments of a kernel's C function. */
export interface Signature {
  readonly reads: readonly number[];
  /** An array of ids that it reads too. */
  readonly readsAll?: number;
  /** Negative values count from the end. */
  readonly writes: number;
  /** The matrix or filter that XNNPACK packs, once per id. */
  readonly packs?: number;
  /** Works element by element, so the result may overwrite an operand of the same shape. */
  readonly elementwise?: boolean;
}

const unary: Signature = { reads: [0], writes: -1, elementwise: true };
const binary: Signature = { reads: [0, 3], writes: -1, elementwise: true };
const reduction: Signature = { reads: [0], writes: -1 };

const all = (kernels: string, signature: Signature) =>
  kernels.split(' ').map((kernel) => [kernel, signature] as const);

/** The tfjs-backend-wasm kernels that can be recorded, by the names of their C functions. */
export const signatures: ReadonlyMap<string, Signature> = new Map([
  ...all('Abs Ceil Cos Elu Erf Exp Expm1 Floor IsFinite IsInf IsNan LeakyRelu Log Log1p', unary),
  ...all('LogicalNot Neg Reciprocal Relu Relu6 Round Rsqrt Selu Sigmoid Sign Sin Sinh', unary),
  ...all('Softplus Sqrt Square Step Tan Tanh ClipByValue', unary),
  ...all('Acos Acosh Asin Asinh Atan Atanh Cosh', unary),
  ...all('Add Sub Multiply RealDiv Maximum Minimum Pow SquaredDifference Mod', binary),
  ...all('Atan2 FloorDiv', binary),
  ...all('Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr', binary),
  ...all('Sum Max Min Mean Prod Any All', reduction),
  ['BatchMatMul', { reads: [0, 3], writes: -1, packs: 3 }],
  ...all('Conv2D DepthwiseConv2dNative', { reads: [0, 4], writes: -1, packs: 4 }),
  ...all('MaxPool AvgPool Reverse PadV2 Tile OneHot', { reads: [0], writes: -1 }),
  ...all('Cumsum Cumprod', { reads: [0], writes: 4 }),
  ['AddN', { reads: [], readsAll: 0, writes: -1 }],
  ['Transpose', { reads: [0], writes: 4 }],
  ['SelectV2', { reads: [0, 1, 2], writes: -1 }],
  ['Softmax', { reads: [0], writes: 1 }],
  ['Gather', { reads: [0, 4], writes: -1 }],
  ['GatherNd', { reads: [0, 2], writes: -1 }],
  ['ScatterNd', { reads: [0, 1], writes: -1 }],
]);

/** The tensors that a call reads, by id. */
export function readsOf({ reads, readsAll }: Signature, args: readonly Argument[]): number[] {
  const listed = readsAll === undefined ? [] : integers(args[readsAll]);
  return [...reads.map((at) => args[at] as number), ...listed];
}

/** The arguments of a call with other ids. */
export function withIds(
  { reads, readsAll, writes }: Signature,
  args: readonly Argument[],
  newId: (id: number) => number,
): Argument[] {
  const at = new Set([...reads, (writes + args.length) % args.length]);
  return args.map((argument, i) => {
    if (i === readsAll) return new Uint8Array(integers(argument).map(newId).buffer);
    return at.has(i) ? newId(argument as number) : argument;
  });
}

/** The integers in an array argument. */
export const integers = (bytes: Argument) => new Int32Array((bytes as Uint8Array).slice().buffer);
