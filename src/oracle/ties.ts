import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type PoolTies, withPoolTies } from '../float64/pool.js';

/** A way to differentiate one kernel at a tie: which of the numbers at hand it takes. */
export interface Convention {
  readonly kernel: string;
  /** As it is said in a sentence: relu'(0) = 1. */
  readonly says: string;
  readonly choice: Choice;
}

type Choice = 'above' | 'below' | 'between' | PoolTies;

const pointwise: Readonly<Record<string, string>> = {
  Relu: "relu'(0)",
  Relu6: "relu6' at its corners",
  LeakyRelu: "leaky relu'(0)",
  Prelu: "prelu'(0)",
  Selu: "selu'(0)",
  Abs: "|x|' at 0",
  ClipByValue: 'the derivative of a clipped value at its bounds',
  Maximum: 'the derivative of the maximum of two equal numbers',
  Minimum: 'the derivative of the minimum of two equal numbers',
};

const among: Readonly<Record<string, string>> = {
  Max: 'the gradient of a maximum of equal numbers',
  Min: 'the gradient of a minimum of equal numbers',
  MaxPool: 'the gradient of a pooling of equal maxima',
};

/** What the gradient of a kernel may be at a tie, besides what TensorFlow.js takes. */
export function conventionsOf(kernel: string): Convention[] {
  const one = (choice: Choice, says: string): Convention => ({ kernel, choice, says });
  if (kernel in pointwise) {
    const what = pointwise[kernel];
    if (kernel === 'Maximum' || kernel === 'Minimum') {
      return [
        one('above', `${what} goes to ${kernel === 'Maximum' ? 'a' : 'b'} of (a, b)`),
        one('below', `${what} goes to ${kernel === 'Maximum' ? 'b' : 'a'} of (a, b)`),
        one('between', `${what} goes to both in halves`),
      ];
    }
    return [
      one('above', `${what} is the one from above`),
      one('below', `${what} is the one from below`),
      one('between', `${what} is the mean of both sides`),
    ];
  }
  if (!(kernel in among)) return [];
  const what = among[kernel];
  return [
    one('first', `${what} goes to the first of them`),
    one('last', `${what} goes to the last of them`),
    one('all', `${what} goes to each of them`),
    one('shared', `${what} goes to them in equal parts`),
  ];
}

let chosen: ReadonlyMap<string, Choice> = new Map();

/** Runs f, which differentiates, with these conventions in place of TensorFlow.js's. */
export function withConventions<T>(conventions: readonly Convention[], f: () => T): T {
  const outer = chosen;
  chosen = new Map(conventions.map(({ kernel, choice }) => [kernel, choice]));
  const pool = chosen.get('MaxPool') as PoolTies | undefined;
  try {
    return pool ? withPoolTies(pool, f) : f();
  } finally {
    chosen = outer;
  }
}

/** Less than any difference that counts, and more than rounding. */
const tiny = 2 ** -50;

/**
 * Has the gradients of the kernels that branch ask for the convention: that of one side is the gradient
 * right beside the tie. Registers them over those that are there.
 */
export function mendTies(): void {
  for (const kernel of [...Object.keys(pointwise), 'Max', 'Min']) {
    const config = tf.getGradient(kernel);
    if (!config) continue;
    tf.unregisterGradient(kernel);
    tf.registerGradient({
      ...config,
      gradFunc: (dy, saved, attrs) => {
        const choice = chosen.get(kernel);
        if (!choice) return config.gradFunc(dy, saved, attrs);
        return kernel in pointwise
          ? beside(config, choice, dy as Tensor, saved, attrs)
          : toThose(choice, dy as Tensor, saved, attrs);
      },
    });
  }
}

/** The gradient on one side of the tie, or the mean of both. */
function beside(
  { gradFunc }: GradConfig,
  choice: Choice,
  dy: Tensor,
  [x, ...others]: Tensor[],
  attrs: NamedAttrMap,
): Record<string, () => Tensor> {
  const step = () => tf.add(tf.mul(tiny, tf.abs(x)), tiny);
  const at = (moved: Tensor, name: string) => gradFunc(dy, [moved, ...others], attrs)[name]();
  const above = (name: string) => at(tf.add(x, step()), name);
  const below = (name: string) => at(tf.sub(x, step()), name);
  const names = Object.keys(gradFunc(dy, [x, ...others], attrs));
  const of = (name: string) => () => {
    if (choice === 'above') return above(name);
    return choice === 'below' ? below(name) : tf.mul(0.5, tf.add(above(name), below(name)));
  };
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}

/** dy to the first, the last, each of the equal extremes, or to all of them in equal parts. */
function toThose(choice: Choice, dy: Tensor, [x, y]: Tensor[], attrs: NamedAttrMap) {
  const { reductionIndices } = attrs as unknown as { reductionIndices: number[] };
  const axes = tf.util.parseAxisParam(reductionIndices, x.shape);
  const kept = x.shape.map((side, axis) => (axes.includes(axis) ? 1 : side));
  const [whole, wholeDy] = [tf.reshape(y, kept), tf.reshape(dy, kept)];
  const gradient = () => {
    const tied = tf.cast(tf.equal(x, whole), 'float32');
    if (choice === 'all') return tf.mul(wholeDy, tied);
    if (choice === 'shared') return tf.mul(wholeDy, tf.div(tied, tf.sum(tied, axes, true)));
    const places = tf.reshape(tf.range(0, x.size, 1, 'float32'), x.shape);
    const order = tf.add(1, choice === 'first' ? tf.sub(x.size, places) : places);
    const ranked = tf.mul(tied, order);
    const wins = tf.cast(tf.equal(ranked, tf.max(ranked, axes, true)), 'float32');
    return tf.mul(wholeDy, tf.mul(tied, wins));
  };
  return { x: gradient };
}

/** Every combination of conventions for the kernels that met a tie, the plain one left out; 100 at most. */
export function combinations(kernels: Iterable<string>): Convention[][] {
  let all: Convention[][] = [[]];
  for (const kernel of kernels) {
    const own = conventionsOf(kernel);
    all = all.flatMap((before) => [before, ...own.map((one) => [...before, one])]);
  }
  return all.filter(({ length }) => length > 0).slice(0, 100);
}
