import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { RandomState } from '../../src/core/random.js';
import { faults } from '../report/markup.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { handgrad, oneLine } from './handgrad.js';

const here = temporaryFolder();
const data = join(here, 'table.csv');
beforeAll(() => {
  const random = new RandomState(1);
  const rows = Array.from({ length: 120 }, (_, i) => {
    const [a, b] = random.randn(2);
    return `${a + (i % 3)},${b - (i % 3)},${'xyz'[i % 3]}`;
  });
  writeFileSync(data, ['a,b,kind', ...rows].join('\n'));
});
const common = ['--data', data, '--backend', 'cpu'];
const tune = (name: string, more: string[], circumstances = {}) => {
  const report = join(here, `${name}.html`);
  const where = more.includes('--resume') ? [] : [...common, '--save', join(here, name)];
  return handgrad(['tune', ...where, '--report', report, ...more], circumstances);
};
const linesOf = (name: string) =>
  readFileSync(join(here, name, 'tune.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('halving: the survivor goes on exactly, as one run of train to its end; a page and --json', async () => {
  const { code, stdout } = await tune('halved', [
    ...['--learning-rates', '0.00001,0.03,0.0001', '--layers', '8', '--epochs', '9', '--json'],
  ]);
  expect(code).toBe(0);
  const { best, candidates, metrics } = JSON.parse(stdout);
  expect(best).toMatchObject({ index: 1, learningRate: 0.03, layers: [8], optimizer: 'adam' });
  expect(candidates.map(({ budget }: { budget: number }) => budget)).toEqual([9, 3, 3]);
  expect(candidates[0].metrics.accuracy).toBe(metrics.validation.accuracy);
  expect(faults(readFileSync(join(here, 'halved.html'), 'utf8'))).toEqual([]);
  const folder = join(here, 'trained');
  const trained = await handgrad([
    ...['train', ...common, '--save', folder, '--json', '--no-check', '--no-early-stopping'],
    ...['--learning-rate', '0.03', '--layers', '8', '--epochs', '9', '--optimizer', 'adam'],
  ]);
  const { metrics: expected } = JSON.parse(trained.stdout);
  expect(metrics).toEqual(expected);
  // Its results stay; the states of the search do not.
  expect(linesOf('halved').map(({ budget }) => budget)).toEqual([undefined, 3, 3, 3, 9, undefined]);
  expect(readdirSync(join(here, 'halved'))).not.toContain('tune');
});

test('Ctrl-C keeps what is done, and --resume runs no candidate twice', async () => {
  const grid = ['--search', 'grid', '--learning-rates', '0.001,0.01,0.03', '--epochs', '60'];
  let isStopped = false; // a second signal would end it at once
  const stopped = await tune('stopped', grid, {
    onStderr: (stderr: string, child: ChildProcess) => {
      if (isStopped || !/^1: /m.test(stderr)) return;
      isStopped = child.kill('SIGINT');
    },
  });
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toContain('tune --resume');
  const before = linesOf('stopped');
  expect(before.length).toBeLessThan(4);
  expect(existsSync(join(here, 'stopped', 'model.json'))).toBe(false);
  const again = await tune('stopped', grid);
  expect(oneLine({ ...again, stderr: `${again.stderr.trimEnd().split('\n').at(-1)}\n` })).toContain(
    'holds a search that was stopped. Go on with --resume',
  );
  const resumed = await tune('stopped', ['--resume', join(here, 'stopped'), '--json']);
  expect(resumed.code).toBe(0);
  const after = linesOf('stopped');
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.slice(1, -1).map(({ index }) => index)).toEqual([0, 1, 2]);
  const whole = await tune('whole', [...grid, '--json']);
  expect(JSON.parse(resumed.stdout).metrics).toEqual(JSON.parse(whole.stdout).metrics);
});

test.each([
  [['--search', 'grid', '--trials', '3'], 'a grid tries all'],
  [['--validation', '0'], 'Give --validation 0.2.'],
  [['--resume', join(here, 'none')], 'no search lies in'],
  [['--resume', join(here, 'none'), '--epochs', '3'], 'Leave out --epochs.'],
])('%j: refused', async (more, message) => {
  const { code, stderr } = await tune('refused', more);
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});
