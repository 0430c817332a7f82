import type { NdArray } from '../../../float64/array.js';
import type { ChangeKind } from './change.js';
import { fittedFactors } from './changes/scale.js';
import { type Edit, editsOf, rewritesOf } from './edit.js';
import { conesOf, type Rewrite, replay } from './program.js';
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
  readonly kinds: readonly ChangeKind[];
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
  const search = new Search(stage, fresh, wrong, options);
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
  /** The likeliest first. */
  private readonly candidates: readonly Edit[];
  private readonly cones: ReadonlyMap<string, ReadonlySet<number>>;

  constructor(
    private readonly stage: Stage,
    private readonly fresh: readonly Stage[],
    private readonly wrong: ReadonlySet<string>,
    private readonly options: Options,
  ) {
    this.cones = conesOf(stage.reach);
    this.candidates = this.listed();
  }

  run(): readonly Repair[] {
    const mended = this.singles(this.candidates.filter(({ change }) => !change.isLast));
    if (mended.length > 0) return mended;
    const alike = this.alike();
    if (alike.length > 0) return alike;
    const several = this.several(this.helping());
    return several.length > 0
      ? several
      : this.singles(this.candidates.filter(({ change }) => change.isLast));
  }

  /** The same change in two or three places: each line alike, so that none helps alone. */
  private alike(): readonly Repair[] {
    const alike = new Map<string, Edit[]>();
    for (const edit of this.candidates) {
      const { signature } = edit.change;
      if (signature) alike.set(signature, [...(alike.get(signature) ?? []), edit]);
    }
    for (const edits of alike.values()) {
      for (const [i, a] of edits.entries()) {
        for (const b of edits.slice(i + 1, i + 12)) {
          if (this.isLate()) return [];
          const pair = a.key === b.key ? [] : [a, b];
          if (pair.length === 0 || leftBy(this.stage, pair, this.wrong)?.size !== 0) continue;
          if (this.holds(pair)) return [{ edits: pair, cost: a.cost + b.cost }];
        }
      }
    }
    return [];
  }

  /** The edits that mend something and break nothing. */
  private helping() {
    const helping: { edit: Edit; left: ReadonlySet<string> }[] = [];
    if (this.wrong.size < 2) return helping;
    for (const edit of this.candidates) {
      if (this.isLate()) break;
      if (edit.change.isLast) continue;
      const left = leftBy(this.stage, [edit], this.wrong);
      if (left && left.size < this.wrong.size) helping.push({ edit, left });
    }
    return helping;
  }

  private listed(): readonly Edit[] {
    const { stage, wrong } = this;
    const extra = fittedFactors(stage, wrong);
    return stage.backwardGroups
      .filter(({ at }) => at.some((i) => [...stage.reach[i]].some((name) => wrong.has(name))))
      .flatMap((group) => editsOf(stage, group, extra, this.options.kinds))
      .sort((a, b) => a.cost - b.cost);
  }

  private isLate = () => performance.now() > this.options.deadline;

  /** The edits of which one alone mends everything. */
  private singles(candidates: readonly Edit[]): readonly Repair[] {
    const mended: Repair[] = [];
    let least = Number.POSITIVE_INFINITY;
    for (const edit of candidates) {
      if (edit.cost > least + 0.5 || this.isLate()) break;
      if (!this.mendsOne(edit)) continue;
      if (leftBy(this.stage, [edit], this.wrong)?.size !== 0 || !this.holds([edit])) continue;
      least = Math.min(least, edit.cost);
      mended.push({ edits: [edit], cost: edit.cost });
    }
    return inOrder(this.stage, mended);
  }

  /** Whether an edit mends that wrong gradient which takes the least to compute. */
  private mendsOne(edit: Edit): boolean {
    const { stage } = this;
    const names = this.reached(edit.key);
    let [name, least] = [names[0], Number.POSITIVE_INFINITY];
    for (const one of names) {
      const size = this.cones.get(one)?.size ?? 0;
      if (size < least) [name, least] = [one, size];
    }
    const rewrites = rewritesOf(stage, edit);
    if (!rewrites || name === undefined) return false;
    try {
      // What the code computes and does not use is in no cone.
      const only = edit.change.needsAll ? undefined : { name, cone: this.cones.get(name)! };
      const returned = replay(stage.scene, rewrites, only);
      return same(returned[name], stage.scene.oracle[name], stage.scene.noise[name]);
    } catch {
      return false;
    }
  }

  /** The wrong gradients that a call has a part in. */
  private reached(key: string): readonly string[] {
    const known = this.reachedBy.get(key);
    if (known) return known;
    const names = [...this.wrong].filter((name) => reaches(this.stage, key, new Set([name])));
    this.reachedBy.set(key, names);
    return names;
  }
  private readonly reachedBy = new Map<string, readonly string[]>();

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
      for (const candidate of still) {
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
function leftBy(
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
