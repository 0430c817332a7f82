import { DataError } from '../core/errors.js';
import { assertOptions } from '../core/options.js';
import { leakBetween } from './leaks.js';
import type { OwnData } from './sampleSet.js';
import { type Split, type SplitOptions, splitSamples } from './split.js';
import { fillMissing } from './tables/fillMissing.js';
import { fitWords } from './tables/fitWords.js';

/** Data in their parts, no value missing. */
export interface DataParts extends OwnData {
  /** What makes a score on the parts worth less, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Data as read, ready to train on: the parts that they do not come in are split off the training samples
 * by `splitSamples`, `fillMissing` puts numbers where the table has none, and a column of words has an input
 * for each word that a training row has: other rows with other words have 0 for all of them.
 *
 *     const data = splitData(await readData('iris.csv'), { test: 0.2, random: new RandomState(1) });
 *
 * @param options.test default: 0.2, unless the data have a test part; `validation` default: 0.
 * @throws DataError where a part is asked for that the data have already, ValueError as `splitSamples`.
 */
export function splitData(data: OwnData, options: SplitOptions): DataParts {
  assertOptions('splitData', options, { test: true, validation: true, random: true });
  for (const part of ['test', 'validation'] as const) {
    if (options[part] === undefined || !data[part]) continue;
    throw new DataError(`${data.name} has a ${part} set of its own. Leave out the share for it.`);
  }
  const { test = data.test ? 0 : 0.2, validation = 0, random } = options;
  const isWhole = test === 0 && validation === 0;
  const parts: Split = isWhole ? data : splitSamples(data.train, { test, validation, random });
  const { data: whole, notes } = fitWords(fillMissing({ ...data, ...parts }));
  return { ...whole, warnings: [...notes, ...leaksIn(whole)] };
}

function leaksIn({ train, validation, test }: OwnData): string[] {
  return Object.entries({ test, validation }).flatMap(([name, part]) => {
    const count = part ? leakBetween(train, part) : 0;
    if (count === 0) return [];
    return [
      `${count} of the ${part!.m} ${name} samples are in the training set too, number for number: the network knows them, and its score on them says too much.`,
    ];
  });
}
