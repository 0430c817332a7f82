import type { OwnData, SampleSet } from '../../data/sampleSet.js';
import { type Block, card, note, table } from '../blocks.js';
import { columnBlocks, columnsOf, statisticsOf } from './columns.js';
import type { NamedSet } from './judged.js';
import { pictureBlocks } from './pictureBlocks.js';
import { arePictures } from './samplePictures.js';
import { inDigits } from './words.js';

/** Where samples come from, and what their numbers are. */
export type ShownData = Pick<OwnData, 'name' | 'format' | 'input' | 'files' | 'notes'> & {
  /** How many values of a column of a table are missing, by its name. */
  readonly missing?: Readonly<Record<string, number>>;
};

/**
 * The data: its files, how many samples of what are in which part, and examples: of pictures the first and
 * the mean of each class, of tables the columns. Examples and columns are those of the first part.
 */
export function dataBlocks(parts: readonly NamedSet[], data: ShownData): Block[] {
  const [{ set }] = parts;
  const columns = columnsOf(data.input, set.shape);
  return [
    card({
      title: data.name,
      entries: [
        ['format', data.format],
        ['a sample', shapeOf(set)],
        ...parts.map(({ name, set }) => [`${name} samples`, set.m] as const),
        ...data.files.map(
          ({ path, sha256 }) => ['file', `${path}, sha256 ${sha256.slice(0, 12)}…`] as const,
        ),
      ],
    }),
    ...data.notes.map(note),
    set.targets.kind === 'classes' ? classCounts(parts) : targetTable(parts),
    ...(arePictures(set.shape) ? pictureBlocks(parts[0], set.shape) : []),
    ...(columns ? columnBlocks(set, columns, data.missing) : []),
  ];
}

function shapeOf({ shape }: SampleSet): string {
  if (!arePictures(shape)) return shape.length === 1 ? `${shape[0]} numbers` : shape.join(' x ');
  return `${shape[0]} x ${shape[1]} pixels, ${shape[2] === 1 ? 'grey' : 'colour'}`;
}

function classCounts(parts: readonly NamedSet[]): Block {
  const counts = parts.map(({ set: { targets } }) => {
    if (targets.kind !== 'classes') return [];
    const of = targets.classes.map(() => 0);
    for (const label of targets.labels) of[label]++;
    return of;
  });
  const { targets } = parts[0].set;
  const classes = targets.kind === 'classes' ? targets.classes : [];
  return table({
    caption: 'Samples of each class',
    columns: ['class', ...parts.map(({ name }) => name)],
    rows: classes.map((name, k) => [name, ...counts.map((of) => of[k])]),
    numeric: [false, ...parts.map(() => true)],
  });
}

function targetTable(parts: readonly NamedSet[]): Block {
  const rows = parts.flatMap(({ name, set: { m, targets } }) => {
    if (targets.kind !== 'numbers') return [];
    const { values, names } = targets;
    const numbers = Float32Array.from(values);
    const take = (indices: ArrayLike<number>) => {
      const from = indices[0] * names.length;
      return numbers.subarray(from, from + indices.length * names.length);
    };
    const asSet = { m, targets, shape: [names.length], take, origin: String };
    return statisticsOf(asSet).map(({ mean, deviation, min, max }, j) => [
      ...[names[j], name],
      ...[mean, deviation, min, max].map(inDigits),
    ]);
  });
  return table({
    caption: 'What is predicted',
    columns: ['number', 'part', 'mean', 'deviation', 'smallest', 'largest'],
    rows,
    numeric: [false, false, true, true, true, true],
  });
}
