/** Positions of the tensor ids among the arguments of a kernel's C function. */
export interface Signature {
  readonly reads: readonly number[];
  /** Negative values count from the end. */
  readonly writes: number;
  /** The matrix that XNNPACK packs, once per id. */
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
  ...all('Add Sub Multiply RealDiv Maximum Minimum Pow SquaredDifference Mod', binary),
  ...all('Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr', binary),
  ...all('Sum Max Min Mean Prod Any All', reduction),
  ['BatchMatMul', { reads: [0, 3], writes: -1, packs: 3 }],
  ['Transpose', { reads: [0], writes: 4 }],
  ['SelectV2', { reads: [0, 1, 2], writes: -1 }],
  ['Softmax', { reads: [0], writes: 1 }],
  ['Gather', { reads: [0, 4], writes: -1 }],
  ['PadV2', { reads: [0], writes: -1 }],
  ['Tile', { reads: [0], writes: -1 }],
]);
