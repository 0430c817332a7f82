import { CheckError } from '../../../core/errors.js';

/*
 * What the judge and the process of a submission say to each other: lines of JSON, numbers as base64 of
 * doubles, the little end first. The judge takes nothing that comes back for granted: whatever is not of
 * these forms and sizes is refused here.
 */

export interface Wired {
  readonly shape: readonly number[];
  readonly data: string;
}

export interface WiredPoint {
  readonly params: Readonly<Record<string, Wired>>;
  readonly X: Wired;
  readonly Y: Wired;
  readonly samples?: 'rows' | 'columns';
}

/** Costs along a direction of one of the numbers of the point before: at t of each of the steps. */
export interface Move {
  readonly of: string;
  /** An element, or a direction over all of them. */
  readonly along: number | string;
  readonly steps: readonly number[];
}

export type Request =
  | { readonly ask: 'load'; readonly file: string; readonly terms?: string }
  | { readonly ask: 'terms' }
  | { readonly ask: 'gradients'; readonly point: WiredPoint }
  | { readonly ask: 'costs'; readonly moves: readonly Move[] }
  | { readonly ask: 'explain' }
  /** Of the judge of a Python file. */
  | { readonly ask: 'python'; readonly job: object };

/** Asks the process that holds the functions. @throws CheckError where it answers nothing, or with an error. */
export type Ask = (request: Request) => Promise<unknown>;

/** Numbers as the judge has them. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

export interface NumbersPoint {
  readonly params: ReadonlyMap<string, Numbers>;
  readonly X: Numbers;
  readonly Y: Numbers;
  readonly samples?: 'rows' | 'columns';
}

const most = { names: 1000, name: 200, rank: 8, size: 2 ** 22 };

export function toWire({ shape, values }: Numbers): Wired {
  return { shape, data: base64Of(values) };
}

export const pointToWire = ({ params, X, Y, samples }: NumbersPoint): WiredPoint => ({
  params: Object.fromEntries([...params].map(([name, numbers]) => [name, toWire(numbers)])),
  X: toWire(X),
  Y: toWire(Y),
  ...(samples && { samples }),
});

/** @throws CheckError where it is no array of doubles of that many. */
export function fromWire(value: unknown, what: string): Numbers {
  const { shape, data } = recordOf(value, what);
  const isShape =
    Array.isArray(shape) &&
    shape.length <= most.rank &&
    shape.every((side) => Number.isInteger(side) && side >= 0 && side <= most.size);
  if (!isShape || typeof data !== 'string') throw spoilt(what);
  const size = shape.reduce((product: number, side: number) => product * side, 1);
  if (size > most.size) {
    throw new CheckError(`${what} holds ${size} numbers; ${most.size} at most are graded.`);
  }
  const values = doublesOf(data, what);
  if (values.length !== size) throw spoilt(what);
  return { shape: shape as number[], values };
}

/** Several by their names, in their order. @throws CheckError */
export function namedFromWire(value: unknown, what: string): Map<string, Numbers> {
  const entries = Object.entries(recordOf(value, what));
  const isList =
    entries.length <= most.names && entries.every(([{ length }]) => length <= most.name);
  if (!isList) throw spoilt(what);
  return new Map(entries.map(([name, one]) => [name, fromWire(one, name)]));
}

/** @throws CheckError */
export function pointFromWire(value: unknown): NumbersPoint {
  const { params, X, Y, samples } = recordOf(value, 'the point');
  return {
    params: namedFromWire(params, 'params'),
    X: fromWire(X, 'X'),
    Y: fromWire(Y, 'Y'),
    ...(samples === 'rows' || samples === 'columns' ? { samples } : {}),
  };
}

/** @throws CheckError */
export function recordOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw spoilt(what);
  return value as Record<string, unknown>;
}

export const spoilt = (what: string) =>
  new CheckError(`It spoils the answers of its own process: ${what}.`);

export function base64Of(values: Float64Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) {
    text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  }
  return btoa(text);
}

/** @throws CheckError where it is no base64 of whole doubles. */
export function doublesOf(data: string, what: string): Float64Array {
  let text: string;
  try {
    text = atob(data);
  } catch {
    throw spoilt(what);
  }
  if (text.length % 8 !== 0) throw spoilt(what);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new Float64Array(bytes.buffer);
}
