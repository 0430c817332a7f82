import { RandomState } from '../../src/core/random.js';

/** The shape of a task: what a contestant is told in task.json. */
export interface Shape {
  /** n_x, n_1, …, n_L */
  readonly sizes: readonly number[];
  /** By the names of core/activations.ts; the last one decides the loss. */
  readonly activations: readonly string[];
  readonly m: number;
  /** Undefined where each step is on all samples. */
  readonly batchSize?: number;
  readonly learningRate: number;
  /** Default: gradient descent. */
  readonly optimizer?: 'adam';
  /** The rate behind each hidden layer. Every contestant draws its own. */
  readonly dropout?: number;
  /** λ, with λ/2m Σ W² in the cost of a batch. */
  readonly l2?: number;
  /** The most steps that a run takes. Default: many. */
  readonly steps?: number;
}

/** What every contestant of a workload is given: the same samples, the same starting weights. */
export interface Task extends Shape {
  /** X (n_x, m), row by row */
  readonly X: Float32Array;
  /** Y (n_y, m), row by row */
  readonly Y: Float32Array;
  /** W1, W2, …, row by row; the biases start at 0 */
  readonly weights: readonly Float32Array[];
}

/**
 * Samples in [0, 1) with labels by chance, if none are given, and the course's randn / √n_prev times a
 * gain, all from seed 1.
 */
export function draw(
  shape: Shape,
  { samples, gain = 1 }: { samples?: Pick<Task, 'X' | 'Y'>; gain?: number } = {},
): Task {
  const random = new RandomState(1);
  const { sizes } = shape;
  const weights = sizes.slice(1).map((n, i) => {
    const scale = gain / Math.sqrt(sizes[i]);
    return Float32Array.from(random.randn(n * sizes[i]), (w) => w * scale);
  });
  return { ...shape, ...(samples ?? noise(shape, random)), weights };
}

function noise({ sizes, m }: Shape, random: RandomState): Pick<Task, 'X' | 'Y'> {
  const nY = sizes.at(-1)!;
  const X = Float32Array.from(random.rand(sizes[0] * m)); // (n_x, m)
  const labels = random.randint(0, Math.max(2, nY), m);
  const Y = Float32Array.from({ length: nY * m }, (_, i) =>
    nY === 1 ? labels[i] : Number(labels[i % m] === Math.floor(i / m)),
  ); // (n_y, m)
  return { X, Y };
}

/**
 * Floating point operations of an iteration: Z = W A, dW = dZ Aᵀ, and above the first layer
 * dA = Wᵀ dZ, each 2 n_l n_prev m.
 */
export function work({ sizes, m, batchSize = m }: Shape): number {
  const products = sizes.slice(1).map((n, i) => (i === 0 ? 2 : 3) * 2 * n * sizes[i]);
  return batchSize * products.reduce((sum, each) => sum + each);
}
