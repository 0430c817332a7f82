import { RandomState } from '../../core/random.js';
import { advance, type Memory, nothing, type Recipe } from './recipe.js';
import type { Rule } from './rules.js';

/** One parameter's values at the start of each step and its gradients in it. */
export interface Track {
  readonly name: string;
  readonly shape: readonly [number, number];
  /** Before step 1, 2, …: the reference's path. */
  readonly before: readonly Float64Array[];
  readonly gradients: readonly Float64Array[];
}

const shapes: readonly (readonly [string, readonly [number, number]])[] = [
  ['W1', [3, 2]],
  ['b1', [3, 1]],
  ['W2', [5, 3]],
  ['b2', [5, 1]],
];

/**
 * Two layers, and the reference's path through gradients that are drawn once. The numbers are such
 * that each mistake shows: weights a hundred steps in size, so that rounding stays far below a
 * step; gradients of both signs, and in each first row above 0; and some as small as ε and its
 * root, without which it would not matter where ε is added.
 */
export function drawTracks(
  { recipe, hyperparameters }: Rule,
  steps: number,
  seed: number,
): Track[] {
  const random = new RandomState(seed);
  const { learningRate, epsilon } = hyperparameters;
  const small = recipe.second ? [1, Math.sqrt(epsilon), 3 * epsilon] : [];
  return shapes.map(([name, shape]) => {
    const [rows, columns] = shape;
    const size = rows * columns;
    const start = random.randn(size).map((value) => 100 * learningRate * value);
    const gradients = Array.from({ length: steps }, () =>
      random.randn(size).map((value, i) => {
        const row = Math.floor(i / columns);
        return (row === 0 ? Math.abs(value) : value) * (small[row] ?? 1);
      }),
    );
    const track = { name, shape, before: [start], gradients };
    return { ...track, before: [start, ...replay(recipe, track)].slice(0, steps) };
  });
}

/** Where the recipe takes the parameter, step by step, on its own path. */
function replay(recipe: Recipe, { name, before: [start], gradients }: Track): Float64Array[] {
  let W = start;
  const take = stepper(recipe, name, start.length);
  return gradients.map((dW) => {
    W = take(W, dW);
    return W;
  });
}

/** Where the recipe takes the parameter in each step from the reference's path, one by one. */
export function* along(
  recipe: Recipe,
  { name, before, gradients }: Track,
): Generator<Float64Array, void> {
  const take = stepper(recipe, name, before[0].length);
  for (const [i, dW] of gradients.entries()) yield take(before[i], dW);
}

/** The recipe, step after step, with what each element of the parameter remembers. */
function stepper(recipe: Recipe, name: string, size: number) {
  let memories: Memory[] = Array.from({ length: size }, () => nothing);
  let t = 0;
  return (W: Float64Array, dW: Float64Array): Float64Array => {
    t++;
    const next = memories.map((memory, i) =>
      advance(recipe, W[i], dW[i], memory, t, !name.startsWith('W')),
    );
    memories = next.map(({ memory }) => memory);
    return Float64Array.from(next, ({ W }) => W);
  };
}
