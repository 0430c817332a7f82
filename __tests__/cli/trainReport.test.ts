import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { PNG } from 'pngjs';
import { type Trained, trainReport, weightPicture } from '../../src/cli/trainReport.js';
import { relu, sigmoid } from '../../src/core/activations.js';
import { AbortError } from '../../src/core/errors.js';
import { matrix } from '../../src/core/tensors.js';
import { asOwnData } from '../../src/data/dataset.js';
import type { SampleSet } from '../../src/data/sampleSet.js';
import { summarize } from '../../src/oracle/summarize.js';
import { judge } from '../../src/report/training/judged.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { faults, parse } from '../report/markup.js';
import { anyBackend } from '../support/backends.js';
import { expectFlatMemory } from '../support/memory.js';
import { tinyPictures } from './tinySet.js';

/** Anyone may call a class so. */
const classes = ['a $\\frac$ dog', '<b>`cat'];
const train = { ...tinyPictures(20), classes };
const held = { ...tinyPictures(7), classes };
const nX = 192;

/** It says class 1 where the first byte of a picture is above 127.5, whatever else is on it. */
const says = (set: typeof train, i: number) => Number(set.pictures[i * nX] > 127.5);

let run: Trained;
beforeAll(async () => {
  await anyBackend();
  const W1 = new Float64Array(40 * nX);
  W1[0] = 1; // unit 1 sees the first byte
  W1[nX + 4] = -0.5; // unit 2 the green of the second pixel
  W1[nX + 5] = 0.25; // and its blue
  const W2 = new Float64Array(40);
  W2[0] = 100;
  const parameters = {
    W1: matrix(W1, [40, nX]),
    b1: tf.zeros([40, 1]) as tf.Tensor2D,
    W2: matrix(W2, [1, 40]),
    b2: matrix([-50], [1, 1]),
  };
  const file = { file: 'x.h5', sha256: 'c0ffee', m: 1 };
  const source = { path: 'x.h5', sha256: 'c0ffee', bytes: 0 };
  const data = asOwnData({
    ...{ name: 'tiny', classes, train, test: held },
    files: { train: source, test: source },
  });
  const part = (name: string, set: typeof train, samples: SampleSet) =>
    judge(
      name,
      samples,
      Float32Array.from({ length: set.m }, (_, i) => says(set, i)),
    );
  run = {
    model: new DeepNeuralNetwork([nX, 40, 1], [relu, sigmoid], { parameters }),
    data: { ...data, isCourse: true, warnings: [] },
    parts: [part('train', train, data.train), part('test', held, data.test!)],
    card: {
      name: 'tiny 192-40-1',
      layers: [nX, 40, 1],
      activations: ['relu', 'sigmoid'],
      loss: 'binaryCrossEntropy',
      initializer: 'course',
      seed: 5,
      hyperparameters: { learningRate: 0.125, epochs: 7, batchSize: 3 },
      dataSet: { name: 'tiny', train: file, test: { ...file, m: 7 } },
      costs: { 0: 0.7, 6: 0.25 },
      accuracy: { train: 12.5, test: 62.5 },
      preprocessing: { height: 8, width: 8, channels: 3, scale: '1/255', resize: 'whole' },
      classNames: classes,
      versions: { node: '20' },
    },
    gradients: {
      report: summarize([
        {
          ...{ name: 'dW1', shape: [40, 192], passed: true, wrong: 0, comparisons: {} },
          ...{ maxAbsoluteError: 1e-8, maxRelativeError: 3.25e-7 },
        },
      ]),
      m: 16,
    },
    run: {
      ...{ unit: 'epoch', times: 7, batchSize: 3, done: 7, seconds: 3.25 },
      costs: { 0: 0.7, 6: 0.25 },
      logs: { 0: { cost: 0.7 }, 6: { cost: 0.25 } },
    },
    backend: { name: 'cpu', description: 'an abacus', versions: {} } as Trained['backend'],
    folder: 'models/mine',
    warnings: [],
  };
});
afterAll(() => {
  run.model.dispose();
});

