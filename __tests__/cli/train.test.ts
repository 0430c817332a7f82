import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as tfjs from '@tensorflow/tfjs';
import { Command, CommanderError } from 'commander';
import { define } from '../../src/cli/commands/train.js';
import { RandomState } from '../../src/core/random.js';
import { writePictureFile } from '../../src/data/hdf5.js';
import { writeInMemory } from '../../src/data/hdf5Memory.js';
import { toMatrices } from '../../src/data/pictureSet.js';
import { fileSystem as modelFolder } from '../../src/export/files.js';
import { useBackend } from '../../src/runtime/backends.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { png } from '../data/pictureFixtures.js';
import { faults } from '../report/markup.js';
import { projectWhereTfjsNodeIs, removeTemporaryFolders } from '../runtime/fixture.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { type Ended, handgrad, oneLine, root, stackLines } from './handgrad.js';
import { tinyPictures, writeTinySet } from './tinySet.js';

afterAll(removeTemporaryFolders);

const here = temporaryFolder();
const data = join(here, 'pictures');
const model = join(here, 'model');
const few = ['--backend', 'cpu', '--layers', '5', '--iterations', '300'];
const fast = ['--learning-rate', '0.1'];

let json: Ended;
let text: Ended;
beforeAll(async () => {
  mkdirSync(data);
  await writeTinySet(data);
  json = await handgrad(['train', '--data', data, ...few, ...fast, '--save', model, '--json']);
  text = await handgrad(['train', '--data', data, ...few, ...fast, '--no-check'], { cwd: here });
});

