import { DataError } from '../../core/errors.js';
import type { Shape } from '../../core/layer.js';
import type { InputForm, ReadDataOptions } from '../sampleSet.js';
import { type Layout, layoutOf, takeApart } from './layout.js';
import { elementOf, type NdArray, type NumberArray, printed, rangeOf } from './ndArray.js';

/** The samples of the parts, each of one shape. */
export interface Samples {
  readonly shape: Shape;
  readonly values: readonly (Uint8Array | Float32Array)[];
  readonly input: InputForm;
  readonly notes: readonly string[];
}

/** An array of samples and how many there are, by its labels. */
export interface SampleArray {
  readonly X: NdArray;
  readonly y: NdArray;
}

/**
 * How many samples an array has, from its labels: its rows or its columns; beyond two axes its first.
 *
 * @throws DataError if they do not fit together.
 */
export function countOf({ X, y }: SampleArray, along: ReadDataOptions['samples']): number {
  const [rows, columns] = X.shape;
  const fits = (side: number | undefined) =>
    side !== undefined && (y.shape.includes(side) || (side === 1 && y.values.length === 1));
  if (X.shape.length === 2 && fits(columns) && (along === 'columns' || !fits(rows))) return columns;
  if (fits(rows) && !(X.shape.length === 2 && along === 'columns')) return rows;
  const axes = X.shape.length === 2 ? 'rows or columns' : 'first axis';
  throw new DataError(
    `${X.of} is ${printed(X.shape)} and ${y.of} is ${printed(y.shape)}: the ${axes} of the samples must be as many as the labels. Give one label for each sample.`,
  );
}

/** What the numbers are: bytes of pictures, their shares from 0 to 1, or other numbers. */
type Meaning = 'bytes' | 'shares' | 'numbers';

/**
 * Samples of all parts in one shape: rows [n], or pictures [n_H, n_W, n_C], channels last, what is
 * transparent over white. Whole numbers up to 255 become bytes; other numbers are kept.
 *
 * @throws DataError that names the place of a number that is none, or parts that differ.
 */
export function samplesOf(
  parts: readonly SampleArray[],
  counts: readonly number[],
  along: ReadDataOptions['samples'],
): Samples {
  const arrays = parts.map(({ X }) => X);
  for (const { of, type } of arrays) {
    if (type === 'text') throw new DataError(`${of} holds text. Give numbers.`);
  }
  const layouts = arrays.map(({ shape }, part) =>
    layoutOf(shape, counts[part], along === 'columns'),
  );
  const [layout] = layouts;
  layouts.forEach((other, part) => {
    if (String(other.shape) === String(layout.shape)) return;
    throw new DataError(
      `The samples of ${arrays[part].of} are ${printed(other.shape)}, but those of ${arrays[0].of} ${printed(layout.shape)}. Give all parts the same shape.`,
    );
  });
  const meaning = layout.isPictures ? meaningOf(arrays) : numbersChecked(arrays);
  const values = arrays.map(({ values }, part) =>
    takeApart(values as NumberArray, layouts[part], meaning),
  );
  const hidesAlpha = layout.alpha && meaning !== 'numbers';
  const shape = hidesAlpha
    ? [...layout.shape.slice(0, -1), layout.shape.at(-1)! - 1]
    : layout.shape;
  const [height, width, channels] = shape;
  const isLikePictures =
    layout.isPictures && meaning !== 'numbers' && channels !== 2 && channels < 4;
  return {
    shape,
    values,
    input: isLikePictures ? { kind: 'pictures', height, width, channels } : { kind: 'array' },
    notes: notesOf(arrays[0], counts[0], layout, meaning),
  };
}

/** By the numbers of all parts: else one would be scaled and the other not. */
function meaningOf(arrays: readonly NdArray[]): Meaning {
  const ranges = arrays.map(rangeChecked);
  const min = Math.min(...ranges.map((range) => range.min));
  const max = Math.max(...ranges.map((range) => range.max));
  const isBytes = ranges.every(({ whole }) => whole) && min >= 0 && max <= 255;
  const inBytes = arrays.every(({ values }) => values instanceof Uint8Array);
  // Bytes of a picture nearly reach 255; what stays far below counts something else.
  if (isBytes && max >= (inBytes ? 17 : 128)) return 'bytes';
  return min >= 0 && max <= 1 ? 'shares' : 'numbers';
}

function numbersChecked(arrays: readonly NdArray[]): Meaning {
  arrays.forEach(rangeChecked);
  return 'numbers';
}

function rangeChecked({ of, shape, values }: NdArray) {
  const range = rangeOf(values as NumberArray);
  if (range.odd < 0) return range;
  throw new DataError(
    `${elementOf(of, range.odd, shape)} is ${values[range.odd]}. Put a number there, or leave the sample out.`,
  );
}

function notesOf({ of, shape }: NdArray, m: number, layout: Layout, meaning: Meaning): string[] {
  const notes: string[] = [];
  if (shape.length === 2) {
    const isSquare = shape[0] === shape[1];
    const either = isSquare ? ' (it is square: say samples if that is wrong)' : '';
    notes.push(
      `${of} is ${printed(shape)}: its ${m} samples are the ${layout.inColumns ? 'columns' : 'rows'}${either}.`,
    );
  }
  if (layout.channelsFirst) notes.push(`${of} is ${printed(shape)}: channels first, turned last.`);
  if (layout.alpha && meaning !== 'numbers') notes.push('What is transparent lies over white.');
  if (layout.isPictures && meaning === 'numbers') {
    notes.push(
      `The numbers of ${of} are not those of pictures, 0 to 255 or 0 to 1: they are kept.`,
    );
  }
  return notes;
}
