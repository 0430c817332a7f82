import { describe, expect, test } from '@jest/globals';
import type { File } from 'h5wasm';
import { writeInMemory } from '../../../src/data/hdf5Memory.js';
import { bigEndianH5, booleanH5, stringsH5 } from './fixtures.js';
import { classesOf, numbersOf, rowsOf, trial } from './trial.js';

const { put, read, readAt, failure } = trial();

type Fields = Record<string, Omit<Parameters<File['create_dataset']>[0], 'name'>>;

const h5 = (fields: Fields, more: (file: File) => void = () => {}) =>
  writeInMemory((file) => {
    for (const [name, rest] of Object.entries(fields)) file.create_dataset({ name, ...rest });
    more(file);
  });

const bytes = Uint8Array.from({ length: 4 * 2 * 2 * 3 }, (_, i) => 5 * i);
const rows = [0, 1, 2, 3].map((i) => [...bytes.subarray(12 * i, 12 * i + 12)]);
const pictures = { data: bytes, shape: [4, 2, 2, 3] };
const labels = { data: BigInt64Array.of(0n, 1n, 1n, 0n), shape: [4] };
const names = { data: ['dark', 'bright'], dtype: 'S6' };

describe("the course's layout", () => {
  const part = (name: string, y: Fields[string], list = names) =>
    h5({ [`${name}_set_x`]: pictures, [`${name}_set_y`]: y, list_classes: list });

  test.each<[string, Fields[string]]>([
    ['(m)', labels],
    ['(1, m)', { data: Int32Array.of(0, 1, 1, 0), shape: [1, 4] }],
    ['(m, 1) as floats', { data: Float64Array.of(0, 1, 1, 0), shape: [4, 1] }],
    ['from 1', { data: Uint8Array.of(1, 2, 2, 1), shape: [4] }],
    ['one-hot', { data: Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0), shape: [4, 2] }],
  ])('in a folder, labels %s', async (kind, y) => {
    const folder = kind.replaceAll(/\W/g, '');
    put({
      [`${folder}/train_signs.h5`]: await part('train', y),
      [`${folder}/test_signs.h5`]: await part('test', y),
    });
    const { train, test: held, name, format, input } = await readAt(folder);
    expect([name, format]).toEqual(['signs', 'hdf5']);
    expect(input).toEqual({ kind: 'pictures', height: 2, width: 2, channels: 3 });
    for (const set of [train, held!]) {
      expect(rowsOf(set)).toEqual(rows);
      expect(classesOf(set)).toEqual(['dark', 'bright', 'bright', 'dark']);
    }
  });

  test('with six classes named by numbers', async () => {
    const y = { data: BigInt64Array.of(5n, 0n, 3n, 0n), shape: [4] };
    const list = { data: BigInt64Array.of(0n, 1n, 2n, 3n, 4n, 5n), shape: [6] };
    const file = await h5({ train_set_x: pictures, train_set_y: y, list_classes: list });
    const { train } = await read('train.h5', file);
    expect(train.targets).toMatchObject({ classes: ['0', '1', '2', '3', '4', '5'] });
    expect([...(train.targets as { labels: Int32Array }).labels]).toEqual([5, 0, 3, 0]);
  });

  test('with other names of the classes in the test file is refused', async () => {
    const other = { data: ['bright', 'dark'], dtype: 'S6' };
    put({
      'names/train.h5': await part('train', labels),
      'names/test.h5': await part('test', labels, other),
    });
    expect(await failure(readAt('names'))).toMatch(
      /names its classes bright, dark in one file, and dark, bright in another/,
    );
  });

  test('with two files for one part is refused', async () => {
    put({
      'twice/train_a.h5': await part('train', labels),
      'twice/train_b.h5': await part('train', labels),
    });
    expect(await failure(readAt('twice'))).toMatch(/several files for the train part/);
  });
});

describe('one file', () => {
  test("with Keras' names, compressed", async () => {
    const chunks = { chunks: [1, 2, 2, 3], compression: 'gzip' as const };
    const file = await h5({
      x_train: { ...pictures, ...chunks },
      y_train: labels,
      x_test: pictures,
      y_test: labels,
    });
    const { train, test: held } = await read('mnist.hdf5', file);
    expect(rowsOf(train)).toEqual(rows);
    expect(held!.m).toBe(4);
  });

  test('with groups', async () => {
    const file = await h5({}, (root) => {
      for (const name of ['train', 'test']) {
        const group = root.create_group(name);
        group.create_dataset({ name: 'images', ...pictures });
        group.create_dataset({ name: 'labels', ...labels });
      }
    });
    const { train, test: held } = await read('groups.h5', file);
    expect([rowsOf(train), rowsOf(held!)]).toEqual([rows, rows]);
  });

  test('with rows of numbers', async () => {
    const file = await h5({
      X: { data: Float64Array.of(1, 2, 3, 4.5), shape: [2, 2] },
      y: { data: Float64Array.of(0.5, 1.5), shape: [2] },
    });
    const { train } = await read('rows.h5', file);
    expect(rowsOf(train)).toEqual([
      [1, 2],
      [3, 4.5],
    ]);
    expect(numbersOf(train)).toEqual([0.5, 1.5]);
  });

  const tens = [0, 1].map((i) => Array.from({ length: 12 }, (_, k) => 10 * (12 * i + k)));

  test.each<[string, Uint8Array, string[]]>([
    ['from the high byte on', bigEndianH5, ['1', '0']],
    ['with booleans', booleanH5, ['true', 'false']],
    ['with texts of any length', stringsH5, ['hund', 'kätzchen']],
  ])('%s, by h5py', async (_, file, expected) => {
    const { train } = await read('a.h5', file);
    expect(rowsOf(train)).toEqual(tens);
    expect(train.take([0])).toBeInstanceOf(Uint8Array);
    expect(classesOf(train)).toEqual(expected);
  });
});

describe('a file is refused', () => {
  test.each<[string, () => Promise<Uint8Array> | Uint8Array, RegExp]>([
    [
      'without labels',
      () => h5({ X: pictures }),
      /no labels to X by name; it holds X \(4, 2, 2, 3\)/,
    ],
    [
      'with another number of labels',
      () => h5({ X: pictures, y: { data: Uint8Array.of(1, 0) } }),
      /X in a\.h5 is \(4, 2, 2, 3\) and y in a\.h5 is \(2,\)/,
    ],
    [
      'that is cut off',
      async () => (await h5({ X: pictures, y: labels })).subarray(0, 900),
      /a\.h5 is cut off or damaged/,
    ],
    [
      'that declares more than it holds',
      () =>
        h5(
          { X: { data: Uint8Array.of(1), shape: [1], maxshape: [null], chunks: [1] }, y: labels },
          grow,
        ),
      /X .*declares \d+ bytes, which a file of \d+ bytes cannot hold/,
    ],
  ])('%s', async (_, file, message) => {
    expect(await failure(read('a.h5', await file()))).toMatch(message);
  });

  test('with links to other files, which are not followed', async () => {
    put({ 'other.h5': await h5({ X: pictures }) });
    const file = await h5({ y: labels }, (root) =>
      root.create_external_link('other.h5', '/X', 'X'),
    );
    expect(await failure(read('a.h5', file))).toMatch(/no samples to y by name; it holds y \(4,\)/);
  });
});

/** A thousand million numbers that were never written. */
function grow(file: File): void {
  const X = file.get('X');
  if (X && 'resize' in X) X.resize([2 ** 30]);
}
