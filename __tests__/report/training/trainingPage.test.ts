import { expect, test } from '@jest/globals';
import { note } from '../../../src/report/blocks.js';
import { evaluationPage } from '../../../src/report/training/evaluationPage.js';
import { judge } from '../../../src/report/training/judged.js';
import { trainingPage } from '../../../src/report/training/trainingPage.js';
import { faults, parse } from '../markup.js';
import { numberPart, part, pictures, probabilities } from './sets.js';

const data = {
  name: 'mine',
  format: 'csv',
  input: { kind: 'array' as const },
  files: [],
  notes: [],
};
const run = {
  title: 'mine <2-3>',
  warnings: ['The class <b>cat is rare.'],
  facts: [['saved in', 'models/<mine>'] as const],
  history: { unit: 'epoch' as const, cost: [[1, 0.5] as const, [2, 0.25] as const] },
  data,
  gradients: [note('4 of 4 agree.')],
  card: [note('the card')],
};
const texts = (html: string) => parse(html).map(({ text }) => text.trim());
const sections = (html: string) => [...html.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);

test('a training on classes', async () => {
  const training = { ...part, name: 'training' };
  const more = [{ id: 'weights', title: 'First layer', blocks: [note('W1')] }];
  const html = await trainingPage({
    ...run,
    stopped: 'You stopped it.',
    parts: [training, part],
    more,
  });
  expect(faults(html)).toEqual([]);
  expect(sections(html)).toEqual(
    'curves scores answers mistakes calibration data gradients weights card'.split(' '),
  );
  expect(texts(html)).toEqual(
    expect.arrayContaining([
      'mine <2-3>',
      'The class <b>cat is rare.',
      'You stopped it.',
      'training set',
      '66.67 % of 6 samples',
      'models/<mine>',
      'Confusion matrix, training set: 6 samples',
      'Confusion matrix, validation set: 6 samples',
      'Wrong answers, validation set: 2 of 6',
      '4 of 4 agree.',
      'the card',
    ]),
  );
});

test('a training on numbers has no section of classes', async () => {
  const html = await trainingPage({ ...run, gradients: [], parts: [numberPart] });
  expect(faults(html)).toEqual([]);
  expect(sections(html)).toEqual('curves scores answers mistakes data gradients card'.split(' '));
  const r2 = (1 - 1.25 / (14 / 3) + 1 - 900 / 20000) / 2;
  expect(texts(html)).toContain(`R² ${r2.toFixed(3)} of 3 samples`);
  expect(texts(html)).toContain('They were not checked.');
});

test('a test on pictures', async () => {
  const set = pictures(6, 3, [0, 1, 2, 0, 1, 0]);
  const html = await evaluationPage({
    title: 'cats on new data',
    warnings: [],
    facts: [['model', 'models/cat']],
    part: judge('test', set, probabilities),
    data,
  });
  expect(faults(html)).toEqual([]);
  expect(sections(html)).toEqual('scores answers mistakes calibration data'.split(' '));
  expect(texts(html)).toEqual(expect.arrayContaining(['66.67 % of 6 samples', 'models/cat']));
});
