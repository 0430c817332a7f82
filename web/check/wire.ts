import { decades, stepOf } from '../../src/oracle/report/heatMap.js';
import type {
  Cause,
  GradientReport,
  ParameterReport,
  StageReport,
} from '../../src/oracle/report.js';
import {
  either,
  list,
  oneOf,
  optional,
  record,
  type Schema,
  text,
  whole,
} from '../shared/schema.js';
import { type Answer, type Printed, type Problem, ready } from './answer.js';

/*
 * What a worker says, as one text of JSON. The code under check is in the worker: it may say anything in
 * our place, and what it says is read field by field.
 */

export type Said = Answer | Printed | typeof ready;

/** Letters of one message; the room ends a worker that sends more. */
export const longest = 2_000_000;

/** Words for numbers that JSON has none for. */
const strange = ['NaN', 'Infinity', '-Infinity'] as const;

/**
 * The errors of a gradient as a letter each, the step of the heat map that it is drawn in: a page shows no
 * more of them. Where there are more than fit into a message, they are left out.
 */
const lettersOf = (errors: Float64Array): string => {
  let letters = '';
  for (const error of errors) {
    const step = stepOf(error);
    letters += step === 'nan' ? '!' : (step as number).toString(decades + 1);
  }
  return letters;
};

const errorsOf = (letters: string): Float64Array =>
  Float64Array.from(letters, (letter) =>
    letter === '!' ? Number.NaN : 3 * 10 ** (Number.parseInt(letter, decades + 1) - decades),
  );

const cut = (text: string) => (text.length > 2000 ? `${text.slice(0, 1999)}…` : text);

export function write(said: Said): string {
  let room = longest / 2;
  const asJson = (_: string, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    if (typeof value === 'string') return cut(value);
    if (!(value instanceof Float64Array)) return value;
    room -= value.length;
    return room < 0 ? undefined : lettersOf(value);
  };
  return JSON.stringify(said, asJson);
}

/** @throws ValueError where it is nothing that a worker of ours says. */
export function read(message: string): Said {
  return said(JSON.parse(message), 'The message');
}

const name = text(200);
const sentence = text(2000);
const several = list(name, 100);

const number: Schema<number> = (value, place) =>
  typeof value === 'number' ? value : Number(oneOf(...strange)(value, place));

const errors: Schema<Float64Array> = (value, place) => {
  const letters = text(longest)(value, place);
  return errorsOf(/^[\da-g!]*$/.test(letters) ? letters : text(0)(letters, place));
};

const parameter = record<ParameterReport>({
  name,
  shape: list(whole(0, 2 ** 31), 16),
  passed: oneOf(true, false),
  problem: optional(sentence),
  maxAbsoluteError: number,
  maxRelativeError: number,
  worst: optional(
    record<NonNullable<ParameterReport['worst']>>({
      index: list(whole(0, 2 ** 31), 16),
      hand: number,
      oracle: number,
      ratio: number,
    }),
  ),
  wrong: whole(0, 2 ** 31),
  pattern: optional(sentence),
  comparisons: record<ParameterReport['comparisons']>({
    handToAutodiff: optional(number),
    handToDifferences: optional(number),
    autodiffToDifferences: optional(number),
  }),
  cause: optional(sentence),
  errors: optional(errors),
});

/** A heat map has an error for each element; the worst element is one of them. */
const drawable: Schema<ParameterReport> = (value, place) => {
  const read = parameter(value, place);
  const { shape, worst, errors } = read;
  const size = shape.reduce((product, n) => product * n, 1);
  whole(0, 2 ** 31)(size, `${place}.shape`);
  whole(errors?.length ?? 0, errors?.length ?? size)(size, `${place}.errors`);
  const isIn =
    worst === undefined ||
    (worst.index.length === shape.length && worst.index.every((i, axis) => i < shape[axis]));
  oneOf(true)(isIn, `${place}.worst.index`);
  return read;
};

const report = record<GradientReport>({
  passed: oneOf(true, false),
  precision: oneOf('float64', 'float32'),
  backend: name,
  parameters: list(drawable, 1000),
  maxRelativeError: number,
  stages: list(
    record<StageReport>({ name, verdict: oneOf('right', 'wrong', 'inherits', 'unknown') }),
    1000,
  ),
  causes: list(
    record<Cause>({
      id: name,
      where: several,
      sentence,
      correction: optional(sentence),
      counterfactual: optional(sentence),
      alternatives: optional(list(sentence, 100)),
    }),
    100,
  ),
  checked: record<GradientReport['checked']>({
    autodiff: whole(0, 2 ** 31),
    differences: whole(0, 2 ** 31),
    directions: whole(0, 2 ** 31),
  }),
  skipped: whole(0, 2 ** 31),
  notes: list(sentence, 100),
});

const problem = record<Problem>({
  sentence,
  line: optional(whole(1, 1_000_000)),
  unread: optional(oneOf(true, false)),
});

const said = either<typeof ready, Exclude<Said, typeof ready>>(
  oneOf(ready),
  either<Printed, Answer>(
    record<Printed>({ printed: text(2000) }),
    either(
      record<{ readonly problem: Problem }>({ problem }),
      record<{ readonly report: GradientReport }>({ report }),
    ),
  ),
);
