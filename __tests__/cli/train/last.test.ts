import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { RandomState } from '../../../src/core/random.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad } from '../handgrad.js';

/*
 * FOLDER/last of a run that stopped early is the network of its last epoch: that of a run which ends
 * there.
 */

const here = temporaryFolder();
const data = join(here, 'table.csv');
const [run, alone] = [join(here, 'run'), join(here, 'alone')];
const parts = ['train', 'validation', 'test'] as const;

const train = (...more: string[]) =>
  handgrad([
    ...['train', '--data', data, '--backend', 'cpu', '--no-check', '--layers', '16'],
    ...['--learning-rate', '0.03', ...more],
  ]);
const cardOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8'));
async function evaluated(folder: string): Promise<object> {
  const args = ['evaluate', '--model', folder, '--data', data, '--json', '--backend', 'cpu'];
  const { code, stdout, stderr } = await handgrad(args);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout).metrics.test;
}

let said: string;
beforeAll(async () => {
  const random = new RandomState(1);
  const rows = Array.from({ length: 90 }, () => {
    const [a, b, noise] = random.randn(3);
    return `${a},${b},${a * b + noise > 0 ? 'yes' : 'no'}`;
  });
  writeFileSync(data, ['a,b,kind', ...rows].join('\n'));
  ({ stderr: said } = await train('--save', run, '--epochs', '60', '--patience', '4'));
}, 120_000);

test('it is loaded, tested, and what a run gives that ends there', async () => {
  const [, epochs] = /Stopped early: epoch (\d+) of 60, best kept/.exec(said)!;
  expect(said).toContain(`Saved: ${run}, the last epoch in ${join(run, 'last')}\n`);
  await train('--save', alone, '--epochs', epochs, '--no-early-stopping');
  expect(existsSync(join(alone, 'last'))).toBe(false);
  expect(readdirSync(join(run, 'last')).sort()).toEqual(['card.json', 'model.json', 'weights.bin']);
  const bytes = (folder: string) => readFileSync(join(folder, 'weights.bin'));
  expect(bytes(join(run, 'last')).equals(bytes(alone))).toBe(true);
  expect(bytes(run).equals(bytes(alone))).toBe(false);

  const [last, whole, best] = [await evaluated(join(run, 'last')), await evaluated(alone), await evaluated(run)]; // biome-ignore format: one line
  expect(last).toEqual(whole);
  expect(last).not.toEqual(best);
  const [card, other] = [cardOf(join(run, 'last')), cardOf(alone)];
  for (const part of parts) expect(card.metrics[part]).toEqual(other.metrics[part]);
  expect(card.name).toBe(`${other.name}, last epoch`);
}, 120_000);

test('a run without it leaves none of an older one, and all else as it is', async () => {
  const other = join(here, 'other');
  cpSync(run, other, { recursive: true });
  await train('--save', other, '--epochs', '2', '--no-early-stopping');
  expect(readdirSync(other).sort()).toEqual([
    'README.md',
    'card.json',
    'model.json',
    expect.stringMatching(/^weights\.[0-9a-f]{16}\.bin$/), // it has replaced another
  ]);

  cpSync(run, other, { recursive: true });
  writeFileSync(join(other, 'last', 'mine.txt'), 'mine');
  await train('--save', other, '--epochs', '2', '--no-early-stopping');
  expect(readdirSync(join(other, 'last'))).toEqual(['mine.txt']);
}, 120_000);

test('where it cannot be written, nothing is', async () => {
  const other = join(here, 'hindered');
  mkdirSync(join(other, 'last', 'model.json'), { recursive: true });
  const ended = await train('--save', other, '--epochs', '30', '--patience', '2');
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('last/model.json cannot be written: it is a folder.');
  expect(readdirSync(other).filter((name) => /^(model|weights|card)/.test(name))).toEqual([]);
}, 120_000);
