import { ValueError } from '../../core/errors.js';

/** How many candidates are trained, and for how long in all. */
export interface Rung {
  readonly count: number;
  /** Epochs, or iterations, from the start. */
  readonly budget: number;
}

/** A candidate with what it reached on the last rung that it was on. */
export interface Ranked<C> {
  readonly candidate: C;
  /** Its place in the list of candidates. */
  readonly index: number;
  /** More is better, one number after the other; undefined where it diverged. */
  readonly score: readonly number[] | undefined;
  readonly budget: number;
}

/** Each rung's survivors are one in η; 3 as in Hyperband. */
const standardEta = 3;

/**
 * The rungs of successive halving for n candidates and at most R epochs:
 *
 *     s = min(⌊log_η n⌋, ⌊log_η R⌋), n_i = ⌊n / η^i⌋, r_i = ⌊R / η^(s-i)⌋, i = 0 … s
 *
 * Source: K. Jamieson, A. Talwalkar, arXiv:1502.07943; L. Li and others, Hyperband, arXiv:1603.06560.
 *
 * @throws ValueError if n or R is not a whole number from 1, or η not one from 2.
 */
export function rungsFor(n: number, most: number, eta = standardEta): Rung[] {
  for (const [name, value, least] of [
    ['the number of candidates', n, 1],
    ['the budget', most, 1],
    ['eta', eta, 2],
  ] as const) {
    if (Number.isInteger(value) && value >= least) continue;
    throw new ValueError(`rungsFor: ${name} is ${value}; give a whole number from ${least}.`);
  }
  let s = 0;
  while (eta ** (s + 1) <= Math.min(n, most)) s++;
  return Array.from({ length: s + 1 }, (_, i) => ({
    count: Math.floor(n / eta ** i),
    budget: Math.floor(most / eta ** (s - i)),
  }));
}

export interface SearchOptions<C> {
  /**
   * Trains a candidate until it has had `budget` in all, and scores it: more is better, of equal first
   * numbers the second decides, and so on. Undefined, or NaN, where it diverged: it is out.
   */
  score(candidate: C, budget: number, index: number): Promise<readonly number[] | undefined>;
  /** Told of the candidates of a rung, by their places, before the first is scored: to train several at once. */
  onRung?(indices: readonly number[], budget: number): void;
  /** Told of a candidate, by its place, as soon as it can no longer win. */
  onOut?(index: number): void | Promise<void>;
}

/**
 * Trains every candidate on the first rung, the best of them on the next, and so on. One rung for all is
 * a search of the whole list. Returns all, the best first: those of a later rung before those of an
 * earlier one, of equal ones the first in the list.
 */
export async function halving<C>(
  candidates: readonly C[],
  rungs: readonly Rung[],
  { score, onRung, onOut }: SearchOptions<C>,
): Promise<Ranked<C>[]> {
  let running = [...candidates.keys()];
  const out: Ranked<C>[] = [];
  for (const [i, { budget }] of rungs.entries()) {
    const stay = rungs[i + 1]?.count ?? 1;
    let ranked: Ranked<C>[] = [];
    const lost: Ranked<C>[] = [];
    onRung?.(running, budget);
    for (const index of running) {
      const candidate = candidates[index];
      const found = { candidate, index, budget, score: await score(candidate, budget, index) };
      ranked = [...ranked, found].sort(bestFirst);
      const outs = [
        ...ranked.slice(0, stay).filter((one) => !isScore(one.score)),
        ...ranked.slice(stay),
      ];
      ranked = ranked.filter((one) => !outs.includes(one));
      for (const { index } of outs) await onOut?.(index);
      lost.push(...outs);
    }
    out.unshift(...lost.sort(bestFirst));
    running = ranked.map(({ index }) => index).sort((a, b) => a - b);
    if (i === rungs.length - 1) out.unshift(...ranked);
    if (running.length === 0) break;
  }
  return out;
}

const isScore = (score: readonly number[] | undefined): score is readonly number[] =>
  score !== undefined && !score.some(Number.isNaN);

type Scored = { readonly index: number; readonly score?: readonly number[] };

/** For sorting: more is better; those without a score come last, equal ones by their place. */
export function bestFirst(a: Scored, b: Scored): number {
  const [isA, isB] = [isScore(a.score), isScore(b.score)];
  if (!isA || !isB) return Number(isB) - Number(isA) || a.index - b.index;
  const one = (a.score as readonly number[]).findIndex((value, k) => value !== b.score![k]);
  return one < 0 ? a.index - b.index : b.score![one] - a.score![one];
}
