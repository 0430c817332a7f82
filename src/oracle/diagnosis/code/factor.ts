import type { Stage } from './stage.js';
import { brackets } from './text.js';

/** A number that a backward pass may lack or hold too often. */
export interface Factor {
  /** 1/N, D, 2, sqrt(D) … */
  readonly name: string;
  /** What stands below the line, or what there is where nothing does: N of 1/N */
  readonly base: string;
  readonly kind: 'sign' | 'number' | 'dimension' | 'root' | 'less-one' | 'fitted';
  /** The dimensions in it. */
  readonly of: readonly string[];
  /** Whether the dimensions stand below the line. */
  readonly below: boolean;
  value(stage: Stage): number | undefined;
}

const number = (name: string, value: number): Factor => ({
  name,
  base: name,
  kind: value === -1 ? 'sign' : 'number',
  of: [],
  below: false,
  value: () => value,
});

/** A number that was read from a gradient. */
export const fitted = (value: number): Factor => ({
  name: String(Number(value.toPrecision(12))),
  base: String(Number(value.toPrecision(12))),
  kind: 'fitted',
  of: [],
  below: false,
  value: () => value,
});

/** The numbers that are tried, each value once: the simplest name first. */
export function factorsOf(stage: Stage): readonly Factor[] {
  const all: Factor[] = [number('-1', -1), number('2', 2), number('1/2', 0.5)];
  const names = Object.keys(stage.scene.dimensions);
  const size = (stage: Stage, name: string) => stage.scene.dimensions[name];
  const add = (
    kind: Factor['kind'],
    name: string,
    of: readonly string[],
    value: (sizes: number[]) => number,
  ) => {
    const at = (stage: Stage) => {
      const sizes = of.map((name) => size(stage, name));
      return sizes.includes(undefined as never) ? undefined : value(sizes);
    };
    all.push({
      name: `1/${brackets(name)}`,
      base: name,
      kind,
      of,
      below: true,
      value: (stage) => inverse(at(stage)),
    });
    all.push({ name, base: name, kind, of, below: false, value: at });
  };
  for (const d of names) add('dimension', d, [d], ([n]) => n);
  for (const d of names) add('root', `sqrt(${d})`, [d], ([n]) => Math.sqrt(n));
  for (const d of names) add('less-one', `${d}/(${d} - 1)`, [d], ([n]) => n / (n - 1));
  names.forEach((d, i) => {
    for (const e of names.slice(i + 1)) {
      if (!mayMultiply(d, e)) continue;
      add('dimension', `${d} ${e}`, [d, e], ([n, k]) => n * k);
      add('dimension', `${d}/${e}`, [d, e], ([n, k]) => n / k);
    }
  });
  all.push(
    number('-2', -2),
    number('-1/2', -0.5),
    number('4', 4),
    number('1/4', 0.25),
    number('3', 3),
    number('1/3', 1 / 3),
  );
  const seen = new Set<number>();
  return all.filter((factor) => {
    const value = factor.value(stage);
    if (value === undefined || !Number.isFinite(value) || value === 1) return false;
    // A number may be a dimension by accident; of two dimensions of one size the first stands for both.
    if (factor.of.length === 0) return true;
    if (seen.has(value)) return false;
    seen.add(value);
    return true;
  });
}

/** 1: what a constant is where it should be none. */
export const unit = number('1', 1);

/** 1 / f */
export const inverseOf = (factor: Factor): Factor => {
  const { kind, name, base, below } = factor;
  const isNumber = kind === 'sign' || kind === 'number';
  return {
    ...factor,
    name: isNumber ? name : below ? base : `1/${brackets(base)}`,
    below: !below,
    value: (stage) => inverse(factor.value(stage)),
  };
};

/** Named dimensions, or the sides of one array: of two arrays that have nothing to do with each other they are no mean. */
const mayMultiply = (d: string, e: string) =>
  /\.shape\[/.test(d) ? d.split('.')[0] === e.split('.')[0] : true;

const inverse = (value: number | undefined) => (value === undefined ? undefined : 1 / value);
