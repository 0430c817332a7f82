import type { Shape } from '../../core/layer.js';
import type { InputForm, SampleSet } from '../../data/sampleSet.js';
import { type Block, note, table } from '../blocks.js';
import { count, inDigits, percent } from './words.js';

/** Samples that are read at once. */
const chunk = 512;
/** More columns than that are not read by anybody. */
const mostColumns = 100;

/** A column of a table in the numbers of a sample. */
export interface ShownColumn {
  readonly name: string;
  /** Its first number in the sample. */
  readonly at: number;
  /** For a column of words: a number for each. */
  readonly words?: readonly string[];
  /** What stands for a missing value. */
  readonly fill?: number;
}

/** The columns of samples that are rows of numbers; undefined for samples of another shape. */
export function columnsOf(input: InputForm, shape: Shape): ShownColumn[] | undefined {
  if (shape.length !== 1) return undefined;
  if (input.kind !== 'table') {
    return Array.from({ length: shape[0] }, (_, i) => ({ name: `x${i + 1}`, at: i }));
  }
  let at = 0;
  return input.columns.map((column) => {
    const from = at;
    at += column.kind === 'words' ? column.values.length : 1;
    const { name } = column;
    if (column.kind === 'words') return { name, at: from, words: column.values };
    return { name, at: from, ...(column.fill === undefined ? {} : { fill: column.fill }) };
  });
}

/** What a sample has in a column, as one reads it. */
export function cellOf({ at, words }: ShownColumn, sample: ArrayLike<number>): string {
  if (words === undefined) return inDigits(sample[at]);
  const there = words.findIndex((_, k) => sample[at + k] === 1);
  return there < 0 ? '' : words[there];
}

/**
 * Mean, deviation (of all m, as numpy's std), smallest and largest number of each column; of words, the
 * commonest.
 *
 * @param missing how many values of a column are missing, by its name.
 */
export function columnBlocks(
  set: SampleSet,
  all: readonly ShownColumn[],
  missing: Readonly<Record<string, number>> = {},
): Block[] {
  const columns = all.slice(0, mostColumns);
  const stats = statisticsOf(set);
  const hasMissing = columns.some(({ name }) => missing[name] > 0);
  const rows = columns.map((column) => [
    column.name,
    ...(column.words
      ? wordCells(column.words, column.at, stats, set.m)
      : numberCells(stats[column.at])),
    ...(hasMissing ? [missingCell(column, missing[column.name] ?? 0)] : []),
  ]);
  const names = ['column', 'mean', 'deviation', 'smallest', 'largest'];
  return [
    table({
      caption: `The columns, ${count(set.m, 'training sample')}`,
      columns: [...names, ...(hasMissing ? ['missing'] : [])],
      rows,
      numeric: [false, true, true, true, true, true].slice(0, rows[0].length),
    }),
    ...(all.length > mostColumns
      ? [note(`The first ${mostColumns} of ${all.length} columns.`)]
      : []),
  ];
}

const missingCell = ({ fill }: ShownColumn, n: number): string =>
  n > 0 && fill !== undefined ? `${n}, as ${inDigits(fill)}` : String(n);

interface Statistics {
  readonly mean: number;
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

const numberCells = ({ mean, deviation, min, max }: Statistics) =>
  [mean, deviation, min, max].map(inDigits);

function wordCells(words: readonly string[], at: number, stats: readonly Statistics[], m: number) {
  const shares = words.map((_, k) => stats[at + k].mean);
  const best = shares.indexOf(Math.max(...shares));
  const commonest = `${words[best]}: ${percent(shares[best])} of ${m}`;
  return [count(words.length, 'word'), '', '', commonest];
}

/** Of each of the n numbers of a sample; Welford's update, so that large means keep their digits. */
export function statisticsOf(set: SampleSet): Statistics[] {
  const n = set.shape.reduce((product, side) => product * side, 1);
  const [mean, squares] = [new Float64Array(n), new Float64Array(n)];
  const min = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const max = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  for (let from = 0; from < set.m; from += chunk) {
    const indices = Array.from({ length: Math.min(chunk, set.m - from) }, (_, i) => from + i);
    const values = set.take(indices);
    for (let i = 0; i < values.length; i++) {
      const [j, seen] = [i % n, from + Math.floor(i / n) + 1];
      const off = values[i] - mean[j];
      mean[j] += off / seen;
      squares[j] += off * (values[i] - mean[j]);
      min[j] = Math.min(min[j], values[i]);
      max[j] = Math.max(max[j], values[i]);
    }
  }
  return Array.from({ length: n }, (_, j) => ({
    ...{ mean: mean[j], min: min[j], max: max[j] },
    deviation: Math.sqrt(squares[j] / set.m),
  }));
}
