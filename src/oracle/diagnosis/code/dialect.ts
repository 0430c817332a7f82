/** How operations are written in a language. */
export interface Dialect {
  /** a ∘ b, a / b, a + b, a - b */
  binary(kernel: 'Multiply' | 'RealDiv' | 'Add' | 'Sub', a: string, b: string): string;
  /** Neg, Square, Step, Exp, Sigmoid, Reciprocal, OneMinus */
  unary(kernel: Unary, x: string): string;
  /** sum, mean, max, min, prod */
  reduce(kernel: string, x: string, axes: readonly number[], keepDims: boolean): string;
  matMul(a: string, b: string, transposeA: boolean, transposeB: boolean): string;
  transpose(x: string): string;
  squeeze(x: string, axes: readonly number[]): string;
  sqrt(number: string): string;
}

export type Unary = 'Neg' | 'Square' | 'Step' | 'Exp' | 'Sigmoid' | 'Reciprocal' | 'OneMinus';

const axesText = (axes: readonly number[], [open, close]: string) =>
  axes.length === 1 ? String(axes[0]) : `${open}${axes.join(', ')}${close}`;

/** What follows the operand of a sum: none where it goes over everything. */
const over = (axes: readonly number[], brackets: string, name = '') =>
  axes.length === 0 ? '' : `, ${name}${axesText(axes, brackets)}`;

const binaryOfTf = { Multiply: 'mul', RealDiv: 'div', Add: 'add', Sub: 'sub' };

/** TensorFlow.js: tf.mul(a, b), tf.sum(x, 0, true), tf.matMul(a, b, true) */
export const tensorflow: Dialect = {
  binary: (kernel, a, b) => `tf.${binaryOfTf[kernel]}(${a}, ${b})`,
  unary: (kernel, x) =>
    kernel === 'OneMinus' ? `tf.sub(1, ${x})` : `tf.${kernel.toLowerCase()}(${x})`,
  reduce: (kernel, x, axes, keepDims) =>
    `tf.${kernel.toLowerCase()}(${x}${over(axes, '[]')}${keepDims ? (axes.length > 0 ? ', true' : ', null, true') : ''})`,
  matMul(a, b, transposeA, transposeB) {
    const flags = transposeB ? [transposeA, true] : transposeA ? [true] : [];
    return `tf.matMul(${[a, b, ...flags].join(', ')})`;
  },
  transpose: (x) => `tf.transpose(${x})`,
  squeeze: (x, axes) => `tf.squeeze(${x}, [${axes.join(', ')}])`,
  sqrt: (x) => `Math.sqrt(${x})`,
};

const binaryOfNp = { Multiply: '*', RealDiv: '/', Add: '+', Sub: '-' };
const unaryOfNp: Readonly<Record<Unary, (x: string) => string>> = {
  Neg: (x) => `-${x}`,
  Square: (x) => `${x}**2`,
  Step: (x) => `(${x} > 0)`,
  Exp: (x) => `np.exp(${x})`,
  Sigmoid: (x) => `(1 / (1 + np.exp(-${x})))`,
  Reciprocal: (x) => `(1 / ${x})`,
  OneMinus: (x) => `(1 - ${x})`,
};

/** An operand: in brackets, unless nothing in it binds less than an operator does. */
const operand = (x: string) => (isClosed(x) ? x : `(${x})`);

/** Whether no operator stands outside of brackets. */
export function isClosed(code: string): boolean {
  let depth = 0;
  for (const character of code) {
    if (/[([]/.test(character)) depth++;
    else if (/[)\]]/.test(character)) depth--;
    else if (depth === 0 && /[-+*/@<>=\s]/.test(character)) return false;
  }
  return true;
}

/** NumPy: a * b, np.sum(x, axis=0, keepdims=True), a.T @ b */
export const numpy: Dialect = {
  binary: (kernel, a, b) => `${operand(a)} ${binaryOfNp[kernel]} ${operand(b)}`,
  unary: (kernel, x) => unaryOfNp[kernel](operand(x)),
  reduce: (kernel, x, axes, keepDims) =>
    `np.${kernel.toLowerCase()}(${x}${over(axes, '()', 'axis=')}${keepDims ? ', keepdims=True' : ''})`,
  matMul: (a, b, transposeA, transposeB) =>
    `${operand(a)}${transposeA ? '.T' : ''} @ ${operand(b)}${transposeB ? '.T' : ''}`,
  transpose: (x) => `${operand(x)}.T`,
  squeeze: (x, axes) => `np.squeeze(${x}, axis=${axesText(axes, '()')})`,
  sqrt: (x) => `np.sqrt(${x})`,
};
