import { ValueError } from './errors.js';

/*
 * What may come from elsewhere: from a worker or a process, where anyone's code ran, or out of an address. A schema
 * gives a copy that has its fields and no others, or says which is not what it should be.
 */

/** The value as a T. @throws ValueError that names the place */
export type Schema<T> = (value: unknown, place: string) => T;

const refuse = (place: string, wanted: string): never => {
  throw new ValueError(`${place} is not ${wanted}.`);
};

/** A text of so many letters at most. */
export const text =
  (max: number): Schema<string> =>
  (value, place) =>
    typeof value === 'string' && value.length <= max
      ? value
      : refuse(place, `a text of at most ${max} letters`);

export const oneOf =
  <T extends string | boolean>(...all: readonly T[]): Schema<T> =>
  (value, place) =>
    all.includes(value as T) ? (value as T) : refuse(place, `one of ${all.join(', ')}`);

/** A whole number between two others. */
export const whole =
  (min: number, max: number): Schema<number> =>
  (value, place) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : refuse(place, `a whole number from ${min} to ${max}`);

/** A number that is neither NaN nor infinite. */
export const finite: Schema<number> = (value, place) =>
  Number.isFinite(value) ? (value as number) : refuse(place, 'a number');

/** Whatever is there: another schema, or a kind, says what it may be. */
export const anything: Schema<unknown> = (value, place) => {
  if (value === undefined) throw new ValueError(`${place} is missing.`);
  return value;
};

/** A text in which a pattern is found. */
export const matching =
  (pattern: RegExp, wanted: string): Schema<string> =>
  (value, place) =>
    typeof value === 'string' && pattern.test(value) ? value : refuse(place, wanted);

/** A list of so many at most. */
export const list =
  <T>(of: Schema<T>, max: number): Schema<readonly T[]> =>
  (value, place) =>
    Array.isArray(value) && value.length <= max
      ? Array.from(value, (each, i) => of(each, `${place}[${i}]`))
      : refuse(place, `a list of at most ${max}`);

export const optional =
  <T>(of: Schema<T>): Schema<T | undefined> =>
  (value, place) =>
    value === undefined ? undefined : of(value, place);

/** An object with these fields of its own; others are left behind. */
export const record =
  <T extends object>(fields: { readonly [Name in keyof T]-?: Schema<T[Name]> }): Schema<T> =>
  (value, place) => {
    if (typeof value !== 'object' || value === null) return refuse(place, 'an object');
    const read = Object.entries<Schema<unknown>>(fields).map(([name, of]) => [
      name,
      of(
        Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined,
        `${place}.${name}`,
      ),
    ]);
    return Object.fromEntries(read.filter(([, field]) => field !== undefined)) as T;
  };

/** What one of the schemas takes, tried in their order. */
export const either =
  <A, B>(a: Schema<A>, b: Schema<B>): Schema<A | B> =>
  (value, place) => {
    try {
      return a(value, place);
    } catch {
      return b(value, place);
    }
  };

/** Two values of which each has a schema of its own. */
export const pair =
  <A, B>(a: Schema<A>, b: Schema<B>): Schema<readonly [A, B]> =>
  (value, place) => {
    const [first, second] = list((one: unknown) => one, 2)(value, place);
    return [a(first, `${place}[0]`), b(second, `${place}[1]`)];
  };

/** Values by names that are not known before. */
export const byName =
  <T>(of: Schema<T>): Schema<Readonly<Record<string, T>>> =>
  (value, place) =>
    Object.fromEntries(
      Object.entries(Object(value) as Record<string, unknown>).map(([name, one]) => [
        text(100)(name, place),
        of(one, `${place}.${name}`),
      ]),
    );

/** A number, which may be NaN: JSON has none, and says null. */
export const numberOrNaN: Schema<number> = (value, place) =>
  value === null ? Number.NaN : finite(value, place);
