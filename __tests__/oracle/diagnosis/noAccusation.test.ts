import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import { courseActivations, courseLosses } from './courseParts.js';
import type { RandomRun } from './randomNetworks.js';

/*
 * More than 1,000 random networks of src/core through its own forward and backward pass: they are
 * right, and the check says so. Two processes take half of them each.
 */

const half = 505;
let runs: RandomRun[];
beforeAll(async () => {
  const child = fileURLToPath(new URL('./randomNetworks.ts', import.meta.url));
  runs = await Promise.all(
    [1, 1 + half].map(async (first) => {
      const args = ['--import', 'tsx', child, String(first), String(half)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      return JSON.parse(stdout) as RandomRun;
    }),
  );
}, 300_000);

const total = (of: (run: RandomRun) => number) => runs.reduce((sum, run) => sum + of(run), 0);
const largest = (of: (run: RandomRun) => number) => Math.max(...runs.map(of));

test('none of them is accused', () => {
  expect(total(({ networks }) => networks)).toBe(1010);
  expect(runs.flatMap(({ accusations }) => accusations)).toEqual([]);
});

test('every activation, every loss and every depth is among them, with L2 and without', () => {
  const has = (name: string) => total(({ has }) => has[name] ?? 0);
  for (const { name } of courseActivations) expect(has(name)).toBeGreaterThan(300);
  for (const { name } of courseLosses) expect(has(name)).toBeGreaterThan(100);
  for (let depth = 1; depth <= 6; depth++) expect(has(`depth ${depth}`)).toBeGreaterThan(160);
  for (const name of ['l2', 'no l2']) expect(has(name)).toBeGreaterThan(400);
  expect(largest(({ largestM }) => largestM)).toBeGreaterThanOrEqual(60);
});

test('by hand and by autodiff: the same to 1e-12, normwise', () => {
  expect(largest(({ handToAutodiff }) => handToAutodiff)).toBeLessThanOrEqual(1e-12);
  expect(total(({ checked }) => checked.autodiff)).toBeGreaterThan(90_000);
});

test('by hand, by autodiff and by differences: the same to 1e-8, floored at 1e-3', () => {
  expect(largest(({ handToDifferences }) => handToDifferences)).toBeLessThanOrEqual(1e-8);
  expect(largest(({ autodiffToDifferences }) => autodiffToDifferences)).toBeLessThanOrEqual(1e-8);
  expect(total(({ checked }) => checked.differences)).toBeGreaterThan(13_000);
  expect(total(({ checked }) => checked.directions)).toBeGreaterThan(5_500);
});

test('less than 1 % of the coordinates are skipped', () => {
  const taken = total(({ checked }) => checked.differences + checked.directions);
  const skipped = total(({ skipped }) => skipped);
  expect(skipped / (taken + skipped)).toBeLessThan(0.01);
});
