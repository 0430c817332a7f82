import type { PassAt } from '../../../../src/oracle/grade/judge/pass.js';
import type { Ask, Numbers, Request, Wired } from '../../../../src/oracle/grade/judge/wire.js';

/*
 * A submission without TensorFlow.js: a cost and gradients as plain functions of plain numbers. It speaks
 * as another process does, with Node's own base64.
 */

export interface At {
  readonly params: Readonly<Record<string, Float64Array>>;
  readonly X: Float64Array;
  readonly Y: Float64Array;
}

export interface Functions {
  cost(at: At): number;
  gradients(at: At): Readonly<Record<string, ArrayLike<number>>>;
  /** Kernels and numbers, of the forward and of the backward pass. */
  work?(at: At): readonly [readonly [number, number], readonly [number, number]];
}

export const numbers = (values: ArrayLike<number>, shape = [values.length]): Numbers => ({
  shape,
  values: Float64Array.from(values),
});

export const encoded = (values: ArrayLike<number>): string =>
  Buffer.from(Float64Array.from(values).buffer).toString('base64');

export const wired = (values: ArrayLike<number>, shape: readonly number[] = [values.length]) => ({
  shape,
  data: encoded(values),
});

export const decoded = (data: string): Float64Array =>
  new Float64Array(Uint8Array.from(Buffer.from(data, 'base64')).buffer);

export const pass = (
  cost: number,
  gradients: Readonly<Record<string, Numbers>>,
  others: Partial<PassAt> = {},
): PassAt => ({
  point: { params: new Map(), X: numbers([0.5]), Y: numbers([0.5]) },
  cost,
  gradients: new Map(Object.entries(gradients)),
  work: [
    { kernels: 10, numbers: 100 },
    { kernels: 20, numbers: 200 },
  ],
  ...others,
});

/** What answers for it, and all that it was asked. The gradients have the shapes of the parameters. */
export function asking(functions: Functions): { ask: Ask; asked: Request[] } {
  const asked: Request[] = [];
  let here: At | undefined;
  const ask: Ask = async (request) => {
    asked.push(request);
    if (request.ask === 'gradients') {
      const { params, X, Y } = request.point;
      here = {
        params: Object.fromEntries(
          Object.entries(params).map(([name, { data }]) => [name, decoded(data)]),
        ),
        ...{ X: decoded(X.data), Y: decoded(Y.data) },
      };
      const work = functions.work?.(here) ?? [
        [10, 100],
        [20, 200],
      ];
      const gradients = Object.entries(functions.gradients(here)).map(
        ([name, values]): [string, Wired] => [
          name,
          wired(values, name === 'dX' ? X.shape : params[name.slice(1)]?.shape),
        ],
      );
      return {
        cost: functions.cost(here),
        gradients: Object.fromEntries(gradients),
        work: work.map(([kernels, numbers]) => ({ kernels, numbers })),
      };
    }
    if (request.ask === 'costs') {
      const costs = request.moves.flatMap(({ of, along, steps }) =>
        steps.map((t) => functions.cost(moved(here!, of, along, t))),
      );
      return { costs: encoded(costs) };
    }
    throw new Error(request.ask);
  };
  return { ask, asked };
}

function moved(at: At, of: string, along: number | string, t: number): At {
  const step = typeof along === 'string' ? decoded(along) : undefined;
  const shift = (P: Float64Array) =>
    P.map((value, i) => value + t * (step ? step[i] : Number(i === along)));
  return of in at.params
    ? { ...at, params: { ...at.params, [of]: shift(at.params[of]) } }
    : { ...at, X: shift(at.X) };
}
