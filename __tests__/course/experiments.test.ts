import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { experimentNames, notes } from '../../src/course/contents.js';
import { runExperiment, type Setting } from '../../src/course/experiment.js';
import { experiments } from '../../src/course/experiments/index.js';
import { treeOfPairs, unitForEachPattern } from '../../src/course/experiments/xor.js';
import * as published from '../../src/course/published.js';
import { declaration } from '../../src/report/listing.js';
import { hardships, meanPicture, measure } from '../../src/report/pictures.js';
import { useBackend } from '../../src/runtime/backends.js';
import { golden } from '../support/goldens.js';
import { expectFlatMemory } from '../support/memory.js';

/*
 * The numbers that experiments are held against are those of the reference files; the long ones run
 * in cli/course.test, as a user runs them.
 */

interface CatModel {
  costs: Record<string, number>;
  train_accuracy: number;
  test_accuracy: number;
  mislabelled_test_indices: number[];
}
const cats = golden<Record<'logistic' | 'two_layer' | 'l_layer', CatModel>>('cat');
const sixDigits = (costs: Record<string, number>) =>
  Object.fromEntries(Object.entries(costs).map(([i, J]) => [i, J.toFixed(6)]));

test('the names that the command line lists are those of the experiments, note by note', () => {
  const byNote = Object.keys(notes).map((note) => [
    note,
    experiments.filter((experiment) => experiment.note === note).map(({ name }) => name),
  ]);
  expect(Object.fromEntries(byNote)).toEqual(experimentNames);
});

describe('the published numbers are those of the reference files', () => {
  test.each([
    ['logistic', published.logisticCats, cats.logistic],
    ['two_layer', published.twoLayer, cats.two_layer],
    ['l_layer', published.lLayer, cats.l_layer],
  ])('%s', (_, own, reference) => {
    expect(sixDigits(own.costs)).toEqual(sixDigits(reference.costs));
    expect(own.trainAccuracy).toBe(reference.train_accuracy);
    expect(own.testAccuracy).toBe(reference.test_accuracy);
    expect(own.mislabelled).toEqual(reference.mislabelled_test_indices);
  });

  test('planar', () => {
    const reference = golden<{
      costs: Record<string, number>;
      accuracy: number;
      accuracy_by_hidden_size: Record<string, number>;
    }>('planar');
    expect(sixDigits(published.planar.costs)).toEqual(sixDigits(reference.costs));
    expect(published.planar.accuracy).toBe(reference.accuracy);
    expect(published.planar.accuracyByHiddenSize).toEqual(reference.accuracy_by_hidden_size);
  });

  test('moons and blobs', () => {
    const { moons, six_blobs } = golden<{
      moons: Pick<CatModel, 'costs' | 'train_accuracy' | 'test_accuracy'>;
      six_blobs: Record<'one_vs_all' | 'softmax', { train: number; test: number }>;
    }>('courseExperiments');
    expect(sixDigits(published.moons.costs)).toEqual(sixDigits(moons.costs));
    expect(published.moons.trainAccuracy).toBe(moons.train_accuracy);
    expect(published.moons.testAccuracy).toBe(moons.test_accuracy);
    expect(published.sixBlobs.oneVsAll).toEqual(Object.values(six_blobs.one_vs_all));
    expect(published.sixBlobs.softmax).toEqual(Object.values(six_blobs.softmax));
  });
});

test('every note has its experiments, and no two have one name', () => {
  expect(new Set(experiments.map(({ note }) => note))).toEqual(new Set(Object.keys(notes)));
  expect(new Set(experiments.map(({ name }) => name)).size).toBe(experiments.length);
});

describe.each(['float64', 'wasm'] as const)(
  'on %s the quick ones find what they should',
  (backend) => {
    beforeAll(async () => {
      await useBackend(backend);
    });
    const quick = [
      'building-blocks',
      'activations',
      'logistic-moons',
      'derivatives',
      'computation-graph',
      'broadcasting',
      'losses',
    ];
    const setting: Setting = {
      pictures: () => {
        throw new Error('no pictures were asked for');
      },
      exact: backend === 'float64',
      onProgress: () => {},
    };
    test.each(quick)('%s, and leaves nothing behind', async (name) => {
      const experiment = experiments.find((one) => one.name === name)!;
      await runExperiment(experiment, setting); // what is made once and stays
      const { expected, found, passed } = await expectFlatMemory(() =>
        runExperiment(experiment, setting),
      );
      expect(found).toEqual(
        expect.objectContaining(
          Object.fromEntries(Object.keys(expected).map((key) => [key, expect.anything()])),
        ),
      );
      expect(Object.keys(expected).length).toBeGreaterThan(0);
      expect(passed).toBe(true);
    });
  },
);

describe('xor: networks with their weights written down', () => {
  /** relu(W a + b), layer by layer, and the sign of the last one. */
  const ask = (layers: ReturnType<typeof treeOfPairs>, x: number[]) => {
    let a = x;
    for (const [l, { W, b }] of layers.entries()) {
      const z = W.map((row, i) => row.reduce((sum, w, j) => sum + w * a[j], b[i]));
      a = l < layers.length - 1 ? z.map((value) => Math.max(0, value)) : z;
    }
    return a[0] > 0;
  };
  test.each([2, 4, 8])('both are right for every input of %i bits', (n) => {
    for (let k = 0; k < 2 ** n; k++) {
      const x = [...k.toString(2).padStart(n, '0')].map(Number);
      const parity = x.reduce((a, b) => a ^ b, 0) === 1;
      expect([ask(treeOfPairs(n), x), ask(unitForEachPattern(n), x)]).toEqual([parity, parity]);
    }
  });
});

describe('what makes a picture hard', () => {
  test('brightness, contrast and distance of four bytes, by hand', () => {
    const mean = Float64Array.of(10, 10, 10, 10);
    const { brightness, contrast, distance } = measure(Uint8Array.of(0, 20, 40, 60), mean);
    expect(brightness).toBe(30);
    expect(contrast).toBeCloseTo(Math.sqrt(500), 12);
    expect(distance).toBeCloseTo(Math.sqrt((100 + 100 + 900 + 2500) / 4), 12);
  });
  test('the mean picture', () => {
    const pictures = Uint8Array.of(0, 100, 255, 50, 200, 1);
    const set = {
      pictures,
      labels: Uint8Array.of(0, 1),
      m: 2,
      height: 1,
      width: 1,
      channels: 3,
      classes: ['a', 'b'],
    };
    expect([...meanPicture(set)]).toEqual([25, 150, 128]);
  });
  test('only what lies in the outer tenth has a word', () => {
    const all = Array.from({ length: 100 }, (_, i) => ({
      brightness: i,
      contrast: i,
      distance: i,
    }));
    expect(hardships({ brightness: 5, contrast: 50, distance: 50 }, all)).toEqual(['dark']);
    expect(hardships({ brightness: 50, contrast: 50, distance: 95 }, all)).toEqual([
      'far from the mean picture',
    ]);
    expect(hardships({ brightness: 50, contrast: 50, distance: 50 }, all)).toEqual([]);
  });
});

test.each(experiments.flatMap(({ name, code }) => code.map((part) => ({ name, ...part }))))(
  '$name: what it lists of $file is there',
  ({ file, names = [] }) => {
    const source = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
    for (const name of names) expect(declaration(source, name)).toContain(name);
  },
);
