import type { Timings } from './takeTurns.js';

/** The fastest of some contestants against the fastest of others. */
export interface Goal {
  readonly name: string;
  readonly of: readonly string[];
  readonly over: readonly string[];
  /** The ratio at most; undefined where it is only shown. */
  readonly target?: number;
}

export interface Ratio {
  readonly name: string;
  readonly value: number;
  readonly target?: number;
}

/** Of each goal whose contestants ran. */
export function ratiosOf(workload: string, goals: readonly Goal[], timings: Timings): Ratio[] {
  return goals.flatMap(({ name, of, over, target }) => {
    const value = fastest(timings, of) / fastest(timings, over);
    return Number.isFinite(value) && value > 0
      ? [{ name: `${workload}: ${name}`, value, target }]
      : [];
  });
}

/** The least time of those that ran; infinite where none did. */
export const fastest = (timings: Timings, names: readonly string[]): number =>
  Math.min(...names.map((name) => timings[name]?.msPerIteration ?? Number.POSITIVE_INFINITY));

/** Plain steps against automatic differentiation on the same backend: item 5. */
export const plainAgainstTape: readonly Goal[] = ['native', 'wasm'].map((backend) => ({
  name: `ours plain / variableGrads, ${backend}`,
  of: [`ours plain ${backend}`],
  over: [`variableGrads ${backend}`],
  target: 0.85,
}));
