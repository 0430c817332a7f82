import { describe, expect, test } from '@jest/globals';
import { npyBytes, npyOf, npzOf } from './npyBytes.js';
import { classesOf, numbersOf, rowsOf, trial } from './trial.js';

const { read, failure } = trial();

/** Four samples of three numbers. */
const rows = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
  [10, 11, 12.5],
];
const X = npyOf(Float64Array.from(rows.flat()), [4, 3]);
const turned = Float64Array.from(rows[0].flatMap((_, j) => rows.map((row) => row[j])));
const XT = npyOf(turned, [3, 4]);
const y = npyOf(BigInt64Array.of(0n, 1n, 0n, 1n));

const ascii = (width: number, ...texts: string[]) =>
  Buffer.concat(
    texts.map((text) => Buffer.concat([Buffer.from(text), Buffer.alloc(width)]).subarray(0, width)),
  );
const unicode = (width: number, ...texts: string[]) =>
  Uint8Array.from(
    texts.flatMap((text) =>
      Array.from({ length: width }, (_, i) => [...text][i]?.codePointAt(0) ?? 0).flatMap((code) => [
        ...new Uint8Array(Uint32Array.of(code).buffer),
      ]),
    ),
  );

describe('samples and labels', () => {
  test.each<[string, Record<string, Uint8Array>]>([
    ['X and y', { X, y }],
    ['x and y', { x: X, y }],
    ['data and target', { target: y, data: X }],
    ['features and labels', { features: X, labels: y }],
    ['no names', { arr_0: X, arr_1: y }],
    ['train alone', { x_train: X, y_train: y }],
    ['trainX and trainY', { trainX: X, trainY: y }],
  ])('by the names %s', async (_, arrays) => {
    const { train, input, format } = await read('a.npz', npzOf(arrays));
    expect([format, input.kind]).toEqual(['npz', 'array']);
    expect(train.shape).toEqual([3]);
    expect(rowsOf(train)).toEqual(rows);
    expect(classesOf(train)).toEqual(['0', '1', '0', '1']);
  });

  test('in three parts, packed', async () => {
    const one = npyOf(Float64Array.of(1, 0, 1), [1, 3]);
    const arrays = {
      x_train: X,
      y_train: y,
      x_test: one,
      y_test: npyOf(Int32Array.of(1)),
      X_val: X,
      y_val: y,
    };
    const { train, test: held, validation, notes } = await read('a.npz', npzOf(arrays, 6));
    expect(rowsOf(train)).toEqual(rows);
    expect(rowsOf(held!)).toEqual([[1, 0, 1]]);
    expect(classesOf(held!)).toEqual(['1']);
    expect(validation!.m).toBe(4);
    expect(notes.join()).not.toMatch(/Left out/);
  });

  test('among others, which are named', async () => {
    const names = npyBytes('|S5', [2], ascii(5, 'apple', 'pear'));
    const { train, notes } = await read(
      'a.npz',
      npzOf({ data: X, target: y, images: X, target_names: names }),
    );
    expect(classesOf(train)).toEqual(['apple', 'pear', 'apple', 'pear']);
    expect(notes[0]).toMatch(/Left out of .*a\.npz: images\./);
  });

  test.each<[string, Record<string, Uint8Array>, RegExp]>([
    ['no labels', { X }, /no labels to X by name; it holds X \(4, 3\)\. Name .* X and y/],
    ['no samples', { y }, /no samples to y/],
    [
      'other names',
      { W1: X, b1: y },
      /no samples and labels by name; it holds W1 \(4, 3\), b1 \(4,\)/,
    ],
    ['numbers for names', { arr_0: X, arr_1: y, arr_2: X, arr_3: y }, /no samples and labels/],
    [
      'a test without labels',
      { x_train: X, y_train: y, x_test: X },
      /no labels to x_test.*x_test and y_test/,
    ],
  ])('are missed where there are %s', async (_, arrays, message) => {
    expect(await failure(read('a.npz', npzOf(arrays)))).toMatch(message);
  });
});

