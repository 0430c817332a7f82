import { inShape } from '../../core/layer.js';
import { RandomState } from '../../core/random.js';
import { asOwnData } from '../../data/dataset.js';
import { loadDataset } from '../../data/datasetFolder.js';
import { embeddedDataset } from '../../data/embedded.js';
import { readData } from '../../data/readData.js';
import type { OwnData, ReadDataOptions, SampleSet } from '../../data/sampleSet.js';
import { type DataParts, splitData } from '../../data/splitData.js';
import { chooseData } from '../chooseData.js';
import type { DataOptions } from '../dataOptions.js';
import { progressBar } from '../progress.js';
import { inThisCommand, say, warn } from '../terminal.js';

/** Data to train on, in their parts. */
export interface TrainData extends DataParts {
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
  const data = await wholeData(options, signal);
  const parts = split(data, options);
  if (options.data === undefined) return parts;
  say(`Data: ${data.name}, from ${options.data}: ${sizesInWords(parts)}`);
  const isNews = (note: string) => !(parts.isCourse && note.startsWith('Target:'));
  for (const note of data.notes.filter(isNews)) say(`      ${inThisCommand(note)}`);
  for (const warning of parts.warnings) warn(warning);
  return parts;
}

/** The data that a command is given, not split. */
export async function wholeData(options: DataOptions, signal: AbortSignal): Promise<WholeData> {
  if (options.data === undefined) {
    return { ...asOwnData(await chooseData(undefined, signal)), isCourse: true };
  }
  const data = await readWithProgress(options.data, options, signal);
  return { ...data, isCourse: isCourse(data) };
}

/** How data are found again: those of the course in their pair of files, or drawn where there is no path. */
export interface DataAt {
  readonly path?: string;
  readonly isCourse: boolean;
}

/** Data as they were read, not split yet. */
export type WholeData = OwnData & Pick<TrainData, 'isCourse'>;

/** The same data without a word, for those who have been told of them before. */
export const sameData = async (
  at: DataAt,
  options: DataOptions & Shares,
  signal: AbortSignal,
): Promise<TrainData> => split(await sameWhole(at, options, signal), options);

/** As `sameData`, not split. */
export async function sameWhole(
  { path, isCourse: asCourse }: DataAt,
  options: DataOptions,
  signal: AbortSignal,
): Promise<WholeData> {
  if (asCourse) {
    const set = path === undefined ? await embeddedDataset() : await loadDataset(path);
    return { ...asOwnData(set), isCourse: true };
  }
  const data = await readData(path ?? '', { ...readOptions(options), signal });
  return { ...data, isCourse: isCourse(data) };
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
  } finally {
    bar.stop();
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
function split<T extends OwnData & { isCourse: boolean }>(
  data: T,
  { test, validation, seed }: Shares,
): T & DataParts {
  const usual = data.isCourse ? 0 : 0.2;
  const shares = {
    test: test ?? (data.test ? undefined : usual),
    validation: validation ?? (data.validation ? undefined : usual),
  };
  return { ...data, ...splitData(data, { ...shares, random: new RandomState(seed) }) };
}

/** 120 rows to train, 30 to validate and 30 to test; 4 inputs each; 3 classes: …. */
function sizesInWords({ train, validation, test, input, isCourse }: TrainData): string {
  const what = input.kind === 'pictures' ? 'pictures' : input.kind === 'table' ? 'rows' : 'samples';
  const parts = [
    `${train.m} ${what} to train`,
    ...(validation ? [`${validation.m} to validate`] : []),
    ...(test ? [`${test.m} to test`] : []),
  ];
  const listed = [parts.slice(0, -1).join(', '), parts.at(-1)].filter(Boolean).join(' and ');
  const [n, ...more] = train.shape;
  const shape = more.length > 0 ? inShape(train.shape) : `${n} input${n === 1 ? '' : 's'} each`;
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
