import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { describeNetwork, networkFrom } from '../../src/core/kinds.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { compose, layerKinds, lossKinds } from './compositions.js';
import type { CompositionRun } from './compositionsChild.js';

/*
 * 500 random networks of every layer, activation and loss, checked three ways: by hand, by automatic
 * differentiation, and by differences of the cost. They are right, and the check says so. Two
 * processes take half of them each.
 */

const half = 250;
let runs: CompositionRun[];
beforeAll(async () => {
  const child = fileURLToPath(new URL('./compositionsChild.ts', import.meta.url));
  runs = await Promise.all(
    [0, half].map(async (first) => {
      const args = ['--import', 'tsx', child, String(first), String(half)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      return JSON.parse(stdout) as CompositionRun;
    }),
  );
}, 300_000);

const total = (of: (run: CompositionRun) => number) => runs.reduce((sum, run) => sum + of(run), 0);
const largest = (of: (run: CompositionRun) => number) => Math.max(...runs.map(of));
const has = (name: string) => total(({ has }) => has[name] ?? 0);

test('none of them is accused', () => {
  expect(total(({ networks }) => networks)).toBe(500);
  expect(runs.flatMap(({ accusations }) => accusations)).toEqual([]);
});

describe('what is among them', () => {
  // Where one is missing, draw its options in compositionOptions.ts.
  test.each(layerKinds)('the layer %s', (kind) => {
    expect(has(kind)).toBeGreaterThanOrEqual(12);
  });
  test.each(lossKinds)('the loss %s', (kind) => {
    expect(has(kind)).toBeGreaterThan(60);
  });
  test.each([
    ...['columns', 'sequences', 'pictures', 'ids', 'training', 'predicting', 'l2', 'no l2'],
    ...['m 1', 'm 2', 'm 3', 'm 4', 'a loss apart'],
  ])('%s', (trait) => {
    expect(has(trait)).toBeGreaterThan(60);
  });
  test.each(['shortcut', 'a block in a block'])('%s', (trait) => {
    expect(has(trait)).toBeGreaterThanOrEqual(10);
  });
});

test('by hand and by autodiff: the same to 1e-12, normwise', () => {
  expect(largest(({ handToAutodiff }) => handToAutodiff)).toBeLessThanOrEqual(1e-12);
  expect(total(({ checked }) => checked.autodiff)).toBeGreaterThan(20_000);
});

test('by hand, by autodiff and by differences: the same to 1e-7', () => {
  expect(largest(({ handToDifferences }) => handToDifferences)).toBeLessThan(1e-7);
  expect(largest(({ autodiffToDifferences }) => autodiffToDifferences)).toBeLessThan(1e-7);
  expect(total(({ checked }) => checked.differences)).toBeGreaterThan(1_000);
  expect(total(({ checked }) => checked.directions)).toBeGreaterThan(2_000);
});

test('less than 1 % of the coordinates are skipped, since a kink is near', () => {
  const taken = total(({ checked }) => checked.differences + checked.directions);
  const skipped = total(({ skipped }) => skipped);
  expect(skipped / (taken + skipped)).toBeLessThan(0.01);
});

test('each is JSON, and comes back from it as the same network', async () => {
  await tf.setBackend(FLOAT64);
  for (let seed = 0; seed < 200; seed++) {
    const { net, params, X, Y } = compose(seed);
    tf.dispose([params, X, Y]);
    const written = JSON.stringify(describeNetwork(net));
    const again = networkFrom(JSON.parse(written));
    expect(JSON.stringify(describeNetwork(again))).toBe(written);
  }
});
