import { DataError } from '../../core/errors.js';
import {
  inMemory,
  type OwnData,
  type ReadDataOptions,
  type SampleSet,
  type SourceFile,
} from '../sampleSet.js';
import { type NdArray, printed } from './ndArray.js';
import type { ArrayParts, PartName } from './parts.js';
import { countOf, samplesOf } from './samples.js';
import { targetsOf } from './targets.js';

export interface ArrayFile {
  readonly name: string;
  readonly format: string;
  readonly files: readonly SourceFile[];
}

/**
 * Own data from the arrays of a file. A lone part is the one to be split, whatever its name.
 *
 * @throws DataError that names the array, the place in it, what is wrong and the cure.
 */
export function ownArrays(read: ArrayParts, file: ArrayFile, options: ReadDataOptions): OwnData {
  const { parts, classes, notes } = read;
  const given = (['train', 'validation', 'test'] as const).flatMap((name) =>
    parts[name] ? [{ name, ...parts[name] }] : [],
  );
  for (const { X } of given) refuseEmpty(X);
  const counts = given.map((part) => countOf(part, options.samples));
  const samples = samplesOf(given, counts, options.samples);
  const { targets, said } = targetsOf(
    given.map(({ y }, part) => [y, counts[part]]),
    { classes, task: options.task, ofPictures: samples.shape.length > 1 },
  );
  const sets: Partial<Record<PartName, SampleSet>> = {};
  given.forEach(({ name, X }, part) => {
    sets[name] = inMemory(samples.values[part], {
      shape: samples.shape,
      targets: targets[part],
      origin: (i) => `${X.of}, sample ${i}`,
    });
  });
  const [first] = given;
  const { train = sets[first.name]!, validation, test } = sets;
  return {
    ...file,
    train,
    ...(validation && train !== validation && { validation }),
    ...(test && train !== test && { test }),
    input: samples.input,
    notes: [...notes, ...samples.notes, `Target: ${first.y.of}: ${said}.`],
  };
}

function refuseEmpty({ of, shape }: NdArray): void {
  if (!shape.includes(0)) return;
  throw new DataError(`${of} is empty, ${printed(shape)}. Give at least one sample.`);
}
