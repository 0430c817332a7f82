import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readData } from '../../../src/data/index.js';
import { shared, withShared } from '../../support/needs.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { classesOf, numbersOf, rowsOf } from './trial.js';

const own = (name: string) => join(shared, 'cases/own', name);
const h5 = (name: string) => join(shared, 'cases/h5', name);

const cache = temporaryFolder();
const { HANDGRAD_CACHE } = process.env;
beforeAll(() => {
  process.env.HANDGRAD_CACHE = cache;
});
afterAll(() => {
  if (HANDGRAD_CACHE === undefined) delete process.env.HANDGRAD_CACHE;
  else process.env.HANDGRAD_CACHE = HANDGRAD_CACHE;
});

const sum = (values: Iterable<number>) => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
const all = (m: number) => Array.from({ length: m }, (_, i) => i);

withShared.describe("people's own data", () => {
  test('iris.csv: 150 flowers of three kinds, 50 each, with four holes', async () => {
    const { train } = await readData(own('iris.csv'), { missing: 'median' });
    expect([train.m, train.shape]).toEqual([150, [4]]);
    for (const kind of ['setosa', 'versicolor', 'virginica']) {
      expect(classesOf(train).filter((other) => other === kind)).toHaveLength(50);
    }
    await expect(readData(own('iris.csv'))).rejects.toThrow(
      "4 missing values in 4 rows: row 5, column 'sepal width'; row 19, column 'petal length'; row 62, column 'sepal length'; row 103, column 'petal width'",
    );
    expect((await readData(own('iris.csv'), { missing: 'drop' })).train.m).toBe(146);
  });

  test('diabetes.csv: a regression', async () => {
    const { train } = await readData(own('diabetes.csv'));
    expect([train.m, train.shape]).toEqual([442, [10]]);
    // sklearn.datasets.load_diabetes().target.mean()
    expect(sum(numbersOf(train)) / 442).toBeCloseTo(152.13348416289594, 9);
  });

  test('digits as npz and as idx files are the same', async () => {
    const npz = await readData(own('digits.npz'));
    const idx = await readData(own('train-images-idx3-ubyte'));
    for (const data of [npz, idx]) {
      expect(data.input).toEqual({ kind: 'pictures', height: 28, width: 28, channels: 1 });
      const { train, test: held } = data;
      expect([train.m, held!.m]).toEqual([1500, 297]);
      // numpy.load(…)['x_train'].sum(), and of y_train, x_test, y_test
      expect(sum(train.take(all(1500)))).toBe(92527804);
      expect(sum(classesOf(train).map(Number))).toBe(6687);
      expect(sum(held!.take(all(297)))).toBe(18245284);
      expect(sum(classesOf(held!).map(Number))).toBe(1383);
    }
    expect(idx.train.take(all(1500))).toEqual(npz.train.take(all(1500)));
  });

  test('photos: three colours, 40 pictures each', async () => {
    await expect(readData(own('photos'))).rejects.toThrow(
      /web\.webp is a WebP picture.*npm install sharp/,
    );
    const { train, notes } = await readData(own('photos'), { skipBroken: true, size: 16 });
    expect(notes.join()).toContain('web.webp');
    expect(train.m).toBe(120);
    const names = classesOf(train);
    for (const [c, name] of ['red', 'green', 'blue'].entries()) {
      const indices = all(120).filter((i) => names[i] === name);
      expect(indices).toHaveLength(40);
      const means = [0, 0, 0];
      train.take(indices).forEach((byte, i) => {
        means[i % 3] += byte;
      });
      expect(means.indexOf(Math.max(...means))).toBe(c);
    }
  });
});

withShared.describe('HDF5 as people write it', () => {
  test.each([
    ['x-grey', 1],
    ['x-channels-first', 3],
    ['y-onehot', 3],
    ['y-12', 3],
    ['imbalanced', 3],
  ])('%s: 60 pictures of 16 x 16, dark and bright', async (name, channels) => {
    const { train, test: held, input } = await readData(h5(name));
    expect([train.m, held!.m]).toEqual([60, 20]);
    expect(input).toEqual({ kind: 'pictures', height: 16, width: 16, channels });
    expect(train.targets).toMatchObject({ classes: ['dark', 'bright'] });
  });

  test('the same pictures in other layouts and numbers are the same', async () => {
    const { train } = await readData(h5('y-12'));
    for (const name of ['y-onehot', 'x-channels-first', 'mnist-names', 'three-classes']) {
      expect(rowsOf((await readData(h5(name))).train)).toEqual(rowsOf(train));
    }
    const floats = (await readData(h5('x-float'))).train.take(all(60));
    expect(floats).toBeInstanceOf(Float32Array);
    expect(Uint8Array.from(floats, (share) => Math.round(share * 255))).toEqual(
      train.take(all(60)),
    );
    expect(classesOf((await readData(h5('y-onehot'))).train)).toEqual(classesOf(train));
    const grey = rowsOf((await readData(h5('x-grey'))).train);
    expect(grey).toEqual(rowsOf(train).map((row) => row.filter((_, i) => i % 3 === 0)));
  });

  test('imbalanced: 57 of one class, 3 of the other', async () => {
    const { train } = await readData(h5('imbalanced'));
    const bright = classesOf(train).filter((name) => name === 'bright').length;
    expect([bright, 60 - bright].sort()).toEqual([3, 57]);
  });

  test('signs: six classes called 0 to 5; three-classes: a, b, c', async () => {
    const { train, name } = await readData(h5('signs'));
    expect(name).toBe('signs');
    expect(train.targets).toMatchObject({ classes: ['0', '1', '2', '3', '4', '5'] });
    expect((await readData(h5('three-classes'))).train.targets).toMatchObject({
      classes: ['a', 'b', 'c'],
    });
  });

  test('oblong-stripes: the bright half names the class', async () => {
    const { train, input } = await readData(h5('oblong-stripes'));
    expect(input).toMatchObject({ height: 8, width: 32 });
    const names = classesOf(train);
    rowsOf(train).forEach((row, i) => {
      const half = (from: number) =>
        sum(
          row.filter(
            (_, k) => Math.floor(k / 3) % 32 >= from && Math.floor(k / 3) % 32 < from + 16,
          ),
        );
      expect(half(0) > half(16) ? 'left' : 'right').toBe(names[i]);
    });
  });
});
