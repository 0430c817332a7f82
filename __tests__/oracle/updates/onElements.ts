import type { Update, UpdateStep } from '../../../src/oracle/updates/checkUpdate.js';

/** What one element remembers: its moments. */
export interface Moments {
  v: number;
  s: number;
}

/** A step of one element, as a student writes it: the new w, and the moments to keep. */
export type ElementStep = (
  w: number,
  g: number,
  old: Moments,
  step: UpdateStep,
  isBias: boolean,
) => [w: number, next?: Partial<Moments>];

type State = Record<string, Moments[][]>;

/** An update of arrays that does the same with each element. */
export function onElements(elementStep: ElementStep): Update<number[][], State> {
  return (params, grads, state, step) => {
    const results = Object.entries(params).map(([name, W]) => {
      const cells = W.map((row, i) =>
        row.map((w, j) => {
          const old = state[name]?.[i][j] ?? { v: 0, s: 0 };
          return elementStep(w, grads[`d${name}`][i][j], old, step, name.startsWith('b'));
        }),
      );
      return [name, cells] as const;
    });
    return {
      params: Object.fromEntries(
        results.map(([name, cells]) => [name, cells.map((row) => row.map(([w]) => w))]),
      ),
      state: Object.fromEntries(
        results.map(([name, cells]) => [
          name,
          cells.map((row) => row.map(([, next]) => ({ v: 0, s: 0, ...next }))),
        ]),
      ),
    };
  };
}
