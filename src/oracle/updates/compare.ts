import type { Recipe } from './recipe.js';
import { along, type Track } from './replay.js';

/** Where an update takes one parameter in each step. */
export interface Path {
  readonly track: Track;
  readonly hand: readonly Float64Array[];
}

export const tolerance = 1e-9; // of the longest move in a step

/** Not within the tolerance; NaN is not. */
export const isOff = (error: number): boolean => !(error <= tolerance);

/** For each step max |hand - recipe|, relative to the longest move that the recipe makes in it. */
export function errors({ track, hand }: Path, recipe: Recipe): number[] {
  return [...along(recipe, track)].map((expected, step) => {
    const difference = largest(expected.map((value, i) => hand[step][i] - value));
    return difference === 0 ? 0 : difference / longestMove(track, expected, step);
  });
}

/**
 * Whether the recipe takes the parameter to the very places that the update does. What is not finite
 * must be so in both, and the finite numbers must be enough to tell.
 */
export function isReplay({ track, hand }: Path, recipe: Recipe): boolean {
  let step = 0;
  let finite = 0;
  for (const expected of along(recipe, track)) {
    const bound = tolerance * longestMove(track, expected, step);
    const found = hand[step++];
    const fits = expected.every((value, i) => {
      if (!Number.isFinite(value)) return Object.is(found[i], value);
      finite++;
      return Math.abs(found[i] - value) <= bound;
    });
    if (!fits) return false;
  }
  return finite >= track.gradients.length;
}

/** Over the elements that stay finite. */
const longestMove = ({ before }: Track, after: Float64Array, step: number): number =>
  largest(after.map((value, i) => value - before[step][i]).filter(Number.isFinite));

/** The largest |value|; NaN where there is one. */
const largest = (values: Float64Array): number =>
  values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
