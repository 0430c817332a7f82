import type { NdArray } from '../../float64/array.js';
import { type Edit, editsOf, rewritesOf } from './edits.js';
import { type Factor, fitted } from './factor.js';
import { type Rewrite, replay } from './program.js';
import { same } from './scene.js';
import type { Stage } from './stage.js';

/** Edits that together make every gradient right. */
export interface Repair {
  readonly edits: readonly Edit[];
  readonly cost: number;
}

interface Options {
  /** When the search ends, whatever it has found: a time as `performance.now()` gives it. */
  readonly deadline: number;
}

/**
 * Looks for the least that has to be written differently in a backward pass, so that every gradient is
 * right: here, and at the fresh points. A mistake may be a single edit, several independent ones, or a
 * pair of which neither helps alone.
 */
export function repairs(
  stage: Stage,
  fresh: readonly Stage[],
  options: Options,
): readonly Repair[] {
  const wrong = wrongOf(stage, stage.scene.returned);
  if (wrong.size === 0) return [];
  const search = new Search(stage, fresh, wrong, options.deadline);
  return search.run();
}

/** The names of the gradients that are not the oracle's. */
export function wrongOf(
  { scene }: Stage,
  returned: Readonly<Record<string, NdArray>>,
): Set<string> {
  const names = Object.keys(scene.oracle).filter((name) => name in returned);
  return new Set(
    names.filter((name) => !same(returned[name], scene.oracle[name], scene.noise[name])),
  );
}

class Search {
  private readonly candidates: readonly Edit[];

  constructor(
    private readonly stage: Stage,
    private readonly fresh: readonly Stage[],
    private readonly wrong: ReadonlySet<string>,
    private readonly deadline: number,
  ) {
    this.candidates = this.listed();
  }

  run(): readonly Repair[] {
    const { mended, helping } = this.singles([]);
    if (mended.length > 0) return mended;
    return this.several(helping);
  }

  private listed(): readonly Edit[] {
    const { stage, wrong } = this;
    const extra = fittedFactors(stage, wrong);
    return stage.backwardGroups
      .filter(({ at }) => at.some((i) => [...stage.reach[i]].some((name) => wrong.has(name))))
      .flatMap((group) => editsOf(stage, group, extra));
  }

  private isLate = () => performance.now() > this.deadline;

  /** The edits that, after others, mend everything; and those that mend something and break nothing. */
  private singles(done: readonly Edit[], of: readonly Edit[] = this.candidates) {
    const mended: Repair[] = [];
    const helping: { edit: Edit; left: ReadonlySet<string> }[] = [];
    let least = Number.POSITIVE_INFINITY;
    for (const edit of [...of].sort((a, b) => a.cost - b.cost)) {
      if (edit.cost > least + 0.5 || this.isLate()) break;
      const left = leftBy(this.stage, [...done, edit], this.wrong);
      if (!left) continue;
      if (left.size === 0) {
        if (!this.holds([...done, edit])) continue;
        const edits = [...done, edit];
        least = Math.min(least, edit.cost);
        mended.push({ edits, cost: edits.reduce((sum, { cost }) => sum + cost, 0) });
      } else if (left.size < this.wrong.size) helping.push({ edit, left });
    }
    return { mended: inOrder(this.stage, mended), helping };
  }

  /** Mistakes that have nothing to do with each other are mended one by one. */
  private several(
    helping: readonly { edit: Edit; left: ReadonlySet<string> }[],
  ): readonly Repair[] {
    let done: Edit[] = [];
    let open = helping;
    let left: ReadonlySet<string> = this.wrong;
    while (open.length > 0 && done.length < 4 && !this.isLate()) {
      const best = inOrder(
        this.stage,
        open.map(({ edit, left }) => ({ edits: [edit], cost: edit.cost + left.size * 0.4, left })),
      )[0];
      const [edit] = best.edits;
      done = [...done, edit];
      left = best.left;
      if (left.size === 0) break;
      const still = this.candidates.filter(({ key }) => reaches(this.stage, key, left));
      const next: (typeof open)[number][] = [];
      let most = left.size;
      for (const candidate of [...still].sort((a, b) => a.cost - b.cost)) {
        if (this.isLate()) break;
        const after = leftBy(this.stage, [...done, candidate], left);
        if (!after || after.size >= left.size) continue;
        next.push({ edit: candidate, left: after });
        most = Math.min(most, after.size);
      }
      open = next;
    }
    if (left.size > 0 || done.length === 0 || !this.holds(done)) return [];
    return [{ edits: done, cost: done.reduce((sum, { cost }) => sum + cost, 0) }];
  }

  /** Whether edits make every gradient right at the fresh points too. */
  private holds(edits: readonly Edit[]): boolean {
    return this.fresh.every(
      (stage) => leftBy(stage, edits, new Set(Object.keys(stage.scene.oracle)))?.size === 0,
    );
  }
}

/** Which gradients are wrong after some edits; undefined where an edit does not fit, or one that was right is not any more. */
export function leftBy(
  stage: Stage,
  edits: readonly Edit[],
  wrong: ReadonlySet<string>,
): Set<string> | undefined {
  const rewrites = new Map<number, Rewrite>();
  for (const edit of edits) {
    const own = rewritesOf(stage, edit);
    if (!own) return undefined;
    for (const [index, rewrite] of own) {
      const other = rewrites.get(index);
      rewrites.set(
        index,
        other
          ? (i, inputs, run, now) =>
              rewrite(i, inputs, (others = inputs) => other(i, others, run, now), now)
          : rewrite,
      );
    }
  }
  try {
    const returned = replay(stage.scene, rewrites);
    const left = new Set<string>();
    for (const name in returned) {
      const right = stage.scene.oracle[name];
      if (!right || same(returned[name], right, stage.scene.noise[name])) continue;
      if (!wrong.has(name)) return undefined;
      left.add(name);
    }
    return left;
  } catch {
    return undefined;
  }
}

const reaches = (stage: Stage, key: string, names: ReadonlySet<string>) =>
  (stage.groupOf(key)?.at ?? []).some((i) => [...stage.reach[i]].some((name) => names.has(name)));

/** The likeliest first; of equally likely ones that which stands first in the code. */
function inOrder<T extends { edits: readonly Edit[]; cost: number }>(
  stage: Stage,
  found: readonly T[],
): T[] {
  const place = ({ edits }: T) => stage.groupOf(edits[0].key)?.at[0] ?? 0;
  return [...found].sort((a, b) => a.cost - b.cost || place(a) - place(b));
}

/** What a wrong gradient is in proportion to the right one, where it is one number. */
function fittedFactors({ scene }: Stage, wrong: ReadonlySet<string>): Factor[] {
  const found = new Set<number>();
  for (const name of wrong) {
    const [hand, right] = [scene.returned[name], scene.oracle[name]];
    if (hand.values.length !== right.values.length) continue;
    let [up, down] = [0, 0];
    for (let i = 0; i < hand.values.length; i++) {
      up += right.values[i] * hand.values[i];
      down += hand.values[i] ** 2;
    }
    const ratio = up / down;
    if (!Number.isFinite(ratio) || Math.abs(ratio) < 1e-9) continue;
    if (
      right.values.every(
        (v, i) => Math.abs(v - ratio * hand.values[i]) <= 1e-8 * Math.abs(v) + 1e-300,
      )
    ) {
      found.add(Number(ratio.toPrecision(12)));
    }
  }
  return [...found].map(fitted);
}
