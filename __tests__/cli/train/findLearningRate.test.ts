import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { RandomState } from '../../../src/core/random.js';
import { faults } from '../../report/markup.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad, oneLine } from '../handgrad.js';

const here = temporaryFolder();
const random = new RandomState(1);
const rows = Array.from({ length: 120 }, (_, i) => {
  const [a, b] = random.randn(2);
  return `${a + (i % 3)},${b - (i % 3)},${'xyz'[i % 3]}`;
});
const data = join(here, 'table.csv');
beforeAll(() => writeFileSync(data, ['a,b,kind', ...rows].join('\n')));
const train = (more: string[], circumstances = {}) =>
  handgrad(['train', '--data', data, '--backend', 'cpu', ...more], circumstances);

test.concurrent('a table, a page, the command to go on with, and nothing saved', async () => {
  const cwd = join(here, 'plain');
  mkdirSync(cwd);
  const { code, stdout, stderr } = await train(['--find-learning-rate'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^learning rate +cost +averaged\n +1\.00e-6 /);
  const [, rate] = /^Learning rate: (\S+), a tenth/m.exec(stderr)!;
  expect(Number(rate)).toBeGreaterThan(1e-4);
  expect(Number(rate)).toBeLessThan(1);
  expect(stderr).toContain(`train --data ${data} --backend cpu --learning-rate ${rate}\n`);
  const html = readFileSync(join(cwd, 'report', 'learning-rate.html'), 'utf8');
  expect(faults(html)).toEqual([]);
  expect(html).toContain(`α = ${rate}`);
  expect(existsSync(join(cwd, 'models'))).toBe(false);
});

test.concurrent('--json, with the optimizer asked for', async () => {
  const report = join(here, 'made', 'rates.html');
  const { code, stdout } = await train([
    ...['--find-learning-rate', '--json', '--optimizer', 'gradientDescent', '--report', report],
  ]);
  expect(code).toBe(0);
  const { learningRate, rates, costs, smoothed, suggestion, ...rest } = JSON.parse(stdout);
  expect(rest).toEqual({ hasRisen: expect.any(Boolean), report });
  expect(rates[0]).toBeCloseTo(1e-6, 12);
  expect(rates[1] / rates[0]).toBeCloseTo(1e7 ** (1 / 99), 8);
  expect(costs).toHaveLength(rates.length);
  const least = rates[smoothed.indexOf(Math.min(...smoothed))];
  expect(suggestion).toBeCloseTo(least / 10, 12);
  expect(Math.abs(learningRate / suggestion - 1)).toBeLessThan(0.05);
  expect(existsSync(report)).toBe(true);
});

test.concurrent('not beside --resume', async () => {
  const ended = await train(['--find-learning-rate', '--resume', join(here, 'none')]);
  expect(oneLine(ended)).toContain('Leave out --find-learning-rate.');
});

test.concurrent.each([
  ['--learning-rate', '0.1', 'Leave out --learning-rate.'],
  [
    '--schedule',
    'cosine',
    'give it beside the rate that is found: --learning-rate … --schedule cosine.',
  ],
])('not beside %s', async (flag, value, message) => {
  const ended = await train(['--find-learning-rate', flag, value]);
  expect(ended.code).toBe(1);
  expect(oneLine(ended)).toContain(message);
  expect(ended.stdout).toBe('');
});
