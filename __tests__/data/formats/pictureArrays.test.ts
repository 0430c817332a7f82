import { describe, expect, test } from '@jest/globals';
import { npyBytes, npyOf, npzOf } from './npyBytes.js';
import { rowsOf, trial } from './trial.js';

const { read, failure } = trial();

/** Two pictures of 2 x 2 pixels, values by their place: picture, row, column, channel. */
const value = (i: number, row: number, column: number, c: number) =>
  100 * i + 40 * row + 20 * column + 6 * c + 10;
const both = [0, 1];
const last = (channels: readonly number[], of = value) =>
  both.map((i) => both.flatMap((r) => both.flatMap((q) => channels.map((c) => of(i, r, q, c)))));
const first = both.flatMap((i) =>
  [0, 1, 2].flatMap((c) => both.flatMap((r) => both.map((q) => value(i, r, q, c)))),
);
const colours = last([0, 1, 2]);
const y = npyOf(Int32Array.of(0, 1));
const bytes = (values: readonly number[], ...shape: number[]) =>
  npyOf(Uint8Array.from(values), shape);
const floats = (values: readonly number[], ...shape: number[]) =>
  npyOf(Float64Array.from(values), shape);
const readX = async (X: Uint8Array) => await read('a.npz', npzOf({ X, y }));

describe('pictures become bytes with their channels last', () => {
  test.each<[string, Uint8Array]>([
    ['bytes', bytes(colours.flat(), 2, 2, 2, 3)],
    ['channels first', bytes(first, 2, 3, 2, 2)],
    ['whole floats', floats(colours.flat(), 2, 2, 2, 3)],
    ['long integers', npyOf(BigInt64Array.from(colours.flat(), BigInt), [2, 2, 2, 3])],
  ])('from %s', async (_, X) => {
    const { train, input } = await readX(X);
    expect(input).toEqual({ kind: 'pictures', height: 2, width: 2, channels: 3 });
    expect(train.shape).toEqual([2, 2, 3]);
    expect(train.take([0])).toBeInstanceOf(Uint8Array);
    expect(rowsOf(train)).toEqual(colours);
  });

  test.each<[string, Uint8Array]>([
    ['(m, h, w)', bytes(last([0]).flat(), 2, 2, 2)],
    ['(m, h, w, 1)', bytes(last([0]).flat(), 2, 2, 2, 1)],
    ['(m, 1, h, w)', bytes(last([0]).flat(), 2, 1, 2, 2)],
  ])('from grey ones %s', async (_, X) => {
    const { train, input } = await readX(X);
    expect(input).toMatchObject({ height: 2, width: 2, channels: 1 });
    expect(rowsOf(train)).toEqual(last([0]));
  });

  test('over white where they are transparent', async () => {
    const alpha = [255, 0, 128, 51];
    const X = both.flatMap((i) =>
      alpha.flatMap((a, p) => [0, 1, 2].map((c) => colours[i][3 * p + c]).concat(a)),
    );
    const { train, notes } = await readX(bytes(X, 2, 2, 2, 4));
    // colour · alpha + white · (1 - alpha)
    const over = (v: number, a: number) => Math.round((v * a) / 255 + 255 * (1 - a / 255));
    expect(rowsOf(train)).toEqual(
      colours.map((row) => row.map((v, k) => over(v, alpha[Math.floor(k / 3)]))),
    );
    expect(notes).toContain('What is transparent lies over white.');
  });
});

test('floats from 0 to 1 stay floats of pictures', async () => {
  const shares = colours.flat().map((v) => Math.fround(v / 255));
  const { train, input } = await readX(npyOf(Float32Array.from(shares), [2, 2, 2, 3]));
  expect(input.kind).toBe('pictures');
  expect(train.take([0])).toBeInstanceOf(Float32Array);
  expect(rowsOf(train).flat()).toEqual(shares);
});

test.each<[string, number[]]>([
  ['below 0', colours.flat().map((v) => v - 100)],
  ['from 0 to 16', colours.flat().map((v) => v % 17)],
])('numbers %s are kept, and not called pictures', async (_, values) => {
  const { train, input, notes } = await readX(floats(values, 2, 2, 2, 3));
  expect(input).toEqual({ kind: 'array' });
  expect(rowsOf(train).flat()).toEqual(values);
  expect(notes.join()).toMatch(/numbers of X in .* are not those of pictures/);
});

test('all parts are read alike: halves in one make floats of all', async () => {
  const whole = floats(colours.flat(), 2, 2, 2, 3);
  const halves = colours.flat().map((v) => v / 2 + 0.5);
  const arrays = { x_train: whole, y_train: y, x_test: floats(halves, 2, 2, 2, 3), y_test: y };
  const { train, test: held } = await read('a.npz', npzOf(arrays));
  expect(train.take([0])).toBeInstanceOf(Float32Array);
  expect(rowsOf(held!).flat()).toEqual(halves);
});

test('more classes than half the pictures are still classes', async () => {
  expect((await readX(bytes(colours.flat(), 2, 2, 2, 3))).train.targets).toMatchObject({
    classes: ['0', '1'],
  });
});

test('bits are no bytes', async () => {
  const X = npyBytes('|b1', [2, 2, 2], Uint8Array.of(1, 0, 1, 1, 0, 0, 1, 0));
  const { train, input } = await readX(X);
  expect(input.kind).toBe('pictures');
  expect(train.take([0, 1])).toEqual(Float32Array.of(1, 0, 1, 1, 0, 0, 1, 0));
});

test('parts of two sizes are refused', async () => {
  const small = bytes([1, 200, 3, 4, 5, 6], 2, 1, 1, 3);
  const arrays = {
    x_train: bytes(colours.flat(), 2, 2, 2, 3),
    y_train: y,
    x_test: small,
    y_test: y,
  };
  expect(await failure(read('a.npz', npzOf(arrays)))).toMatch(
    /samples of x_test in a\.npz are \(1, 1, 3\), but those of x_train in a\.npz \(2, 2, 3\)/,
  );
});
