import { sizeOf } from '../../core/layer.js';
import type { Column, OwnData, SampleSet } from '../sampleSet.js';
import { widthOf } from './encode.js';
import { type UnseenWord, unseenNotes } from './unseen.js';

/**
 * One input for each word that a training row has: a word of other rows alone makes none, so that the
 * test set stays unseen, and its rows have 0 for every word of the column, as words of new data have.
 * Call it once the data are split. Source: scikit-learn's OneHotEncoder, handle_unknown='ignore'.
 *
 * @returns the data, and a sentence for each column with such words.
 */
export function fitWords(data: OwnData): { data: OwnData; notes: string[] } {
  const { train, validation, test, input } = data;
  if (input.kind !== 'table' || input.columns.every(({ kind }) => kind === 'number')) {
    return { data, notes: [] };
  }
  const inTrain = onesOf(train);
  const elsewhere = [validation, test].flatMap((set) => (set ? [onesOf(set)] : []));
  const kept: number[] = [];
  const unseen: UnseenWord[] = [];
  let at = 0;
  const columns = input.columns.map((column): Column => {
    const from = at;
    at += widthOf(column);
    if (column.kind === 'number') {
      kept.push(from);
      return column;
    }
    const values = column.values.filter((word, k) => {
      if (inTrain[from + k] > 0) return kept.push(from + k);
      const rows = elsewhere.reduce((sum, ones) => sum + ones[from + k], 0);
      if (rows > 0) unseen.push({ column: column.name, word, rows });
      return false;
    });
    return { ...column, values };
  });
  if (kept.length === inTrain.length) return { data, notes: [] };
  const narrow = (set: SampleSet) => withInputs(set, kept);
  return {
    data: {
      ...data,
      train: narrow(train),
      ...(validation && { validation: narrow(validation) }),
      ...(test && { test: narrow(test) }),
      input: { ...input, columns },
    },
    notes: unseenNotes(unseen),
  };
}

/** The sum of each input over the samples: of a word, how many rows have it. */
function onesOf(set: SampleSet): Float64Array {
  const n = sizeOf(set.shape);
  const sums = new Float64Array(n);
  set.take(Array.from({ length: set.m }, (_, i) => i)).forEach((value, i) => {
    sums[i % n] += value;
  });
  return sums;
}

/** Some inputs of each sample. */
function withInputs(set: SampleSet, kept: readonly number[]): SampleSet {
  const n = sizeOf(set.shape);
  return {
    ...set,
    shape: [kept.length],
    take: (indices) => {
      const all = set.take(indices);
      const some = new Float32Array(indices.length * kept.length);
      for (let i = 0; i < some.length; i++) {
        some[i] = all[Math.floor(i / kept.length) * n + kept[i % kept.length]];
      }
      return some;
    },
  };
}
