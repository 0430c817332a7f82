import { build, type Rows } from './matrices.js';

/*
 * The activations and losses in double precision, written as a textbook defines them and without
 * tfjs, by the names that handgrad exports. The gradients are not written at all: they come from
 * differences.
 */

/** One sample's Z to its A. */
export const activationFormulas: Record<string, (z: number[]) => number[]> = {
  sigmoid: (z) => z.map((x) => 1 / (1 + Math.exp(-x))),
  tanh: (z) => z.map(Math.tanh),
  relu: (z) => z.map((x) => Math.max(0, x)),
  leakyRelu: (z) => z.map((x) => (x > 0 ? x : 0.01 * x)),
  linear: (z) => z,
  softmax: (z) => {
    const e = z.map(Math.exp);
    const sum = e.reduce((a, b) => a + b);
    return e.map((x) => x / sum);
  },
  elu: (z) => z.map((x) => (x > 0 ? x : Math.expm1(x))),
  silu: (z) => z.map((x) => x / (1 + Math.exp(-x))),
  softplus: (z) => z.map((x) => Math.log1p(Math.exp(x))),
  hardSigmoid: (z) => z.map((x) => Math.min(Math.max(x + 3, 0), 6) / 6),
  gelu: (z) => z.map((x) => x * normalDistribution(x)),
};

/** Φ(x) = 1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + …). Source: Marsaglia, J. Stat. Softw. 11 (2004). */
function normalDistribution(x: number): number {
  let [sum, term] = [0, x];
  for (let n = 3; sum + term !== sum; n += 2) [sum, term] = [sum + term, (term * x * x) / n];
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** One sample's output and label to its loss: the cost J is the mean of it over the samples. */
export const lossFormulas: Record<string, (a: number[], y: number[]) => number> = {
  binaryCrossEntropy: (a, y) =>
    -sum(a.map((p, i) => y[i] * Math.log(p) + (1 - y[i]) * Math.log(1 - p))),
  categoricalCrossEntropy: (a, y) => -Math.log(a[y.indexOf(1)]),
  // Its label is a class.
  sparseCategoricalCrossEntropy: (a, [k]) => -Math.log(a[k]),
  meanSquaredError: (a, y) => sum(a.map((p, i) => (p - y[i]) ** 2)) / a.length,
  meanAbsoluteError: (a, y) => sum(a.map((p, i) => Math.abs(p - y[i]))) / a.length,
  huber: (a, y) =>
    sum(
      a.map((p, i) => {
        const r = Math.abs(p - y[i]);
        return r <= 1 ? r ** 2 / 2 : r - 1 / 2;
      }),
    ) / a.length,
  hinge: (a, y) => sum(a.map((p, i) => Math.max(0, 1 - y[i] * p))) / a.length,
};

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

/** Applies a formula for one sample to each column. */
export function columnByColumn(Z: Rows, f: (z: number[], column: number) => number[]): Rows {
  const columns = Z[0].map((_, j) => f(column(Z, j), j));
  return build(columns[0].length, Z[0].length, (i, j) => columns[j][i]);
}

export const column = (M: Rows, j: number): number[] => M.map((row) => row[j]);

/** ∂f/∂x_i by four-point central differences: in doubles good to about 1e-11 for smooth f. */
export function gradient(f: (x: number[]) => number, x: number[]): number[] {
  const h = 3e-4;
  return x.map((_, i) => {
    const at = (step: number) => f(x.map((value, k) => (k === i ? value + step * h : value)));
    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
  });
}
