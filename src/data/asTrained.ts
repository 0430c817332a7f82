import { DataError } from '../core/errors.js';
import { orDamaged } from '../files/damaged.js';
import { tableFiles } from './formats/tableParts.js';
import { readData } from './readData.js';
import { readTableLike, rowsOf } from './readRows.js';
import { type InputForm, inMemory, type ReadDataOptions, type SampleSet } from './sampleSet.js';
import { sourceAt } from './source.js';
import { viewOf } from './split.js';
import { targetsLike } from './tables/target.js';

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
  return orDamaged(path, DataError, () => readLike(path, trained, options));
}

async function readLike(path: string, trained: Trained, options: ReadDataOptions) {
  const { input, targets } = trained;
  if (input.kind === 'table') {
    const { path: file, part } = await tableIn(path);
    const table = await readTableLike(file, input);
    const { values, shape, origin, notes } = rowsOf(table, input);
    const set = inMemory(values, {
      shape,
      targets: targetsLike(table, input.target, targets, 'the model'),
      origin,
    });
    return { set, part, name: path, notes };
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
  const part: 'test' | 'all' = data.test ? 'test' : 'all';
  return { set: relabelled(set, targets, path), part, name: data.name, notes: data.notes };
}

/** The table itself, or of a folder with a table a part the one that tests, else the one that trains. */
async function tableIn(path: string): Promise<{ path: string; part: 'test' | 'all' }> {
  const files = tableFiles(await sourceAt(path));
  const test = files.find(({ part }) => part === 'test');
  if (test) return { path: test.path, part: 'test' };
  return { path: files[0]?.path ?? path, part: 'all' };
}

/** A folder's pictures become those of the network. */
function sizeFor(
  { height, width, channels }: InputForm & { kind: 'pictures' },
  shape: readonly number[],
): ReadDataOptions {
  return height === width && shape.length > 0 ? { size: height, grey: channels === 1 } : {};
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