describe('a matrix', () => {
  test('has samples in its columns if the labels say so', async () => {
    const { train, notes } = await read('a.npz', npzOf({ X: XT, y }));
    expect(rowsOf(train)).toEqual(rows);
    expect(notes[0]).toMatch(/X in .*a\.npz is \(3, 4\): its 4 samples are the columns\./);
  });

  test('that is square has them in its rows, or as the option says', async () => {
    const square = npyOf(Float64Array.of(1, 2, 3, 4), [2, 2]);
    const bytes = npzOf({ X: square, y: npyOf(Float64Array.of(0.5, 1.5)) });
    const byRows = await read('a.npz', bytes);
    expect(rowsOf(byRows.train)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(byRows.notes[0]).toMatch(/are the rows \(it is square/);
    const byColumns = await read('a.npz', bytes, { samples: 'columns' });
    expect(rowsOf(byColumns.train)).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  test("in Fortran's order, and from the high byte on", async () => {
    const big = Buffer.alloc(48);
    [...new Float32Array(turned)].forEach((value, i) => {
      big.writeFloatBE(value, 4 * i);
    });
    const bytes = npzOf({ X: npyBytes('>f4', [4, 3], big, true), y });
    expect(rowsOf((await read('a.npz', bytes)).train)).toEqual(rows);
  });

  test.each<[string, Record<string, Uint8Array>, RegExp]>([
    [
      'with another number of labels',
      { X, y: npyOf(Int32Array.of(0, 1)) },
      /X in a\.npz is \(4, 3\) and y in a\.npz is \(2,\)/,
    ],
    [
      'with NaN',
      { X: npyOf(Float64Array.from([...rows.flat().slice(0, 11), Number.NaN]), [4, 3]), y },
      /X\[3, 2\] in a\.npz is NaN/,
    ],
    [
      'of text',
      { X: npyBytes('|S1', [4, 3], ascii(1, ...'abcdefghijkl')), y },
      /X in a\.npz holds text/,
    ],
    ['of Python objects', { X: npyBytes('|O', [1], Buffer.alloc(8)), y }, /type \|O.*\.astype/],
    ['of complex numbers', { X: npyBytes('<c16', [4], Buffer.alloc(64)), y }, /type <c16/],
    [
      'that is cut off',
      { X: X.subarray(0, X.length - 8), y },
      /96 bytes, but 88 are there.*cut off/,
    ],
    [
      'of another width in the test part',
      {
        x_train: X,
        y_train: y,
        x_test: npyOf(Float64Array.of(1, 2), [2, 1]),
        y_test: npyOf(Int32Array.of(0, 1)),
      },
      /samples of x_test in a\.npz are \(1,\), but those of x_train in a\.npz \(3,\)/,
    ],
  ])('%s is refused', async (_, arrays, message) => {
    expect(await failure(read('a.npz', npzOf(arrays)))).toMatch(message);
  });
});

describe('labels', () => {
  const labelled = async (labels: Uint8Array, more = {}) =>
    (await read('a.npz', npzOf({ X, y: labels, ...more }))).train;
  const bools = (...values: number[]) => npyBytes('|b1', [values.length], Uint8Array.from(values));

  test.each<[string, Uint8Array, string[]]>([
    ['(1, m)', npyOf(Int32Array.of(0, 1, 0, 1), [1, 4]), ['0', '1', '0', '1']],
    ['(m, 1)', npyOf(Float64Array.of(0, 1, 0, 1), [4, 1]), ['0', '1', '0', '1']],
    ['1 and 2', npyOf(Uint8Array.of(2, 1, 2, 1)), ['2', '1', '2', '1']],
    ['-1 and 1', npyOf(Int8Array.of(-1, 1, 1, -1)), ['-1', '1', '1', '-1']],
    [
      'one-hot',
      npyOf(Float32Array.of(0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0), [4, 3]),
      ['1', '0', '2', '1'],
    ],
    [
      'one-hot in columns',
      npyOf(Float32Array.of(0, 1, 0, 1, 1, 0, 1, 0), [2, 4]),
      ['1', '0', '1', '0'],
    ],
    ['booleans', bools(1, 0, 0, 1), ['true', 'false', 'false', 'true']],
    [
      'bytes',
      npyBytes('|S3', [4], ascii(3, 'dog', 'cat', 'cat', 'ox')),
      ['dog', 'cat', 'cat', 'ox'],
    ],
    ['text', npyBytes('<U2', [4], unicode(2, 'ä', '猫', '𝛼b', 'ä')), ['ä', '猫', '𝛼b', 'ä']],
  ])('of %s are classes', async (_, labels, expected) => {
    expect(classesOf(await labelled(labels))).toEqual(expected);
  });

  test('are numbers if they are not whole, or many', async () => {
    const values = Float64Array.of(1.5, 2, 3, 4);
    expect(numbersOf(await labelled(npyOf(values)))).toEqual([...values]);
    expect(numbersOf(await labelled(npyOf(Int32Array.of(151, 75, 141, 206))))).toEqual([
      151, 75, 141, 206,
    ]);
    const two = await labelled(npyOf(Float64Array.of(1.5, 2, 3, 4, 5, 6, 7, 8), [4, 2]));
    expect(two.targets).toMatchObject({ kind: 'numbers', names: ['y1', 'y2'] });
  });

  test('are what the option task says', async () => {
    const bytes = npzOf({ X, y });
    expect(numbersOf((await read('a.npz', bytes, { task: 'regression' })).train)).toEqual([
      0, 1, 0, 1,
    ]);
    const many = npzOf({ X, y: npyOf(Int32Array.of(7, 5, 3, 7)) });
    const { train } = await read('a.npz', many, { task: 'classification' });
    expect(classesOf(train)).toEqual(['7', '5', '3', '7']);
  });

  const names = (...texts: string[]) => ({
    classes: npyBytes('|S4', [texts.length], ascii(4, ...texts)),
  });

  test.each<[string, Uint8Array, string[]]>([
    ['from 0', npyOf(Int32Array.of(0, 1, 1, 0)), ['cat', 'dog', 'dog', 'cat']],
    ['from 1', npyOf(Int32Array.of(1, 2, 2, 1)), ['cat', 'dog', 'dog', 'cat']],
    ['any two', npyOf(Int32Array.of(-1, 1, 1, -1)), ['cat', 'dog', 'dog', 'cat']],
    [
      'text',
      npyBytes('|S3', [4], ascii(3, 'dog', 'cat', 'cat', 'dog')),
      ['dog', 'cat', 'cat', 'dog'],
    ],
  ])('%s have the names of the list', async (_, labels, expected) => {
    expect(classesOf(await labelled(labels, names('cat', 'dog')))).toEqual(expected);
  });

  test.each<[string, Record<string, Uint8Array>, RegExp]>([
    [
      'beyond the list',
      { X, y: npyOf(Int32Array.of(0, 3, 0, 0)), ...names('a', 'b', 'c') },
      /label 3.*3 classes, a, b, c\. Label .* 0 to 2/,
    ],
    [
      'none of the list',
      { X, y: npyBytes('|S1', [4], ascii(1, ...'abxa')), ...names('a', 'b') },
      /y\[2\] in a\.npz is x.*none of the 2 classes a, b/,
    ],
    [
      'one-hot of another number',
      { X, y: npyOf(Float32Array.of(0, 1, 0, 1, 1, 0, 1, 0), [4, 2]), ...names('a', 'b', 'c') },
      /one-hot of 2 classes, but the names are of 3/,
    ],
    [
      'of one class',
      { X, y: npyOf(Uint8Array.of(1, 1, 1, 1)), ...names('a', 'b') },
      /one class only, b/,
    ],
    ['NaN', { X, y: npyOf(Float64Array.of(1, 0, Number.NaN, 1)) }, /y\[2\] in a\.npz is NaN/],
    [
      'a cube',
      { X, y: npyOf(new Float64Array(4 * 3 * 2), [4, 3, 2]) },
      /y in a\.npz is \(4, 3, 2\); expected a label/,
    ],
    [
      'not of the training part',
      { x_train: X, y_train: y, x_test: X, y_test: npyOf(Int32Array.of(0, 1, 2, 0)) },
      /y_test\[2\] in a\.npz is 2, which is none of the 2 classes 0, 1 of the training/,
    ],
    [
      'text in one part alone',
      { x_train: X, y_train: y, x_test: X, y_test: npyBytes('|S1', [4], ascii(1, ...'abab')) },
      /y_test in a\.npz is of another kind/,
    ],
  ])('%s are refused', async (_, arrays, message) => {
    expect(await failure(read('a.npz', npzOf(arrays)))).toMatch(message);
  });
});

test.each<[string, Uint8Array, RegExp]>([
  ['cut off', npzOf({ X, y }).subarray(0, 400), /a\.npz is cut off or damaged/],
  [
    'damaged',
    Uint8Array.from(npzOf({ X, y }), (byte, i) => (i === 250 ? byte ^ 1 : byte)),
    /X\.npy in it is not whole/,
  ],
])('an archive that is %s is refused', async (_, bytes, message) => {
  expect(await failure(read('a.npz', bytes))).toMatch(message);
});

describe('a folder with an archive a part', () => {
  const { put, folder, readAt } = trial();
  const one = (...numbers: number[]) => npyOf(Float64Array.from(numbers), [1, 3]);
  const label = npyOf(BigInt64Array.of(1n));

  test('train.npz and test.npz', async () => {
    put({
      'a/train.npz': npzOf({ X, y }),
      'a/digits_test.npz': npzOf({ x_test: one(7, 7, 7), y_test: label }),
      'a/readme.txt': 'Of 1998.',
    });
    const data = await readAt('a');
    expect(rowsOf(data.train)).toEqual(rows);
    expect([rowsOf(data.test!), classesOf(data.test!)]).toEqual([[[7, 7, 7]], ['1']]);
    expect([data.name, data.format, data.files.length]).toEqual(['a', 'npz', 2]);
    expect(data.notes).toContain(`Left out of ${folder}/a: readme.txt.`);
  });

  test('x_train.npy and its like', async () => {
    put({
      'b/x_train.npy': X,
      'b/y_train.npy': y,
      'b/x_val.npy': one(8, 8, 8),
      'b/y_val.npy': label,
    });
    const { train, validation, test: held } = await readAt('b');
    expect([train.m, rowsOf(validation!), held]).toEqual([4, [[8, 8, 8]], undefined]);
  });

  test('is refused without labels, and where two are of one part', async () => {
    put({ 'c/train.npz': npzOf({ X, y }), 'c/test.npz': npzOf({ X }) });
    expect(await failure(readAt('c'))).toMatch(/c\/test\.npz has no labels to X by name/);
    put({ 'd/train.npz': npzOf({ X, y }), 'd/test.npz': npzOf({ x_train: X, y_train: y }) });
    expect(await failure(readAt('d'))).toMatch(/several files for the train part/);
  });
});
