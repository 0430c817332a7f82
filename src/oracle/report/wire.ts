import { list, oneOf, optional, record, type Schema, text, whole } from '../../core/schema.js';
import type { Cause, GradientReport, ParameterReport, StageReport } from '../report.js';
import { decades, stepOf } from './heatMap.js';

/*
 * A report on its way from where the code under check runs: that may say anything in our place.
 */

/** Letters of one message. */
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

/** What holds a report, as JSON, with texts of at most 2,000 letters. */
export function written(said: object | string): string {
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

/** Gradients of a report. */
const most = 5_000;
const name = text(200);
export const sentence = text(2000);
const several = list(name, most);

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

/** A report that a worker or a process gave, where the code under check ran: each field is looked at. */
export const reportSchema = record<GradientReport>({
  passed: oneOf(true, false),
  precision: oneOf('float64', 'float32'),
  backend: name,
  parameters: list(drawable, most),
  maxRelativeError: number,
  stages: list(
    record<StageReport>({ name, verdict: oneOf('right', 'wrong', 'inherits', 'unknown') }),
    most,
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
