import type { Stage } from './stage.js';

/** A number that a backward pass may lack or hold too often. */
export interface Factor {
  /** 1/N, D, 2, sqrt(D) … */
  readonly name: string;
  readonly kind: 'sign' | 'number' | 'dimension' | 'root' | 'less-one' | 'fitted';
  /** The dimensions in it. */
  readonly of: readonly string[];
  /** Whether the dimensions stand below the line. */
  readonly below: boolean;
  value(stage: Stage): number | undefined;
}

const number = (name: string, value: number): Factor => ({
  name,
  kind: value === -1 ? 'sign' : 'number',
  of: [],
  below: false,
  value: () => value,
});

/** A number that was read from a gradient. */
export const fitted = (value: number): Factor => ({
  name: String(Number(value.toPrecision(6))),
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
      kind,
      of,
      below: true,
      value: (stage) => inverse(at(stage)),
    });
    all.push({ name, kind, of, below: false, value: at });
  };
  for (const d of names) add('dimension', d, [d], ([n]) => n);
  for (const d of names) add('root', `sqrt(${d})`, [d], ([n]) => Math.sqrt(n));
  for (const d of names) add('less-one', `${d}/(${d} - 1)`, [d], ([n]) => n / (n - 1));
  names.forEach((d, i) => {
    for (const e of names.slice(i + 1)) {
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

const inverse = (value: number | undefined) => (value === undefined ? undefined : 1 / value);
const brackets = (name: string) => (/[ /]/.test(name) ? `(${name})` : name);
