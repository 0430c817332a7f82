import type { Elsewhere, Evidence } from '../evidence.js';
import { type Explanation, isWeak, kinds, maxKinds, search, simplest } from './explain.js';
import type { Mistake } from './forms.js';
import { type RecognizedNetwork, recognize } from './recognize.js';
import { type Convention, conventionOf } from './written.js';

/** A point at which an explanation has to hold. */
export interface Probe {
  readonly evidence: Evidence;
  readonly net: RecognizedNetwork;
  /** Whether its dimensions are others than those of the check, m among them. */
  readonly resized: boolean;
  /** Every explanation of so many kinds of mistakes; searched for once. */
  explanations(budget: number): readonly Explanation[];
}

export function probeAt(evidence: Evidence, net: RecognizedNetwork, resized = false): Probe {
  const found = new Map<number, readonly Explanation[]>();
  const explanations = (budget: number) => {
    const known = found.get(budget) ?? search(net, evidence.hand, budget);
    found.set(budget, known);
    return known;
  };
  return { evidence, net, resized, explanations };
}

/** The probes at which the functions work, and at which their network is recognised. */
export function probesOf({ redrawn, resized }: Elsewhere): Probe[] {
  const probe = (evidence: Evidence | undefined, isResized = false) => {
    const net = evidence && recognized(evidence);
    return net ? [probeAt(evidence, net, isResized)] : [];
  };
  const [first, second] = redrawn;
  const other = probe(resized(), true);
  return [...probe(first()), ...(other.length > 0 ? other : probe(second()))];
}

export const recognized = ({ point, oracle, steps }: Evidence) => recognize(point, oracle, steps);

export interface Survivors {
  /** The simplest ones, which give the same numbers at every probe. */
  readonly explanations: readonly Explanation[];
  /** How the code writes the dZ of the first; undefined where it never has these numbers. */
  readonly convention?: Convention;
  /**
   * Whether the corrections were replayed: at the check's point and at fresh ones the code goes on with
   * every dZ that the explanation speaks of, and with the right lines in place of the mistaken ones all
   * gradients are the oracle's.
   */
  readonly verified: boolean;
}

/**
 * The explanations that hold wherever the functions are tried: those of the fewest kinds whose every dZ
 * the code goes on with. Without such, those that no other fits better, but for those with a number
 * that was read from a gradient: it fits too much.
 *
 * To be called in a `tf.tidy`.
 */
export function survivors(first: Probe, probes: readonly Probe[]): Survivors {
  const judge = (found: readonly Explanation[], convention?: Convention): Survivors => {
    const explanations = simplest(found);
    const verified = convention !== undefined && isVerified(explanations[0], first, probes);
    return { explanations, convention, verified };
  };
  /** What is taken where nothing better comes of one more kind. */
  let spare: Survivors | undefined;
  for (let budget = 0; budget <= maxKinds; budget++) {
    const found = holding(first, probes, budget);
    const written = (convention: Convention | undefined) =>
      found.filter((explanation) => conventionOf(explanation, first.evidence) === convention);
    const ours = written('per sample');
    // A number that was read fits a dZ of which a multiple is there: known mistakes, one more, fit better.
    if (spare?.convention)
      return ours.some(isStrong) ? judge(ours.filter(isStrong), 'per sample') : spare;
    if (ours.length > 0) return judge(ours, 'per sample');
    const divided = written('divided');
    if (divided.some(isStrong)) return judge(divided.filter(isStrong), 'divided');
    if (divided.length > 0) spare = judge(divided, 'divided');
    const unseen = written(undefined).filter(isStrong);
    if (!spare && unseen.length > 0) spare = judge(unseen);
  }
  return spare ?? { explanations: [], verified: false };
}

const isStrong = ({ mistakes }: Explanation) => !mistakes.some(isWeak);

/** The explanations at the check's point that hold at each of the probes as well. */
function holding(first: Probe, probes: readonly Probe[], budget: number): readonly Explanation[] {
  const { m, Y } = first.net;
  const isOtherM = probes.some(({ net }) => net.m !== m);
  const isOtherN = probes.some(({ net }) => net.Y.shape[0] !== Y.shape[0]);
  // Only another m tells a constant from a multiple of m, and only another point one number from another.
  const isTold = ({ constant, scale = '' }: Mistake) =>
    constant === undefined ||
    (probes.length > 0 && (scale === '' || (scale.endsWith('m') ? isOtherM : isOtherN)));
  let found = first.explanations(budget).filter(({ mistakes }) => mistakes.every(isTold));
  for (const { explanations, resized } of probes) {
    if (found.length === 0) return [];
    const there = explanations(budget);
    found = found.filter((explanation) =>
      there.some(({ mistakes }) =>
        // What does not show at a probe, such as a relu's derivative where no unit is off, is not held against it.
        mistakes.every((one) => explanation.mistakes.some((other) => isSame(one, other, resized))),
      ),
    );
  }
  return found;
}

/** The same mistake in the same place, with the same constant. */
export function isSame(a: Mistake, b: Mistake, resized: boolean): boolean {
  if (a.id !== b.id || a.where !== b.where || a.scale !== b.scale) return false;
  // Of other dimensions λ/m is another number, though the words are the same: λ in place of λ/m.
  if (resized) return withoutSizes(a.says) === withoutSizes(b.says);
  const [c, d] = [a.constant ?? 0, b.constant ?? 0];
  return Math.abs(c - d) <= 1e-6 * Math.abs(c);
}

/** Without the numbers that dimensions stand for: `n = 7`, the shape (3). */
const withoutSizes = (says: string) => says.replace(/ = \d+|\([\d, ]*\)/g, '');

function isVerified({ mistakes }: Explanation, first: Probe, probes: readonly Probe[]): boolean {
  const budget = kinds(mistakes).length;
  const isReplayedAt = ({ net, evidence, resized, explanations }: Probe) => {
    // The right lines give the oracle's own gradients: what is left once the wrong ones are replaced is right.
    const rightLinesAreRight = search(net, evidence.oracle, 0).length > 0;
    const isThere = (explanation: Explanation) =>
      explanation.mistakes.every((one) => mistakes.some((other) => isSame(one, other, resized))) &&
      conventionOf(explanation, evidence) !== undefined;
    return rightLinesAreRight && explanations(budget).some(isThere);
  };
  return probes.length > 0 && [first, ...probes].every(isReplayedAt);
}
