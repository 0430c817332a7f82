import { ShapeError, ValueError } from '../core/errors.js';
import { type Shape, sizeOf } from '../core/layer.js';
import { assertOptions, inWords } from '../core/options.js';
import type { NdArray, NumberArray } from './arrays/ndArray.js';
import { countOf, samplesOf } from './arrays/samples.js';
import { targetsOf } from './arrays/targets.js';
import { inMemory, type ReadDataOptions, type SampleSet } from './sampleSet.js';

/** Numbers in arrays of arrays, however deep. */
export type DeepArray = readonly number[] | readonly DeepArray[];

export interface FromArrays {
  /** A sample an entry; or all numbers one sample after the other, with `shape`. */
  readonly X: DeepArray | Uint8Array | Float32Array | Float64Array;
  /** A label, a row of them, or one-hot row for each sample. */
  readonly y: DeepArray | readonly string[] | readonly boolean[] | NumberArray;
  /** Of one sample, where X is a typed array: [4], [28, 28, 1]. */
  readonly shape?: Shape;
  /** The names of the classes, for labels 0, 1, …. */
  readonly classes?: readonly string[];
  readonly task?: ReadDataOptions['task'];
}

/**
 * Samples from arrays of code, as `readData` has them from files: labels become classes or numbers, pictures
 * have their channels last.
 *
 *     fromArrays({ X: [[5.1, 3.5], [4.9, 3.0], [6.2, 2.9]], y: ['setosa', 'setosa', 'virginica'] });
 *
 * @throws ShapeError if samples differ in shape, ValueError if something is no number, and DataError as
 * `readData` for labels and samples that do not fit together.
 */
export function fromArrays(given: FromArrays): SampleSet {
  const names = { X: true, y: true, shape: true, classes: true, task: true } as const;
  assertOptions('fromArrays', given, names);
  const { shape, classes, task } = given;
  const y = arrayOf('y', given.y);
  const X = shape ? shaped(arrayOf('X', given.X), shape) : arrayOf('X', given.X);
  const m = countOf({ X, y }, 'rows');
  const samples = samplesOf([{ X, y }], [m], 'rows');
  const { targets } = targetsOf([[y, m]], {
    ...(classes && { classes }),
    task,
    ofPictures: samples.shape.length > 1,
  });
  const [values] = samples.values;
  const origin = (i: number) => `sample ${i}`;
  return inMemory(values, { shape: samples.shape, targets: targets[0], origin });
}

function shaped(X: NdArray, shape: Shape): NdArray {
  const size = sizeOf(shape);
  if (X.values.length % size === 0 && X.values.length > 0) {
    return { ...X, shape: [X.values.length / size, ...shape] };
  }
  throw new ShapeError(
    `fromArrays: X has ${X.values.length} numbers, and a sample of shape [${shape.join(', ')}] takes ${size}. Give all numbers of each sample.`,
  );
}

function arrayOf(of: string, given: FromArrays['X'] | FromArrays['y']): NdArray {
  if (ArrayBuffer.isView(given)) {
    const values = given as NumberArray;
    const type = values instanceof Float32Array || values instanceof Float64Array;
    return { of, shape: [values.length], values, type: type ? 'float' : 'int' };
  }
  if (!Array.isArray(given) || given.length === 0) {
    const what = Array.isArray(given) ? 'empty' : inWords(given);
    throw new ValueError(`fromArrays: ${of} is ${what}; give an array with an entry a sample.`);
  }
  if (given.every((entry) => typeof entry === 'string')) {
    return { of, shape: [given.length], values: given as string[], type: 'text' };
  }
  if (given.every((entry) => typeof entry === 'boolean')) {
    return { of, shape: [given.length], values: Uint8Array.from(given, Number), type: 'bool' };
  }
  const shape = shapeOf(given);
  const values = new Float64Array(sizeOf(shape));
  let at = 0;
  const visit = (entry: unknown, depth: number, place: string): void => {
    if (depth === shape.length) {
      if (typeof entry !== 'number') {
        throw new ValueError(`fromArrays: ${place} is ${inWords(entry)}; give a number.`);
      }
      values[at++] = entry;
      return;
    }
    if (!Array.isArray(entry) || entry.length !== shape[depth]) {
      const found = Array.isArray(entry) ? `${entry.length} entries` : 'no entries';
      throw new ShapeError(
        `fromArrays: ${place} has ${found}, but the first of its kind has ${shape[depth]}. Give every sample the same shape.`,
      );
    }
    entry.forEach((inner, i) => {
      visit(inner, depth + 1, `${place}[${i}]`);
    });
  };
  visit(given, 0, of);
  return { of, shape, values, type: values.every(Number.isInteger) ? 'int' : 'float' };
}

/** By the first entry of each array. */
function shapeOf(given: unknown): number[] {
  return Array.isArray(given) ? [given.length, ...shapeOf(given[0])] : [];
}
