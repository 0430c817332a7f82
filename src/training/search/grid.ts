import { ValueError } from '../../core/errors.js';
import type { RandomState } from '../../core/random.js';

/** The values to choose from, by name. */
export type Space = Readonly<Record<string, readonly unknown[]>>;

/** One value of each. */
export type Choice<S extends Space> = { readonly [Name in keyof S]: S[Name][number] };

/** How many combinations there are. */
export const sizeOfGrid = (space: Space): number =>
  Object.values(space).reduce((size, { length }) => size * length, 1);

/**
 * Every combination, once each: the last name's values change first.
 *
 * @throws ValueError where a name has no values.
 */
export const grid = <S extends Space>(space: S): Choice<S>[] =>
  Array.from({ length: assertedSize(space) }, (_, i) => combination(space, i));

/**
 * n combinations at random, no one twice, in the order of the grid; all of them where n is as many.
 *
 * Source: R. Floyd's sampling without replacement, in J. Bentley, Programming Pearls, CACM 30 (1987);
 * random search: J. Bergstra, Y. Bengio, JMLR 13 (2012).
 *
 * @throws ValueError where a name has no values, or n is not a whole number from 1.
 */
export function randomChoices<S extends Space>(
  space: S,
  n: number,
  random: RandomState,
): Choice<S>[] {
  if (!Number.isInteger(n) || n < 1) {
    throw new ValueError(`randomChoices: n is ${n}; give a whole number from 1.`);
  }
  const size = assertedSize(space);
  const chosen = new Set<number>();
  for (let last = Math.max(0, size - n); last < size; last++) {
    const drawn = Math.floor(random.uniform() * (last + 1));
    chosen.add(chosen.has(drawn) ? last : drawn);
  }
  return [...chosen].sort((a, b) => a - b).map((i) => combination(space, i));
}

function assertedSize(space: Space): number {
  const empty = Object.keys(space).find((name) => space[name].length === 0);
  if (empty === undefined) return sizeOfGrid(space);
  throw new ValueError(`The search has no ${empty} to choose from; give one at least.`);
}

/** The combination at a place of the grid: its digits, each in the base of its list. */
function combination<S extends Space>(space: S, place: number): Choice<S> {
  let rest = place;
  const digits = Object.entries(space)
    .reverse()
    .map(([name, values]) => {
      const value = values[rest % values.length];
      rest = Math.floor(rest / values.length);
      return [name, value] as const;
    });
  return Object.fromEntries(digits.reverse()) as Choice<S>;
}
