import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { npyOf } from './npyBytes.js';
import { classesOf, rowsOf, trial } from './trial.js';

const { put, readAt, read, failure } = trial();

const X = npyOf(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
const y = npyOf(Uint8Array.of(1, 0, 1));

test('a folder with X.npy and y.npy, and others beside', async () => {
  put({ 'both/X.npy': X, 'both/y.npy': y, 'both/README.md': 'mine' });
  const { train, format, name, files } = await readAt('both', { task: 'classification' });
  expect([format, name]).toEqual(['npy', 'both']);
  expect(rowsOf(train)).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(classesOf(train)).toEqual(['1', '0', '1']);
  expect(files.map(({ bytes }) => bytes)).toEqual([X.length, y.length]);
});

test('a folder with training and test arrays', async () => {
  put({
    'parts/x_train.npy': X,
    'parts/y_train.npy': y,
    'parts/x_test.npy': X,
    'parts/y_test.npy': y,
  });
  expect((await readAt('parts')).test!.m).toBe(3);
});

test('one array alone has no labels', async () => {
  expect(await failure(read('X.npy', X))).toBe(
    'DataError: X.npy is one array, without labels. Put the samples into X.npy and the labels into y.npy, and give their folder.',
  );
  put({ [join('lone', 'X.npy')]: X });
  expect(await failure(readAt('lone'))).toMatch(/lone has no labels to X by name/);
});