const lines = ({ stderr }: Ended) => stderr.trimEnd().split('\n');
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('a run to its end', () => {
  test('--json prints one value on stdout, of the keys that are promised', () => {
    expect(json.code).toBe(0);
    const result = JSON.parse(json.stdout);
    expect(result).toEqual({
      backend: 'cpu',
      layers: [192, 5, 1],
      iterations: 300,
      seconds: expect.any(Number),
      plan: {
        name: expect.any(String),
        trials: [],
        passed: expect.any(Array),
      },
      costs: {
        0: expect.any(Number),
        100: expect.any(Number),
        200: expect.any(Number),
        299: expect.any(Number),
      },
      trainAccuracy: expect.any(Number),
      testAccuracy: expect.any(Number),
      task: 'classification',
      classes: ['dark', 'light'],
      metrics: { train: expect.any(Object), test: expect.any(Object) },
      warnings: [],
      gradientCheck: { passed: true, maxRelativeError: expect.any(Number), m: 16 },
      model,
    });
    expect(result.gradientCheck.maxRelativeError).toBeLessThan(1e-7);
    expect(result.costs[299]).toBeLessThan(result.costs[0]);
    // The classes lie far apart: nothing less than all of them will do.
    expect([result.trainAccuracy, result.testAccuracy]).toEqual([100, 100]);
    expect(result.metrics.test).toMatchObject({
      ...{ accuracy: 100, balancedAccuracy: 1, macroF1: 1, auc: 1 },
      confusion: [
        [3, 0],
        [0, 3],
      ],
    });
  });

  test('its messages go to stderr, and the first says which data', () => {
    const said = lines(json);
    expect(said[0]).toBe(`Data: tiny, from ${data}: 20 pictures to train and 6 to test, 8x8x3`);
    // The few test pictures of the fixture are among those to train.
    expect(said[1]).toMatch(/^Warning: 6 of the 6 test samples are in the training set too/);
    expect(said[2]).toBe('Network: 192-5-1, relu and sigmoid');
    expect(said[3]).toMatch(/^Backend: plain JavaScript \(tfjs /);
    expect(said[4]).toMatch(
      /^Gradients: all 4 agree with autodiff and central differences to \d\.\de-\d+, on 16 of 20 pictures$/,
    );
    expect(said[5]).toBe('Plan: in sample space');
    expect(said.slice(6, 10).map((line) => line.replace(/[\d.]+$/, ''))).toEqual([
      'Cost after iteration 0: ',
      'Cost after iteration 100: ',
      'Cost after iteration 200: ',
      'Cost after iteration 299: ',
    ]);
    expect(said[11]).toBe('Accuracy: 100.00 % on the training set, 100.00 % on the test set');
    expect(said[12]).toBe(`Saved: ${model}`);
    expect(said[13]).toMatch(
      /^Test picture 0: dark \(the probability of light is 0\.\d{3}\), labelled dark$/,
    );
    expect(said).toHaveLength(15);
  });

  test('without --json stdout stays empty, and the model goes to models/latest', () => {
    expect(text).toMatchObject({ code: 0, stdout: '' });
    expect(lines(text)).toContain('Saved: models/latest');
    expect(readdirSync(join(here, 'models', 'latest')).sort()).toEqual([
      'README.md',
      'card.json',
      'model.json',
      'weights.bin',
    ]);
  });

  test('--no-check does not check', () => {
    expect(text.stderr).not.toMatch(/^Gradients:/m);
  });

  test('the same seed gives the same network, to the last bit', () => {
    const { costs } = JSON.parse(readFileSync(join(here, 'models/latest/card.json'), 'utf8'));
    expect(costs).toEqual(JSON.parse(json.stdout).costs);
    const weights = readFileSync(join(here, 'models/latest/weights.bin'));
    expect(weights.equals(readFileSync(join(model, 'weights.bin')))).toBe(true);
  });

  test('another seed gives another; --json without a check leaves gradientCheck out', async () => {
    const to = join(here, 'other-seed');
    const { stdout } = await handgrad([
      'train',
      '--data',
      data,
      ...few,
      '--seed',
      '2',
      '--save',
      to,
      '--no-check',
      '--json',
    ]);
    const result = JSON.parse(stdout);
    expect(result).not.toHaveProperty('gradientCheck');
    expect(result.costs[0]).not.toBe(JSON.parse(json.stdout).costs[0]);
  });

  test('the card says how the model came to be', () => {
    const { costs, trainAccuracy, testAccuracy } = JSON.parse(json.stdout);
    expect(JSON.parse(readFileSync(join(model, 'card.json'), 'utf8'))).toMatchObject({
      layers: [192, 5, 1],
      activations: ['relu', 'sigmoid'],
      seed: 1,
      hyperparameters: { optimizer: 'gradientDescent', learningRate: 0.1, iterations: 300 },
      dataSet: {
        name: 'tiny',
        train: { file: 'train_tiny.h5', sha256: sha256(join(data, 'train_tiny.h5')), m: 20 },
        test: { file: 'test_tiny.h5', sha256: sha256(join(data, 'test_tiny.h5')), m: 6 },
      },
      costs,
      accuracy: { train: trainAccuracy, test: testAccuracy },
      preprocessing: { height: 8, width: 8, channels: 3 },
      classNames: ['dark', 'light'],
      versions: { node: process.versions.node },
    });
  });

  test('plain tf.loadLayersModel opens it, and gives the probability that predict gives', async () => {
    const bytes = Array.from({ length: 192 }, (_, i) => (i * 37) % 256);
    const rows = Array.from({ length: 8 }, (_, row) => bytes.slice(24 * row, 24 * row + 24));
    const picture = join(here, 'picture.png');
    writeFileSync(picture, png({ width: 8, height: 8, depth: 8, colourType: 2, rows }));
    const predicted = await handgrad(['predict', '--model', model, picture, '--json']);

    await useBackend('cpu');
    const layers = await tfjs.loadLayersModel(modelFolder(model));
    const output = layers.predict(
      tfjs.tensor2d(
        bytes.map((byte) => byte / 255),
        [1, 192],
      ),
    ) as tfjs.Tensor;
    const [probability] = output.dataSync();
    expect(JSON.parse(predicted.stdout)).toEqual([
      {
        picture,
        probability: expect.closeTo(probability, 6),
        label: probability > 0.5 ? 'light' : 'dark',
      },
    ]);
  });
});

describe('batches, and a report', () => {
  const train = (more: string[]) =>
    handgrad(['train', '--data', data, '--backend', 'cpu', '--layers', '5', ...fast, ...more]);
  const batches = ['--batch-size', '8', '--no-check', '--json'];
  let [epochs, alone, whole]: Ended[] = [];
  beforeAll(async () => {
    const to = (name: string) => ['--save', join(here, name)];
    const report = ['--report', join(here, 'pages', 'epochs.html')];
    [epochs, alone, whole] = await Promise.all([
      train([...batches, '--epochs', '103', ...to('epochs'), ...report]),
      train([...batches, ...to('alone')]),
      train(['--epochs', '101', '--no-check', '--json', ...to('whole')]),
      train([...batches, '--epochs', '2', '--seed', '2', ...to('seed-2')]),
    ]);
  });
  const card = (name: string) => JSON.parse(readFileSync(join(here, name, 'card.json'), 'utf8'));

  test('--epochs and --batch-size stand in the figures and on the card', () => {
    expect(epochs.code).toBe(0);
    const result = JSON.parse(epochs.stdout);
    expect(result).toMatchObject({ epochs: 103, batchSize: 8, testAccuracy: 100 });
    expect(result).not.toHaveProperty('iterations');
    // Every fifth epoch, and the last: as few lines as fit a screen.
    const counted = [...Array.from({ length: 21 }, (_, k) => 5 * k), 102].map(String);
    expect(Object.keys(result.costs)).toEqual(counted);
    expect(epochs.stderr).toMatch(/^Cost after epoch 95: /m);
    const { hyperparameters, costs } = card('epochs');
    expect(hyperparameters).toMatchObject({ epochs: 103, batchSize: 8, learningRate: 0.1 });
    expect(hyperparameters).not.toHaveProperty('iterations');
    expect(costs).toEqual(result.costs);
  });

  test('the report is the page of this run', () => {
    const path = join(here, 'pages', 'epochs.html');
    expect(JSON.parse(epochs.stdout).report).toBe(path);
    expect(lines(epochs)).toContain(`Report: ${path}`);
    const page = readFileSync(path, 'utf8');
    expect(faults(page)).toEqual([]);
    expect(page).toContain('epochs 103, batchSize 8');
    expect(page).toContain('Every sample of the test set is classified right.');
    // The weights that were saved are those that are drawn.
    expect(page.match(/<img[^>]*weights of unit/g)).toHaveLength(5);
  });

  test('--batch-size alone: as many steps as there would be without, in the same order', () => {
    // 8, 8 and 4 of the 20: three steps an epoch, so that 2,500 take 834.
    expect(lines(alone)).toContain('Epochs: 834 (default): 2502 steps of gradient descent');
    expect(JSON.parse(alone.stdout)).toMatchObject({ epochs: 834, batchSize: 8 });
    expect(card('alone').costs[102]).toBeCloseTo(card('epochs').costs[102], 5);
  });

  test('the seed draws the order too', async () => {
    await useBackend('cpu');
    const { X, Y } = toMatrices(tinyPictures(20));
    const own = new DeepNeuralNetwork([192, 5, 1], undefined, { seed: 2 });
    const random = new RandomState(2);
    const { history } = await own.fit(X, Y, {
      ...{ epochs: 2, batchSize: 8, learningRate: 0.1, random },
    });
    const expected = history.cost.map((cost) => expect.closeTo(cost, 5));
    expect(Object.values(card('seed-2').costs)).toEqual(expected);
  });

  test('--epochs alone: on all pictures at once, what as many iterations give', () => {
    const result = JSON.parse(whole.stdout);
    expect(result).toMatchObject({ epochs: 101 });
    expect(result).not.toHaveProperty('batchSize');
    // Two runs of one mathematics may round apart, where other plans suit their lengths.
    expect(result.costs[100]).toBeCloseTo(JSON.parse(json.stdout).costs[100], 5);
  });

  test('a report that cannot be written is known before training', async () => {
    const file = join(here, 'no-folder');
    writeFileSync(file, '');
    const ended = await train(['--report', join(file, 'page.html'), '--save', join(here, 'none')]);
    expect(oneLine(ended)).toBe(
      `${join(file, 'page.html')} cannot be written: a file stands where a folder should. Choose another folder.`,
    );
    expect(existsSync(join(here, 'none'))).toBe(false);
  });

  test.each([
    ['--epochs 5 --iterations 5', /'--epochs <n>' cannot be used with option '--iterations <n>'/],
    [
      '--batch-size 5 --iterations 5',
      /'--batch-size <n>' cannot be used with .*'--iterations <n>'/,
    ],
    ['--epochs 0', /Use a whole number of at least 1\./],
    ['--batch-size 2.5', /Use a whole number of at least 1\./],
    ['--report pages/', /Use the path of a file\./],
  ])('%s: wrong usage', async (line, message) => {
    const command = define(new Command('train')).copyInheritedSettings(
      new Command().exitOverride(),
    );
    command.configureOutput({ writeErr: () => {} });
    const parsed = command.parseAsync(line.split(' '), { from: 'user' });
    await expect(parsed).rejects.toThrow(CommanderError);
    await expect(parsed).rejects.toThrow(message);
  });
});

test('Ctrl-C ends it soon: exit 130, the model in FOLDER-stopped, that in FOLDER untouched', async () => {
  const to = join(here, 'mine');
  mkdirSync(to);
  writeFileSync(join(to, 'model.json'), 'dear to someone');
  let isInterrupted = false;
  const ended = await handgrad(
    ['train', '--data', data, '--backend', 'cpu', '--layers', '4', '--no-check', '--json'].concat([
      '--iterations',
      '100000000',
      '--save',
      `${to}/`, // with a slash, as the shell completes it
      '--report',
      join(here, 'stopped', 'page.html'),
    ]),
    {
      onStderr: (stderr, child) => {
        if (isInterrupted || !stderr.includes('Cost after iteration 0:')) return;
        isInterrupted = true;
        child.kill('SIGINT');
      },
    },
  );
  expect(ended.code).toBe(130);
  const [, iteration] = /Training was stopped at iteration (\d+)\.\n$/.exec(ended.stderr)!;
  expect(stackLines(ended)).toEqual([]);
  expect(readdirSync(to).sort()).toEqual(['checkpoint.safetensors', 'model.json']);
  expect(readFileSync(join(to, 'model.json'), 'utf8')).toBe('dear to someone');
  expect(readdirSync(`${to}-stopped`).sort()).toEqual([
    ...['README.md', 'card.json', 'model.json', 'weights.bin'],
  ]);
  // What was done, not what was asked for.
  const card = JSON.parse(readFileSync(join(`${to}-stopped`, 'card.json'), 'utf8'));
  expect(card.hyperparameters.iterations).toBe(Number(iteration));
  expect(JSON.parse(ended.stdout)).toMatchObject({
    iterations: Number(iteration),
    model: `${to}-stopped`,
    report: join(here, 'stopped', 'page-stopped.html'),
  });
  expect(readdirSync(join(here, 'stopped'))).toEqual(['page-stopped.html']);
  expect(readFileSync(join(here, 'stopped', 'page-stopped.html'), 'utf8')).toContain(
    `Training was stopped at iteration ${iteration}.`,
  );
});

test('a dead network is said to be one before it is saved, in --json and in the report', async () => {
  const to = join(here, 'dead');
  const page = join(here, 'dead.html');
  const ended = await handgrad([
    ...['train', '--data', data, '--backend', 'cpu', '--layers', '5', '--no-check', '--json'],
    ...['--iterations', '200', '--learning-rate', '50', '--save', to, '--report', page],
  ]);
  expect(ended.code).toBe(0);
  const { warnings, trainAccuracy } = JSON.parse(ended.stdout);
  expect(warnings).toEqual([
    expect.stringMatching(
      /^The network gives the same output, 0\.\d{3}, for every sample: .*Use a /,
    ),
  ]);
  expect(trainAccuracy).toBe(50); // half of the pictures are of either class
  const said = lines(ended);
  const warned = said.indexOf(`Warning: ${warnings[0]}`);
  expect(warned).toBeGreaterThan(0);
  expect(warned).toBeLessThan(said.indexOf(`Saved: ${to}`));
  expect(existsSync(join(to, 'model.json'))).toBe(true);
  expect(readFileSync(page, 'utf8')).toContain('The network gives the same output');
});

test('a cost that is not finite: exit 1, at which iteration and what to try, an old model untouched', async () => {
  const to = join(here, 'old');
  cpSync(model, to, { recursive: true });
  const before = sha256(join(to, 'weights.bin'));
  const ended = await handgrad([
    'train',
    '--data',
    data,
    ...few,
    '--learning-rate',
    '1e38',
    '--save',
    to,
    '--json',
  ]);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(lines(ended).at(-1)).toMatch(
    /^The cost is (NaN|Infinity) at iteration \d+\. .*Try a smaller learning rate/,
  );
  expect(stackLines(ended)).toEqual([]);
  expect(sha256(join(to, 'weights.bin'))).toBe(before);
  expect(readdirSync(here).filter((name) => name.startsWith('old'))).toEqual(['old']);
});

describe('bad input: exit 1, one line that names it, nothing written', () => {
  const good = tinyPictures(4);
  const datasets = {
    train_set_x: { data: good.pictures, shape: [4, 8, 8, 3] },
    train_set_y: { data: BigInt64Array.of(0n, 1n, 0n, 1n), shape: [4] },
    list_classes: { data: ['dark', 'light'], dtype: 'S5' },
  };
  const fileWith = (changes: object) =>
    writeInMemory((file) => {
      for (const [name, rest] of Object.entries({ ...datasets, ...changes })) {
        file.create_dataset({ name, ...rest });
      }
    });

  const files: [string, () => Promise<Uint8Array>, RegExp][] = [
    ['no HDF5', async () => Buffer.from('hello'), /is not an HDF5 file: .* Give a file /],
    [
      'a file that is cut off',
      async () => (await writePictureFile(good, 'train')).subarray(0, 1500),
      /is cut off or damaged: .* Copy or download it once more\./,
    ],
    [
      'wrong dataset names',
      () => writePictureFile(good, 'test'),
      /has several files for the test part\. Keep one of each in a folder\./,
    ],
    [
      'fewer labels than pictures',
      () => fileWith({ train_set_y: { data: BigInt64Array.of(0n, 1n, 0n), shape: [3] } }),
      /is \(4, 8, 8, 3\) and train_set_y .* is \(3,\): .* Give one label for each sample\./,
    ],
    [
      'a label of 2',
      () => fileWith({ train_set_y: { data: BigInt64Array.of(0n, 1n, 2n, 0n), shape: [4] } }),
      /has the label 2, but there are names of 2 classes, dark, light\. Label the samples 0 to 1\./,
    ],
    [
      'grey pictures',
      () => fileWith({ train_set_x: { data: good.pictures.subarray(0, 256), shape: [4, 8, 8] } }),
      /test_set_x .* are \(8, 8, 3\), but those of train_set_x .* \(8, 8, 1\)\. Give all parts the same shape\./,
    ],
    [
      'an empty set',
      () =>
        fileWith({
          train_set_x: { data: new Uint8Array(0), shape: [0, 8, 8, 3] },
          train_set_y: { data: new BigInt64Array(0), shape: [0] },
        }),
      /train_set_x in .* is empty, \(0, 8, 8, 3\)\. Give at least one sample\./,
    ],
  ];

  test.concurrent.each(files)('%s', async (name, contents, message) => {
    const set = join(here, name.replaceAll(' ', '-'));
    mkdirSync(set);
    await writeTinySet(set);
    writeFileSync(join(set, 'train_tiny.h5'), await contents());
    const to = join(set, 'model');
    const said = oneLine(
      await handgrad(['train', '--data', set, '--backend', 'cpu', '--save', to, '--json']),
    );
    expect(said).toContain(set);
    expect(said).toMatch(message);
    expect(readdirSync(set).sort()).toEqual(['test_tiny.h5', 'train_tiny.h5']);
  });

  test('a folder that is not there', async () => {
    const missing = join(here, 'missing');
    expect(oneLine(await handgrad(['train', '--data', missing, '--backend', 'cpu']))).toMatch(
      `${missing} does not exist. Give the path of your data.`,
    );
    expect(existsSync(missing)).toBe(false);
  });

  test('a place where the model cannot go', async () => {
    const file = join(here, 'a-file');
    writeFileSync(file, '');
    const ended = await handgrad(['train', '--data', data, ...few, '--save', join(file, 'model')]);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(lines(ended).at(-1)).toBe(
      `${join(file, 'model')} cannot be written: a file stands where a folder should. Choose another folder.`,
    );
    expect(stackLines(ended)).toEqual([]);
  });

  test('--backend native where it is not: how to get it, and no other in its place', async () => {
    const project = projectWhereTfjsNodeIs('absent');
    cpSync(join(root, 'src'), join(project, 'src'), { recursive: true });
    const ended = await handgrad(['train', '--data', data, '--backend', 'native'], {
      project,
      cwd: project,
    });
    expect(oneLine(ended)).toBe(
      'The native backend needs @tensorflow/tfjs-node, which is not installed. Run "npm run setup".',
    );
    expect(existsSync(join(project, 'models'))).toBe(false);
  });
});

describe('who runs the steps', () => {
  test('--plan: what each way would cost, and nothing is trained', async () => {
    const args = [
      'train',
      '--plan',
      '--data',
      data,
      '--backend',
      'wasm',
      '--save',
      join(here, 'none'),
    ];
    const { code, stdout } = await handgrad(args, { cwd: here });
    expect(code).toBe(0);
    for (const plan of ['plain', 'compiled', 'in sample space', 'compiled, in sample space']) {
      expect(stdout).toMatch(new RegExp(`^wasm +${plan} +\\d+ +\\d+\\.\\d+ +[\\d.]+ s`, 'm'));
    }
    expect(stdout.match(/chosen/g)).toHaveLength(1);
    expect(existsSync(join(here, 'none'))).toBe(false);
    const forPrograms = await handgrad([...args, '--json'], { cwd: here });
    const { plan } = JSON.parse(forPrograms.stdout);
    expect(plan.wasm.trials).toHaveLength(4);
  });

  test('by default the planner: a line says which plan, --json too; --no-compile is plain', async () => {
    const args = [
      'train',
      '--data',
      data,
      '--backend',
      'wasm',
      '--no-check',
      '--json',
      '--layers',
      '3',
      '--iterations',
      '400',
    ];
    const planned = await handgrad([...args, '--save', join(here, 'planned')]);
    const byHand = await handgrad([...args, '--no-compile', '--save', join(here, 'by-hand')]);
    const [own, direct] = [planned, byHand].map(({ stdout }) => JSON.parse(stdout));
    expect(own.plan.name).toBe('compiled, in sample space');
    expect(planned.stderr).toContain('Plan: compiled, in sample space\n');
    expect(direct.plan).toEqual({ name: 'plain', trials: [], passed: [] });
    expect(byHand.stderr).toContain('Plan: plain\n');
    for (const [i, J] of Object.entries(direct.costs as Record<string, number>)) {
      expect(Math.abs(own.costs[i] - J)).toBeLessThan(2e-3);
    }
  });
});
