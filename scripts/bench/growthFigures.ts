/** The time of an iteration at a place on an axis, and its floating point operations. */
export interface Sample {
  readonly x: number;
  readonly ms: number;
  readonly work: number;
}

/** log(time ratio) / log(work ratio) between neighbours: above 1 the time grows faster than the work. */
export const exponents = (samples: readonly Sample[]): number[] =>
  samples
    .slice(1)
    .map(({ ms, work }, i) => Math.log(ms / samples[i].ms) / Math.log(work / samples[i].work));

/** Who is faster from a place on, up to the next. */
export interface Stretch {
  readonly from: number;
  readonly faster: 'ours' | 'theirs';
}

/**
 * Where two lines cross, straight in logarithms between their samples: the stretches of the axis on which
 * one of them is the faster, from the first place on.
 */
export function stretches(ours: readonly Sample[], theirs: readonly Sample[]): Stretch[] {
  const there = ours.flatMap(({ x, ms }) => {
    const other = theirs.find((sample) => sample.x === x);
    return other ? [{ x, gap: Math.log(ms / other.ms) }] : [];
  });
  const faster = (gap: number) => (gap <= 0 ? 'ours' : 'theirs');
  return there.flatMap(({ x, gap }, i): Stretch[] => {
    if (i === 0) return [{ from: x, faster: faster(gap) }];
    const before = there[i - 1];
    if (faster(before.gap) === faster(gap)) return [];
    const share = before.gap / (before.gap - gap);
    return [{ from: before.x * (x / before.x) ** share, faster: faster(gap) }];
  });
}
