import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RandomState } from '../../src/core/random.js';
import { readData, toTensors } from '../../src/data/index.js';
import {
  adam,
  categoricalCrossEntropy,
  crossValidate,
  DeepNeuralNetwork,
  dense,
  initializers,
  network,
  relu,
  softmax,
} from '../../src/index.js';
import { TestRedis, withRedis } from '../jobs/support/redis.js';
import { anyBackend } from '../support/backends.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { handgrad, oneLine } from './handgrad.js';
import { WorkerProcess } from './jobs/workerProcess.js';

const here = temporaryFolder();
const path = (name: string) => join(here, name);
const seed = 3;

beforeAll(async () => {
  await anyBackend();
  const random = new RandomState(1);
  const rows = Array.from({ length: 120 }, (_, i) => {
    const [a, b] = random.randn(2);
    return `${a + (i % 3)},${b - (i % 3)},${'xyz'[i % 3]}`;
  });
  writeFileSync(path('table.csv'), ['a,b,kind', ...rows].join('\n'));
});

const asked = ['cross-validate', '--data', path('table.csv'), '--seed', String(seed)];
const settings = ['--backend', 'cpu', '--layers', '8', '--folds', '4', '--iterations', '60'];
const run = (more: readonly string[], env?: NodeJS.ProcessEnv) =>
  handgrad([...asked, ...settings, ...more], { env });
const withoutSeconds = (text: string) =>
  text.replace(/"seconds": ?[\d.e-]+/g, '"seconds": 0').replace(/ +\d+\.\d$|,\d+\.\d$/gm, '');

test("the scores are those of the library's crossValidate", async () => {
  const { code, stdout } = await run(['--scale', 'none', '--learning-rate', '0.03', '--json']);
  expect(code).toBe(0);
  const { folds, mean, standardDeviation } = JSON.parse(stdout);
  const { train } = await readData(path('table.csv'));
  const { X, Y } = toTensors(train);
  const layers = [dense(8, relu, initializers.he), dense(3, softmax)];
  const net = network({ nX: 2, layers, loss: categoricalCrossEntropy });
  const { scores } = await crossValidate(() => new DeepNeuralNetwork(net, { seed }), X, Y, {
    folds: 4,
    random: new RandomState(seed),
    fit: { iterations: 60, optimizer: adam({ learningRate: 0.03 }) },
  });
  X.dispose();
  Y.dispose();
  expect(folds).toHaveLength(4);
  const percents = scores.map(({ accuracy }) => 100 * accuracy);
  for (const [i, { fold, m, metrics }] of folds.entries()) {
    expect([fold, m]).toEqual([i + 1, 30]);
    expect(metrics.accuracy).toBeCloseTo(percents[i], 4);
    expect(metrics.logLoss).toBeCloseTo(scores[i].cost, 4);
  }
  const average = percents.reduce((sum, one) => sum + one, 0) / 4;
  const squares = percents.reduce((sum, one) => sum + (one - average) ** 2, 0);
  expect(mean.accuracy).toBeCloseTo(average, 4);
  expect(standardDeviation.accuracy).toBeCloseTo(Math.sqrt(squares / 3), 4);
});

test('the table has each fold, the mean and the deviation; as CSV and as a page too', async () => {
  const { code, stdout, stderr } = await run(['--csv', path('t.csv'), '--html', path('t.html')]);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^fold +samples +accuracy +log loss +seconds$/);
  expect(lines.slice(1).map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
    ...['1', '2', '3', '4', 'mean', 'standard deviation'],
  ]);
  const rows = readFileSync(path('t.csv'), 'utf8').trimEnd().split('\r\n');
  const cells = lines.map((line) => line.trim().split(/ {2,}/).filter(Boolean));
  expect(rows.map((row) => row.split(',').filter(Boolean))).toEqual(cells);
  expect(readFileSync(path('t.html'), 'utf8')).toContain('Cross-validated: table');
  expect(stderr).toContain('Fold 4 of 4: ');
});

test('what a fold holds out is in none of its statistics, and no fold chooses its epoch', async () => {
  // The last column is missing but where it is huge: means with those rows would be, too.
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 2},${i === 7 ? 1e9 : 1},${'ab'[i % 2]}`);
  const holes = rows.map((row, i) => (i % 5 === 0 ? row.replace(/,[^,]+,/, ',,') : row));
  writeFileSync(path('holes.csv'), ['a,b,kind', ...holes].join('\n'));
  const { foldData } = await import('../../src/cli/crossValidate/foldData.js');
  const whole = await readData(path('holes.csv'), { missing: 'mean' });
  for (let fold = 0; fold < 4; fold++) {
    const at = { fold, folds: 4, seed };
    const { train, validation } = foldData({ ...whole, isCourse: false }, at);
    const all = (set: typeof train) =>
      Array.from(set.take(Int32Array.from({ length: set.m }, (_, i) => i))).filter(
        (_, i) => i % 2 === 1,
      );
    const isHeldOut = all(validation!).includes(1e9);
    const filled = [...all(train), ...all(validation!)].filter((x) => x !== 1 && x !== 1e9);
    expect(filled.length > 0).toBe(!isHeldOut);
    expect(train.m + validation!.m).toBe(40);
  }
});

test('more folds than samples of a class, and a wrong option', async () => {
  writeFileSync(path('few.csv'), 'a,kind\n1,x\n2,y\n3,x\n4,y\n');
  const few = await handgrad(['cross-validate', '--data', path('few.csv'), '--folds', '3']);
  expect(few.code).toBe(1);
  expect(few.stderr.trimEnd().split('\n').at(-1)).toContain('Take 2 folds at most');
  expect((await run(['--folds', '1'])).code).toBe(2);
  const absent = await handgrad(['cross-validate', '--attach', 'cross-validate-0'], {
    env: { HANDGRAD_CACHE: path('none') },
  });
  expect(oneLine(absent)).toContain('is no run of cross-validate that was begun on this machine');
});

withRedis.describe('over processes and workers', () => {
  let redis: TestRedis;
  let worker: WorkerProcess;
  const env = () => ({ HANDGRAD_REDIS: redis.url, HANDGRAD_CACHE: path('mine') });
  beforeAll(async () => {
    redis = await TestRedis.start();
    worker = new WorkerProcess(['--concurrency', '2', '--backend', 'cpu'], {
      ...{ HANDGRAD_REDIS: redis.url, HANDGRAD_CACHE: path('theirs') },
    });
    await worker.ready();
  });
  afterAll(async () => {
    await worker.end('SIGTERM');
    await redis.end();
  });

  test('the words and numbers are the same', async () => {
    const one = await run(['--jobs', '1', '--json']);
    const two = await run(['--jobs', '2', '--json']);
    const many = await run(['--redis', '--json'], env());
    expect([one.code, two.code, many.code]).toEqual([0, 0, 0]);
    expect(withoutSeconds(two.stdout)).toBe(withoutSeconds(one.stdout));
    expect(withoutSeconds(many.stdout)).toBe(withoutSeconds(one.stdout));
    expect(two.stderr).toBe(one.stderr);
    expect(many.stderr.replace(/^Run: .*\n/m, '')).toBe(one.stderr);
    expect(worker.said.match(/^Done /gm)).toHaveLength(4);
    const [, name] = /^Run: (\S+),/m.exec(many.stderr)!;
    const back = await handgrad(['cross-validate', '--attach', name, '--json'], { env: env() });
    expect([back.code, withoutSeconds(back.stdout)]).toEqual([0, withoutSeconds(one.stdout)]);
    expect(worker.said.match(/^Done /gm)).toHaveLength(4); // nothing was done again
  });
});
