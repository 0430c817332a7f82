import { advance, type Body, type Code, op, repeat } from './assembler.js';

/*
 * Kernels that work element by element, as one loop over several of them. Only those are here that
 * IEEE 754 rounds, so that our own code gives the same bits: no exponential, no logarithm.
 */

/** How a loop over (rows, columns) reads a tensor: in step with the result, or broadcast. */
export type Access = 'each' | 'scalar' | 'column' | 'row';

/** A kernel's place in a fused loop. Operands are the inputs first, then the steps before. */
export interface FusedStep {
  readonly kernel: string;
  readonly operands: readonly number[];
}

/** Several kernels in one loop. The last step is the result. */
export interface Fused {
  readonly rows: number;
  readonly columns: number;
  readonly inputs: readonly Access[];
  readonly steps: readonly FusedStep[];
}

/** A number in all four lanes. */
const all = (value: number): Code => [
  op.int(new Int32Array(Float32Array.of(value).buffer)[0]),
  op.splatInt,
];
/** The kernel Sign takes what is closer to 0 for 0. */
const smallest = 2 ** -23;

/** Four numbers at once, from operands that may be read more than once. */
const kernels: Readonly<Record<string, (...operands: Code[]) => Code>> = {
  Add: (a, b) => [a, b, op.add],
  Sub: (a, b) => [a, b, op.subtract],
  Multiply: (a, b) => [a, b, op.multiply],
  RealDiv: (a, b) => [a, b, op.divide],
  // As std::max and std::min: the first, unless the second is larger or smaller.
  Maximum: (a, b) => [a, b, op.laterMax],
  Minimum: (a, b) => [a, b, op.laterMin],
  SquaredDifference: (a, b) => [[a, b, op.subtract], [a, b, op.subtract], op.multiply],
  Abs: (x) => [x, op.abs],
  Neg: (x) => [x, op.negate],
  Sqrt: (x) => [x, op.sqrt],
  Square: (x) => [x, x, op.multiply],
  Reciprocal: (x) => [all(1), x, op.divide],
  Rsqrt: (x) => [all(1), [x, op.sqrt], op.divide],
  Relu: (x) => [x, op.zeros, op.max],
  Sign: (x) => [
    [[x, all(smallest), op.atLeast], all(1), op.and],
    [[x, all(-smallest), op.atMost], all(-1), op.and],
    op.or,
  ],
};

/** Whether a kernel of so many operands can be part of a fused loop. */
export const fuses = (kernel: string, operands: number): boolean =>
  Object.hasOwn(kernels, kernel) && kernels[kernel].length === operands;

// Integers: where the element, its row and its column are, in bytes; then counters.
const [element, row, column, countRows, countColumns] = Array(5).keys();
const firstVector = 5;
const bytes = 4;

/** The steps, and their result, of inputs that are in the locals `value(0)`, `value(1)`, …, as theirs are behind. */
export function stepsCode({ inputs, steps }: Fused, value: (i: number) => number) {
  const compute: Code = steps.map(({ kernel, operands }, i) => {
    const code = kernels[kernel](...operands.map((operand) => op.get(value(operand))));
    return [code, op.set(value(inputs.length + i))];
  });
  return { compute, result: op.get(value(inputs.length + steps.length - 1)) };
}

/** Code for a fused loop: `from` and `to` are the addresses of its inputs and its result. */
export function fusedCode(fused: Fused, from: readonly number[], to: number): Body {
  const { rows, columns, inputs, steps } = fused;
  const value = (i: number) => firstVector + i;
  const loads = (wanted: Access, place: Code, load: (offset: number) => Code): Code =>
    inputs.map((access, i) => {
      if (access !== wanted) return [];
      return [place, load(from[i]), op.set(value(i))];
    });
  const { compute, result } = stepsCode(fused, value);
  const some = (load: (offset: number) => Code, store: Code, count: number): Code => [
    loads('each', op.get(element), load),
    loads('row', op.get(column), load),
    compute,
    [op.get(element), result, store],
    advance(element, count * bytes),
    advance(column, count * bytes),
  ];
  const eachRow = [
    [op.int(0), op.set(column)],
    loads('column', op.get(row), op.loadToAll),
    repeat(Math.floor(columns / 4), countColumns, some(op.load, op.store(to), 4)),
    repeat(columns % 4, countColumns, some(op.loadToAll, op.storeLane(to, 0), 1)),
    advance(row, bytes),
  ];
  return {
    integers: firstVector,
    vectors: inputs.length + steps.length,
    code: [
      [op.int(0), op.set(element), op.int(0), op.set(row)],
      loads('scalar', op.int(0), op.loadToAll),
      repeat(rows, countRows, eachRow),
    ],
  };
}
