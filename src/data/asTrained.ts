import { DataError } from '../core/errors.js';
import { readData } from './readData.js';
import { readTableLike, rowsOf } from './readRows.js';
import {
  type InputForm,
  inMemory,
  type ReadDataOptions,
  type SampleSet,
  type Targets,
} from './sampleSet.js';
import { viewOf } from './split.js';
import { columnNamed } from './tables/encode.js';
import { placeIn } from './tables/kinds.js';
import { missing, type Table, textAt } from './tables/table.js';

/** What a network was trained on, as far as new data must be like it. */
export interface Trained {
  readonly input: InputForm;
  /** Of one sample. */
  readonly shape: readonly number[];
  readonly targets:
    | { readonly kind: 'classes'; readonly classes: readonly string[] }
    | { readonly kind: 'numbers'; readonly names: readonly string[] };
}

/**
 * Samples with their targets for a network that was trained before: the test part where the data have
 * one, else all of them; classes by their names.
 *
 * @throws DataError where they are not like those that it was trained on.
 */
export async function readAsTrained(
  path: string,
  trained: Trained,
  options: ReadDataOptions = {},
): Promise<{ set: SampleSet; part: 'test' | 'all'; name: string; notes: readonly string[] }> {
  const { input, targets } = trained;
  if (input.kind === 'table') {
    const table = await readTableLike(path, input);
    const { values, shape, origin } = rowsOf(table, input);
    const set = inMemory(values, {
      shape,
      targets: targetsIn(table, input.target, targets),
      origin,
    });
    return { set, part: 'all', name: path, notes: [] };
  }
  const sized = input.kind === 'pictures' ? sizeFor(input, trained.shape) : {};
  // A few labels may look like numbers.
  const task = targets.kind === 'classes' ? 'classification' : 'regression';
  const data = await readData(path, { task, ...sized, ...options });
  const set = data.test ?? data.train;
  if (String(set.shape) !== String(trained.shape)) {
    throw new DataError(
      `${path} has samples of ${set.shape.join(' x ')}, and the model was trained on ${trained.shape.join(' x ')}. Give samples like those.`,
    );
  }
  const part = data.test ? 'test' : 'all';
  return { set: relabelled(set, targets, path), part, name: data.name, notes: data.notes };
}

/** A folder's pictures become those of the network. */
function sizeFor(
  { height, width, channels }: InputForm & { kind: 'pictures' },
  shape: readonly number[],
): ReadDataOptions {
  return height === width && shape.length > 0 ? { size: height, grey: channels === 1 } : {};
}

/** The target's columns of a table, as the network's classes or numbers. */
function targetsIn(table: Table, names: readonly string[], targets: Trained['targets']): Targets {
  const columns = names.map((name) => columnNamed(table, name));
  if (targets.kind === 'classes') {
    const [column] = columns;
    const places = new Map(targets.classes.map((name, k) => [name, k]));
    const labels = Int32Array.from({ length: table.m }, (_, i) => {
      const label = column.codes[i] === missing ? undefined : places.get(textAt(column, i));
      if (label !== undefined) return label;
      const what =
        column.codes[i] === missing
          ? 'there is no class'
          : `'${textAt(column, i)}' is no class of the model`;
      throw new DataError(
        `${placeIn(table, i, column)}: ${what}; it knows ${targets.classes.join(', ')}. Leave the row out, or put one of them there.`,
      );
    });
    return { kind: 'classes', labels, classes: targets.classes };
  }
  const values = new Float64Array(table.m * columns.length);
  columns.forEach((column, k) => {
    for (let i = 0; i < table.m; i++) {
      if (column.codes[i] >= 0 || column.codes[i] === missing) {
        throw new DataError(`${placeIn(table, i, column)}: there is no number. Put one there.`);
      }
      values[i * columns.length + k] = column.numbers[i];
    }
  });
  return { kind: 'numbers', values, names };
}

/** The same classes in the order of the network's. */
function relabelled(set: SampleSet, targets: Trained['targets'], path: string): SampleSet {
  if (set.targets.kind !== targets.kind) {
    throw new DataError(
      `${path} has ${set.targets.kind === 'classes' ? 'classes' : 'numbers'} as targets, and the model gives ${targets.kind}. Give data like those that it was trained on.`,
    );
  }
  if (set.targets.kind === 'numbers' || targets.kind === 'numbers') return set;
  const { labels, classes } = set.targets;
  const places = classes.map((name) => targets.classes.indexOf(name));
  const used = new Set(labels);
  const unknown = classes.find((_, k) => places[k] < 0 && used.has(k));
  if (unknown !== undefined) {
    throw new DataError(
      `${path} has the class ${unknown}, which the model does not know; it knows ${targets.classes.join(', ')}. Leave it out, or name it as in training.`,
    );
  }
  const view = viewOf(
    set,
    Array.from({ length: set.m }, (_, i) => i),
  );
  return {
    ...view,
    targets: {
      kind: 'classes',
      labels: Int32Array.from(labels, (k) => places[k]),
      classes: targets.classes,
    },
  };
}