/** What stands in the section of that id. */
const section = (html: string, id: string) =>
  html.slice(html.indexOf(`<section id="${id}"`)).split('</section>')[0];
const textsOf = (html: string) =>
  parse(`${html}</section>`)
    .map(({ text }) => text.trim())
    .filter(Boolean);
const pixel = (uri: string, i: number) => {
  const { data } = PNG.sync.read(Buffer.from(uri.split(',')[1], 'base64'));
  return [...data.subarray(4 * i, 4 * i + 3)];
};
const pictures = (html: string) =>
  parse(`${html}</section>`)
    .filter(({ name }) => name === 'img')
    .map(({ attributes }) => attributes);

describe('a page about a run', () => {
  let html: string;
  beforeAll(async () => {
    html = await expectFlatMemory(() => trainReport(run));
  });

  test('is whole markup that loads nothing', () => {
    expect(faults(html)).toEqual([]);
    expect(textsOf(section(html, 'curves'))).toEqual(expect.arrayContaining(['epoch', 'cost J']));
    expect(html).toContain('goes from 0.7 at epoch 0 to 0.25 at epoch 6');
  });

  test('has the gradients by name', () => {
    expect(textsOf(section(html, 'gradients'))).toEqual(
      expect.arrayContaining(['dW1', 'right', '(40, 192)', '3.3e-7', '1 of 1 gradients agree.']),
    );
  });

  test('counts what is called what, on the test set', () => {
    const counts = [0, 1].flatMap((label) =>
      [0, 1].map(
        (answer) =>
          [...held.labels].filter((l, i) => l === label && says(held, i) === answer).length,
      ),
    );
    expect(counts.filter((n) => n > 0).length).toBeGreaterThan(2);
    // That of the training set stands before it.
    const [, table] = [...html.matchAll(/<table[^>]*confusion[^>]*>(.*?)<\/table>/gs)].at(-1)!;
    const cells = [...table.matchAll(/<td[^>]*>\s*(\d+)/g)].map(([, n]) => Number(n));
    expect(cells.slice(0, 4)).toEqual(counts);
  });

  test('draws the rows of W1 about mid-grey, 32 at most', () => {
    const shown = pictures(section(html, 'weights'));
    expect(shown).toHaveLength(32);
    expect(html).toContain('the first 32 of 40 units');
    const [first, second, third] = shown.map(({ src }) => src);
    expect([pixel(first, 0), pixel(first, 1)]).toEqual([
      [255, 128, 128],
      [128, 128, 128],
    ]);
    // The largest weight is the 0.5 that it loses: black. Half of it is three quarters of the way up.
    expect(pixel(second, 1)).toEqual([128, 0, 191]);
    expect(pixel(third, 0)).toEqual([128, 128, 128]);
  });

  test('has the card, with class names as they are', () => {
    const texts = textsOf(section(html, 'card'));
    for (const text of [
      '192-40-1',
      'course, seed 5',
      'learningRate 0.125, epochs 7, batchSize 3',
    ]) {
      expect(texts).toContain(text);
    }
    expect(texts.join(' ')).toContain('c0ffee');
    expect(texts.join(' ')).toContain('a $\\frac$ dog');
    expect(html).not.toContain('<b>');
  });
});

test('a run that was stopped before its first cost, and was not checked', async () => {
  const html = await trainReport({
    ...run,
    card: { ...run.card, costs: {} },
    gradients: undefined,
    run: {
      ...{ ...run.run, costs: {}, logs: {} },
      stopped: new AbortError('Training was stopped at epoch 0.'),
    },
  });
  expect(faults(html)).toEqual([]);
  expect(html).toContain('Training was stopped at epoch 0.');
  expect(html).toContain('They were not checked');
  expect(section(html, 'curves')).not.toContain('<svg');
});

test('weights as bytes', () => {
  expect([...weightPicture(Float32Array.of(-2, 0, 1, 2))]).toEqual([0, 128, 191, 255]);
  expect([...weightPicture(Float32Array.of(0, 0))]).toEqual([128, 128]);
});
