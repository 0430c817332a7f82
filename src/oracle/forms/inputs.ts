import * as tf from '@tensorflow/tfjs-core';
import { CheckError } from '../../core/errors.js';
import { type Exports, isFunction, isRecord } from './form.js';

/** Numbers that a module gives, read before another backend takes over. */
export interface Numbers {
  readonly values: Float64Array;
  readonly shape: readonly number[];
  readonly isWhole: boolean;
}

type Shapes = Readonly<Record<string, readonly (string | number)[]>>;

/** What a function is checked on: the inputs with a gradient, and the whole numbers that have none. */
export interface Inputs {
  readonly names: readonly string[];
  /** Those with a gradient. */
  readonly real: readonly string[];
  /** Those of whole numbers, such as tokens and labels. */
  readonly whole: readonly string[];
  readonly shapes?: Shapes;
  readonly given: Readonly<Record<string, Numbers>>;
  /** What the whole numbers stay below: a number, or the name of a dimension. */
  readonly bounds: Readonly<Record<string, string | number>>;
  readonly constants: Readonly<Record<string, unknown>>;
}

/** Names under which whole numbers are labels, tokens or places, and no inputs to be differentiated. */
const namesOfWhole = /^(y|t|labels?|targets?|tokens?|ids?|idx|ind(ex|ices)|positions?)$/;

const ours = ['shapes', 'inputs', 'integers', 'options', 'outputs', 'default', '__esModule'];

/** What a module says about its inputs. @throws CheckError where it says nothing. */
export function inputsOf(exports: Exports, module: string, asked: readonly string[]): Inputs {
  const { shapes, inputs = {}, integers = {}, options = {} } = exports;
  for (const [name, value] of Object.entries({ inputs, options, shapes: shapes ?? {} })) {
    if (!isRecord(value)) throw new CheckError(`${module}: ${name} is no object of names.`);
  }
  const given = Object.fromEntries(
    Object.entries(inputs as object).map(([name, value]) => [name, numbersOf(name, value)]),
  );
  const names = [...new Set([...Object.keys(shapes ?? {}), ...Object.keys(given)])];
  if (names.length === 0) {
    const sides = asked.length > 0 ? asked : ['x', 'w'];
    throw new CheckError(
      `${module} does not say what to check it on. Name the sides of its inputs, export const shapes = { ${sides.map((name) => `${name}: ['N', 'D']`).join(', ')} }, or give their numbers, export const inputs = { ${sides.map((name) => `${name}: [[…]]`).join(', ')} }.`,
    );
  }
  const bounds = boundsOf(integers, names);
  const whole = names.filter(
    (name) =>
      name in bounds ||
      (given[name]?.isWhole && (namesOfWhole.test(name) || isTyped(inputs, name))),
  );
  for (const name of whole) {
    if (!given[name] && typeof bounds[name] === 'boolean') {
      throw new CheckError(
        `integers: what do the whole numbers of ${name} stay below? Write integers = { ${name}: 'C' }, a dimension or a number.`,
      );
    }
  }
  const constants = Object.entries(exports).filter(
    ([name, value]) => !ours.includes(name) && !isFunction(value),
  );
  return {
    names,
    real: names.filter((name) => !whole.includes(name)),
    whole,
    ...(shapes ? { shapes: shapes as Shapes } : {}),
    given,
    bounds: bounds as Inputs['bounds'],
    constants: { ...Object.fromEntries(constants), options, ...(options as object) },
  };
}

/** integers = ['y'], or { y: 'C' }. */
function boundsOf(integers: unknown, names: readonly string[]): Record<string, unknown> {
  const bounds = Array.isArray(integers)
    ? Object.fromEntries(integers.map((name) => [String(name), true]))
    : { ...(integers as object) };
  const stranger = Object.keys(bounds).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    throw new CheckError(`integers: there is no input ${stranger}, only ${names.join(', ')}.`);
  }
  return bounds;
}

const isTyped = (inputs: unknown, name: string) => {
  const value = (inputs as Record<string, unknown>)[name];
  if (value instanceof tf.Tensor) return value.dtype === 'int32';
  return ArrayBuffer.isView(value) && !/^Float/.test(value.constructor.name);
};

/** @throws CheckError where it is no tensor and no array of finite numbers with rows of one length. */
function numbersOf(name: string, value: unknown): Numbers {
  const made = value instanceof tf.Tensor ? value : undefined;
  const shape = made?.shape ?? shapeOf(value);
  const flat: ArrayLike<unknown> = made?.dataSync() ?? [value].flat(Number.POSITIVE_INFINITY);
  const first = flat[0];
  const values = ArrayBuffer.isView(first)
    ? Float64Array.from(first as Float64Array)
    : Float64Array.from(flat, (one) => (typeof one === 'string' ? Number.NaN : Number(one)));
  const isOne = values.length > 0 && values.every((number) => Number.isFinite(number));
  if (!isOne || shape === undefined) {
    throw new CheckError(
      `inputs: ${name} is no tensor and no array of finite numbers with rows of one length.`,
    );
  }
  return { values, shape, isWhole: values.every(Number.isInteger) };
}

/** Undefined where it has rows of several lengths. */
function shapeOf(value: unknown): number[] | undefined {
  if (ArrayBuffer.isView(value)) return [(value as Float64Array).length];
  if (!Array.isArray(value)) return [];
  const shapes = value.map(shapeOf);
  const [first] = shapes;
  const isEven = shapes.every((shape) => shape && String(shape) === String(first));
  return isEven ? [value.length, ...(first ?? [])] : undefined;
}
