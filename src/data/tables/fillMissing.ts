import { DataError } from '../../core/errors.js';
import { sizeOf } from '../../core/layer.js';
import type { Column, Fill, OwnData, SampleSet } from '../sampleSet.js';
import { widthOf } from './encode.js';

/**
 * Puts a number where a table has none: the mean or the median of its column, of a text column the
 * most frequent word. They are those of the training samples alone, so that the test set stays unseen:
 * call it once the data are split. The columns keep their `fill` for new data.
 *
 * @param how default: as the data were read, `data.missing`; without it, the data come back as they are.
 * @throws DataError if a column has no value in any training sample.
 */
export function fillMissing(data: OwnData, how: Fill | undefined = data.missing): OwnData {
  const { train, validation, test, input } = data;
  if (how === undefined || input.kind !== 'table') return data;
  const n = sizeOf(train.shape);
  const values = train.take(Array.from({ length: train.m }, (_, i) => i));
  const fills = new Float32Array(n);
  let at = 0;
  const columns = input.columns.map((column) => {
    const from = at;
    at += widthOf(column);
    return column.kind === 'number'
      ? filledNumbers(column, valuesAt(values, from, n), how, fills, from)
      : filledWords(column, values, fills, from);
  });
  const filled = (set: SampleSet) => withFills(set, fills);
  return {
    ...data,
    train: filled(train),
    ...(validation && { validation: filled(validation) }),
    ...(test && { test: filled(test) }),
    input: { ...input, columns },
    missing: undefined,
  };
}

type Values = Uint8Array | Float32Array;

/** The numbers of one input that are there. */
function valuesAt(values: Values, at: number, n: number): Float64Array {
  const present = new Float64Array(values.length / n);
  let count = 0;
  for (let i = at; i < values.length; i += n) {
    if (!Number.isNaN(values[i])) present[count++] = values[i];
  }
  return present.subarray(0, count);
}

function filledNumbers(
  column: Column & { kind: 'number' },
  present: Float64Array,
  how: Fill,
  fills: Float32Array,
  at: number,
): Column {
  refuseNone(column, present.length);
  const fill = how === 'mean' ? mean(present) : median(present);
  fills[at] = fill;
  return { ...column, fill };
}

function filledWords(
  column: Column & { kind: 'words' },
  values: Values,
  fills: Float32Array,
  at: number,
): Column {
  const counts = column.values.map((_, k) =>
    valuesAt(values, at + k, fills.length).reduce((sum, one) => sum + one, 0),
  );
  const most = counts.indexOf(Math.max(...counts));
  refuseNone(column, counts[most]);
  fills[at + most] = 1;
  return { ...column, fill: column.values[most] };
}

function refuseNone({ name }: Column, count: number): void {
  if (count > 0) return;
  throw new DataError(
    `Column '${name}' has no value in any training sample, so nothing can stand for the missing ones. Leave it out: leaveOut: ['${name}'].`,
  );
}

const mean = (values: Float64Array) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function withFills(set: SampleSet, fills: Float32Array): SampleSet {
  return {
    ...set,
    take: (indices) => {
      const values = set.take(indices);
      for (let i = 0; i < values.length; i++) {
        if (Number.isNaN(values[i])) values[i] = fills[i % fills.length];
      }
      return values;
    },
  };
}
