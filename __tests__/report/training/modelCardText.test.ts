import { describe, expect, test } from '@jest/globals';
import { classMetrics } from '../../../src/metrics/classMetrics.js';
import { numberMetrics } from '../../../src/metrics/numberMetrics.js';
import type { ModelCard } from '../../../src/report/training/modelCard.js';
import { modelCardText } from '../../../src/report/training/modelCardText.js';

const card: ModelCard = {
  name: 'pets_1 12288-20-2',
  data: {
    name: 'pets',
    format: 'folder',
    files: [],
    notes: ['2 pictures are left out: they cannot be read.'],
  },
  input: { kind: 'pictures', height: 64, width: 64, channels: 3 },
  results: [],
  training: [
    ['layers', '12288-20-2'],
    ['optimizer', 'adam'],
  ],
  command: 'npx handgrad predict photo.jpg --model models/pets',
  warnings: [],
};

/** The answer to each sample, given with 0.8. */
const say = (labels: readonly number[], answers: readonly number[], classes: readonly string[]) =>
  classMetrics({
    labels,
    classes,
    probabilities: Float64Array.from(
      answers.flatMap((answer) =>
        classes.map((_, k) => (k === answer ? 0.8 : 0.2 / (classes.length - 1))),
      ),
    ),
  });
const repeat = (n: number, ...labels: number[]) => Array.from({ length: n }, () => labels).flat();

/** The lines under a heading. */
const section = (text: string, title: string) =>
  text.split(`## ${title}\n`)[1].split('\n## ')[0].split('\n').filter(Boolean);

describe('two classes of pictures, enough of them', () => {
  const classes = ['<b>cat', 'a|b'];
  const [labels, answers] = [repeat(60, 0, 1), repeat(30, 0, 1, 0, 0)];
  const text = modelCardText({
    ...card,
    results: [
      { part: 'training', metrics: say(labels, labels, classes) },
      { part: 'test', metrics: say(labels, answers, classes) },
    ],
  });

  test('what it is for', () => {
    expect(text.split('\n').slice(0, 3)).toEqual([
      '# pets\\_1 12288-20-2',
      '',
      'A network that tells 2 classes apart from colour pictures of 64 x 64 pixels: **\\<b\\>cat**, **a\\|b**.',
    ]);
  });

  test('what it was trained on', () => {
    expect(section(text, 'What it was trained on')).toEqual([
      'The data are pets (folder): 120 for training, 120 for test.',
      '- 2 pictures are left out: they cannot be read.',
      '| class | training | test |',
      '|---|---:|---:|',
      '| \\<b\\>cat | 60 | 60 |',
      '| a\\|b | 60 | 60 |',
    ]);
  });

  test('how good it is, on each part, and where it is worst', () => {
    // All of the first class are right, and half of the second: F1 of 4/5 and 2/3.
    expect(section(text, 'How good it is')).toEqual([
      'Of 120 test samples it classifies 75.00 % right. Always giving the commonest class would be right for 50.00 %.',
      'It is worst at a\\|b: it finds 30 of 60.',
      '| part | samples | accuracy | balanced accuracy | macro F1 |',
      '|---|---:|---:|---:|---:|',
      '| training | 120 | 100.00 % | 100.00 % | 1.000 |',
      '| test | 120 | 75.00 % | 75.00 % | 0.733 |',
    ]);
  });

  test('what it is not for', () => {
    const limits = section(text, 'What it must not be used for');
    expect(limits).toHaveLength(2);
    expect(limits[0]).toContain('nothing but colour pictures of 64 x 64 pixels, of pets');
    expect(limits[1]).toContain('classes that it has never seen');
  });

  test('how it is used and was made', () => {
    expect(section(text, 'How to use it')).toEqual(['```sh', card.command, '```']);
    expect(section(text, 'How it was made')).toContain('| optimizer | adam |');
  });
});

describe('a small test, a class that is never predicted, one that is absent', () => {
  const text = modelCardText({
    ...card,
    input: {
      kind: 'table',
      columns: [{ name: 'a_b', kind: 'number' }],
      target: ['y'],
    },
    data: { ...card.data, files: [{ path: 'my|pets.csv', sha256: 'c0ffee' }], notes: [] },
    results: [
      {
        part: 'validation',
        metrics: say([0, 0, 0, 1], [0, 0, 0, 0], ['*cat*', 'dog', 'fox']),
      },
    ],
    warnings: ['# The cost rose.'],
  });

  test('each is said', () => {
    const limits = section(text, 'What it must not be used for').join('\n');
    expect(limits).toContain('only 4 samples: one of them is 25.00 % of the score');
    expect(limits).toContain('always giving the commonest class is no worse');
    expect(limits).toContain('to find dog: no sample of the validation set is called so');
    expect(limits).toContain('at fox is not known: the validation set has no sample');
    expect(limits).toContain('at \\*cat\\*, dog is hardly known');
    expect(limits).toContain('- \\# The cost rose.');
  });

  test('the file and the columns are named', () => {
    expect(section(text, 'What it was trained on')).toEqual(
      expect.arrayContaining(['- `my|pets.csv`, sha256 `c0ffee`', 'Its columns are a\\_b.']),
    );
    expect(text).toContain('from 1 column of a table');
  });
});

test('numbers: the errors of each, and those that are no better than the mean', () => {
  const targets = [1, 10, 2, 20, 3, 30];
  const predictions = [1, 30, 2, 20, 3, 10]; // the second turned round
  const metrics = numberMetrics({ targets, predictions, names: ['price', 'we_ight'] });
  const text = modelCardText({
    ...card,
    input: { kind: 'array' },
    results: [{ part: 'test', metrics }],
  });
  expect(text).toContain('A network that tells **price**, **we\\_ight** from rows of numbers.');
  expect(section(text, 'How good it is')).toEqual(
    expect.arrayContaining([
      '| test: price | 3 | 1.000 | 0 | 0 |',
      // The errors are 20, 0 and 20: R² = 1 - 800 / 200.
      `| test: we\\_ight | 3 | -3.000 | 13.33 | ${Math.sqrt(800 / 3).toPrecision(4)} |`,
    ]),
  );
  const limits = section(text, 'What it must not be used for').join('\n');
  expect(limits).toContain(
    'to tell we\\_ight: on the test set, always giving the mean is no worse',
  );
  expect(limits).not.toContain('classes');
});

test('a model that was not tested says so', () => {
  const text = modelCardText(card);
  expect(section(text, 'How good it is')).toEqual(['It was not tested.']);
  expect(text).toContain('anything that matters: it was not tested.');
});
