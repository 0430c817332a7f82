import { DataError } from '../../core/errors.js';
import { inShape } from '../../core/layer.js';
import { RandomState } from '../../core/random.js';
import { asOwnData } from '../../data/dataset.js';
import { leakBetween } from '../../data/leaks.js';
import { readData } from '../../data/readData.js';
import type { OwnData, ReadDataOptions, SampleSet } from '../../data/sampleSet.js';
import { type Split, splitSamples } from '../../data/split.js';
import { fillMissing } from '../../data/tables/fillMissing.js';
import { asFlags } from '../asFlags.js';
import { chooseData } from '../chooseData.js';
import type { DataOptions } from '../commands/dataOptions.js';
import { progressBar } from '../progress.js';
import { say, warn } from '../terminal.js';

/** Data to train on, in their parts. */
export interface TrainData extends OwnData {
  /** Pictures of two classes with a test set, in HDF5: those of the course, trained as there. */
  readonly isCourse: boolean;
}

/** How the data are split where they come in one part. */
export interface Shares {
  readonly test?: number;
  readonly validation?: number;
  readonly seed: number;
}

/** The data that a command is given, read and split, with a line that says what they are. */
export async function trainData(
  options: DataOptions & Shares,
  signal: AbortSignal,
): Promise<TrainData> {
  if (options.data === undefined) {
    const data = asOwnData(await chooseData(undefined, signal));
    return split({ ...data, isCourse: true }, options);
  }
  const data = await readWithProgress(options.data, options, signal);
  const parts = inFlags(() => split({ ...data, isCourse: isCourse(data) }, options));
  say(`Data: ${data.name}, from ${options.data}: ${sizesInWords(parts)}`);
  for (const note of data.notes) say(`      ${asFlags(note)}`);
  warnOfLeaks(parts);
  return parts;
}

export async function readWithProgress(
  path: string,
  options: DataOptions,
  signal: AbortSignal,
): Promise<OwnData> {
  const bar = await progressBar(1);
  try {
    return await readData(path, {
      ...readOptions(options),
      signal,
      onProgress: (share) => bar.update(share),
    });
  } catch (error) {
    throw withFlags(error);
  } finally {
    bar.stop();
  }
}

/** What the library says of its options is said of those on the command line. */
const withFlags = (error: unknown) =>
  error instanceof DataError ? new DataError(asFlags(error.message), { cause: error }) : error;

function inFlags<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withFlags(error);
  }
}

/** Those options that were given. */
export function readOptions(options: DataOptions): ReadDataOptions {
  const { target, task, missing, leaveOut, decimalComma, header, samples } = options;
  const { size, grey, skipBroken } = options;
  const all = {
    ...{ target, task, missing, leaveOut, decimalComma, header, samples, size, grey, skipBroken },
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function isCourse({ format, train: { shape, targets }, test }: OwnData): boolean {
  const isPair = targets.kind === 'classes' && targets.classes.length === 2;
  return format === 'hdf5' && isPair && shape.at(-1) === 3 && test !== undefined;
}

/** Shares of the set for the parts that the data lack; the holes of tables filled. */
function split(data: TrainData, { test, validation, seed }: Shares): TrainData {
  const { train, isCourse } = data;
  const wanted = {
    test: data.test ? 0 : (test ?? (isCourse ? 0 : 0.2)),
    validation: data.validation ? 0 : (validation ?? (isCourse ? 0 : 0.2)),
  };
  if (test !== undefined && data.test) {
    throw new DataError(`${data.name} has a test set of its own. Leave out --test.`);
  }
  if (validation !== undefined && data.validation) {
    throw new DataError(`${data.name} has a validation set of its own. Leave out --validation.`);
  }
  const isWhole = wanted.test === 0 && wanted.validation === 0;
  const parts: Split = isWhole
    ? { train }
    : splitSamples(train, { ...wanted, random: new RandomState(seed) });
  return { ...data, ...fillMissing({ ...data, ...parts }) };
}

/** 120 rows to train, 30 to validate and 30 to test; 4 numbers each; 3 classes: …. */
function sizesInWords({ train, validation, test, input, isCourse }: TrainData): string {
  const what = input.kind === 'pictures' ? 'pictures' : input.kind === 'table' ? 'rows' : 'samples';
  const parts = [
    `${train.m} ${what} to train`,
    ...(validation ? [`${validation.m} to validate`] : []),
    ...(test ? [`${test.m} to test`] : []),
  ];
  const listed = [parts.slice(0, -1).join(', '), parts.at(-1)].filter(Boolean).join(' and ');
  const shape = inShape(train.shape);
  return isCourse ? `${listed}, ${shape}` : `${listed}, ${shape}; ${targetsInWords(train)}`;
}

/** The classes with their counts, or the range of the numbers. */
function targetsInWords({ targets, m }: SampleSet): string {
  if (targets.kind === 'numbers') return `numbers: ${targets.names.join(', ')}`;
  const { classes, labels } = targets;
  const counts = classes.map(() => 0);
  for (const label of labels) counts[label]++;
  const shown = classes.slice(0, 10).map((name, k) => `${name} ${counts[k]}`);
  const more = classes.length > 10 ? `, … (${m} in all)` : '';
  return `${classes.length} classes: ${shown.join(', ')}${more}`;
}

function warnOfLeaks({ train, validation, test }: TrainData): void {
  for (const [name, part] of [
    ['test', test],
    ['validation', validation],
  ] as const) {
    const count = part ? leakBetween(train, part) : 0;
    if (count === 0) continue;
    warn(
      `${count} of the ${part!.m} ${name} samples are in the training set too, number for number: the network knows them, and its score on them says too much.`,
    );
  }
}
