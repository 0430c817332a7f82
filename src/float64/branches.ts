import type { NdArray } from './array.js';
import { placesOf } from './pool.js';

/*
 * Which way the branching kernels went: on which side of 0 the input of a relu lay, which of two
 * numbers was the larger. A cost is smooth where all of them go the same way.
 */

let hash: number | undefined;
const prime = 0x01000193;

/** Runs f, and gives besides its result a number that stands for every branch that its kernels took. */
export function withBranches<T>(f: () => T): { result: T; branches: number } {
  const outer = hash;
  hash = 0x811c9dc5;
  try {
    const result = f();
    return { result, branches: hash };
  } finally {
    hash = outer;
  }
}

/** Which branches a kernel took, from what went in and what came out. */
type Branches = (inputs: Readonly<Record<string, NdArray>>, output: NdArray, attrs: object) => void;

/** As `note`, without a call for each element: relus are what most branches come from. */
const bySignOfInput: Branches = ({ x: { values } }) => {
  let h = hash as number;
  for (let i = 0; i < values.length; i++) h = Math.imul(h ^ (1 + Number(values[i] > 0)), prime);
  hash = h;
};
/** On which side of each of these the numbers lie. */
function bySide({ values }: NdArray, ...kinks: number[]): void {
  for (const kink of kinks) note(values.length, (i) => values[i] > kink);
}

/** The result of an activation that has a kink tells on which side its input lay. */
const byActivation: Branches = (_, output, { activation = 'linear' }: Activated) => {
  if (['linear', 'sigmoid'].includes(activation)) return;
  bySide(output, 0);
  if (activation === 'relu6') note(output.values.length, (i) => output.values[i] === 6);
};
interface Activated {
  readonly activation?: string;
}

const byOutput: Branches = (_, { values }) => note(values.length, (i) => values[i] !== 0);
const byChoice: Branches = ({ a, b }, { values }) => {
  for (const side of [a, b]) {
    if (side.values.length === values.length) {
      note(values.length, (i) => side.values[i] === values[i]);
    }
  }
};

const byPlace: Branches = (_, { values }) => noteNumbers(placesOf(values)!);
const byNumber: Branches = (_, { values }) => noteNumbers(values);
const byInteger: Branches = (_, { values }) => note(values.length, (i) => values[i] % 2 === 0);
const byExtreme: Branches = ({ x }, { values }) => {
  const extremes = new Set<number>(values);
  note(x.values.length, (i) => extremes.has(x.values[i]));
};

const branching: Readonly<Record<string, Branches>> = {
  Abs: bySignOfInput,
  Elu: bySignOfInput,
  LeakyRelu: bySignOfInput,
  Prelu: bySignOfInput,
  Relu: bySignOfInput,
  Relu6: ({ x }) => bySide(x, 0, 6),
  _FusedMatMul: byActivation,
  FusedConv2D: byActivation,
  FusedDepthwiseConv2D: byActivation,
  Selu: bySignOfInput,
  Sign: bySignOfInput,
  Step: bySignOfInput,
  MaxPool: byPlace,
  ArgMax: byNumber,
  ArgMin: byNumber,
  FloorDiv: byNumber,
  Cast: (inputs, output) => {
    if (output.dtype !== 'float32' && inputs.x.dtype === 'float32') noteNumbers(output.values);
  },
  Max: byExtreme,
  Min: byExtreme,
  Ceil: byInteger,
  Floor: byInteger,
  Round: byInteger,
  ClipByValue: ({ x }, { values }) => note(values.length, (i) => x.values[i] === values[i]),
  Maximum: byChoice,
  Minimum: byChoice,
  Equal: byOutput,
  Greater: byOutput,
  GreaterEqual: byOutput,
  Less: byOutput,
  LessEqual: byOutput,
  NotEqual: byOutput,
};

/** Called behind each kernel; does nothing outside `withBranches`. */
export function noteBranches(
  kernelName: string,
  inputs: Readonly<Record<string, NdArray>>,
  output: NdArray | NdArray[],
  attrs: object = {},
): void {
  if (hash === undefined) return;
  if (!Array.isArray(output)) branching[kernelName]?.(inputs, output, attrs);
  else if (kernelName === 'TopK') noteNumbers(output[1].values);
}

/** Takes n yes-or-no answers into the hash (FNV-1a). */
function note(n: number, answer: (i: number) => boolean): void {
  let h = hash as number;
  for (let i = 0; i < n; i++) h = Math.imul(h ^ (1 + Number(answer(i))), prime);
  hash = h;
}

/** Takes whole numbers in. */
function noteNumbers(numbers: ArrayLike<number>): void {
  let h = hash as number;
  for (let i = 0; i < numbers.length; i++) h = Math.imul(h ^ numbers[i], prime);
  hash = h;
}
