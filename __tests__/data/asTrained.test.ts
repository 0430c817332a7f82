import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAsTrained, type Trained } from '../../src/data/asTrained.js';
import { encodePng } from '../../src/data/encodePng.js';
import { npyOf, npzOf } from './formats/npyBytes.js';
import { classesOf, numbersOf, rowsOf, trial } from './formats/trial.js';

const { folder, put, read, failure } = trial();

async function readAs(trained: Trained, name: string, contents: string | Uint8Array) {
  put({ [name]: contents });
  return readAsTrained(join(folder, name), trained);
}

/** What a network knows that was trained on a table. */
async function trainedOn(csv: string, target: string, task?: 'regression'): Promise<Trained> {
  const { input, train } = await read('trained.csv', csv, { target: [target], task });
  const { targets } = train;
  return {
    ...{ input, shape: train.shape },
    targets:
      targets.kind === 'classes'
        ? { kind: 'classes', classes: targets.classes }
        : { kind: 'numbers', names: targets.names },
  };
}

describe('a table', () => {
  const training = `size,colour,kind\n${'1,red,cat\n2,blue,dog\n3,red,cow\n'.repeat(2)}`;

  test('columns and classes by their names, in another order, some classes absent', async () => {
    const trained = await trainedOn(training, 'kind');
    const { set, part } = await readAs(
      trained,
      'n.csv',
      'kind,size,colour\ncow,9,blue\ncat,8,red\n',
    );
    expect(classesOf(set)).toEqual(['cow', 'cat']);
    expect(part).toBe('all');
    const [cow, cat] = rowsOf(set);
    const [red] = rowsOf((await read('trained.csv', training)).train);
    expect(cow[0]).toBe(9);
    expect(cat).toEqual([8, ...red.slice(1)]);
    expect(cow.slice(1)).not.toEqual(red.slice(1));
    // The labels count in the network's classes, not in those of the new file.
    expect(set.targets).toMatchObject({
      classes: ['cat', 'cow', 'dog'],
    });
  });

  test('a class that the network does not know, and none, with the row', async () => {
    const trained = await trainedOn(training, 'kind');
    const of = (csv: string) => failure(readAs(trained, 'n.csv', csv));
    expect(await of('size,colour,kind\n1,red,cat\n1,red,horse\n')).toMatch(
      /row 3.*'horse' is no class of the model; it knows/,
    );
    expect(await of('size,colour,kind\n1,red,cat\n1,red,\n')).toMatch(/row 3.*there is no class/);
  });

  test('numbers as targets', async () => {
    const trained = await trainedOn('a,y\n1,0.5\n2,1.5\n3,2.25\n', 'y', 'regression');
    const { set } = await readAs(trained, 'n.csv', 'y,a\n7.5,1\n-2,4\n');
    expect([numbersOf(set), rowsOf(set)]).toEqual([
      [7.5, -2],
      [[1], [4]],
    ]);
    expect(await failure(readAs(trained, 'n.csv', 'y,a\n7.5,1\n,4\n'))).toMatch(
      /row 3.*there is no number/,
    );
  });
});

describe('arrays', () => {
  const trained: Trained = {
    input: { kind: 'array' },
    shape: [2],
    targets: { kind: 'classes', classes: ['0', '1', '2'] },
  };
  const X = npyOf(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
  const labels = (...given: number[]) => npyOf(Int32Array.from(given));

  test('labels that are a part of the classes stay the labels that they are', async () => {
    const { set } = await readAs(trained, 'a.npz', npzOf({ X: X, y: labels(2, 0, 2) }));
    expect(set.targets).toMatchObject({ classes: ['0', '1', '2'] });
    expect(set.targets.kind === 'classes' && [...set.targets.labels]).toEqual([2, 0, 2]);
  });

  test('the test part, where there is one', async () => {
    const held = npyOf(Float32Array.of(7, 8), [1, 2]);
    const parts = { x_train: X, y_train: labels(0, 1, 2), x_test: held };
    const { set, part } = await readAs(trained, 'b.npz', npzOf({ ...parts, y_test: labels(1) }));
    expect([part, rowsOf(set), classesOf(set)]).toEqual(['test', [[7, 8]], ['1']]);
  });

  test('other shapes and unknown classes are refused, labels are numbers to a network of numbers', async () => {
    const of = (as: Trained, y: Uint8Array) => failure(readAs(as, 'c.npz', npzOf({ X: X, y: y })));
    expect(await of({ ...trained, shape: [3] }, labels(0, 1, 2))).toBe(
      'DataError: c.npz has samples of 2, and the model was trained on 3. Give samples like those.',
    );
    expect(await of(trained, labels(0, 1, 3))).toMatch(/has the class 3, which the model does not/);
    const numbers = { ...trained, targets: { kind: 'numbers', names: ['y'] } } as const;
    const file = npzOf({ X, y: npyOf(Int32Array.of(0, 1, 2)) });
    const { set } = await readAs(numbers, 'd.npz', file);
    expect(numbersOf(set)).toEqual([0, 1, 2]); // few as they are, they are no classes here
  });
});

test('pictures of a folder get the size and the channels of the network', async () => {
  const picture = (grey: number) =>
    encodePng({ data: new Uint8Array(20 * 10 * 3).fill(grey), width: 20, height: 10 });
  for (const [i, name] of ['dark', 'light', 'dark', 'light'].entries()) {
    put({ [`p/${name}/${i}.png`]: picture(name === 'dark' ? 10 : 240) });
  }
  const trained: Trained = {
    input: { kind: 'pictures', height: 8, width: 8, channels: 1 },
    shape: [8, 8, 1],
    targets: { kind: 'classes', classes: ['light', 'dark'] },
  };
  const { set } = await readAsTrained(join(folder, 'p'), trained);
  expect([set.m, set.shape]).toEqual([4, [8, 8, 1]]);
  classesOf(set).forEach((name, i) => {
    expect([...set.take([i])]).toEqual(new Array(64).fill(name === 'dark' ? 10 : 240));
  });
});
