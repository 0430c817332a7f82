import { expect, test } from '@jest/globals';
import { relu } from '../../src/core/activations.js';
import { drawn } from '../../src/course/blocks.js';
import { costsElsewhere } from '../../src/course/experiments/sweep.js';
import { bestFirst, sweepColumns, sweepFigures, sweepRow } from '../../src/course/sweepFigures.js';
import { candidateGrid, type SweepResult } from '../../src/training/sweep.js';
import { faults, parse } from '../report/markup.js';
import { golden } from '../support/goldens.js';

const candidates = candidateGrid({ learningRates: [0.1, 1], depths: [1, 2], widths: [4, 2] });

/** Costs 8, 7, … and accuracies 50, 51, … */
const results = candidates.map(
  (candidate, k): SweepResult => ({
    candidate,
    costs: [
      [0, 9],
      [10, 8 - k],
    ],
    cost: 8 - k,
    trainAccuracy: 60 + k,
    testAccuracy: 50 + k,
    seconds: 1,
  }),
);
const diverged: SweepResult = {
  candidate: { ...candidates[0], learningRate: 10 },
  costs: [],
  cost: Number.NaN,
  trainAccuracy: Number.NaN,
  testAccuracy: Number.NaN,
  seconds: 0.25,
  diverged: 7,
};

const markupOf = async (results: readonly SweepResult[]) =>
  (await Promise.all(sweepFigures(results).map(drawn))).map(({ html }) => html).join('\n');
const textsOf = (html: string) =>
  parse(`<main>${html}</main>`)
    .map(({ text }) => text.trim())
    .filter(Boolean);

test('the best first: by new samples, then by the cost; no number comes last', () => {
  const cheap = { ...results[3], cost: 0.1 };
  const order = bestFirst([diverged, results[2], results[3], cheap, results[5]]);
  expect(order).toEqual([results[5], cheap, results[3], results[2], diverged]);
});

test('a row for each', () => {
  const named = (result: SweepResult) =>
    Object.fromEntries(sweepRow(result).map((cell, i) => [sweepColumns[i], cell]));
  expect(named(results[1])).toEqual({
    'learning rate': '0.1',
    layers: '1',
    units: '2',
    test: '51.00 %',
    training: '61.00 %',
    cost: '7.000000',
    activation: 'tanh',
    seconds: '1.0',
  });
  expect(named({ ...results[0], cost: 2.5e29 })).toMatchObject({ cost: '2.500e+29' });
  expect(named(diverged)).toMatchObject({ test: '', cost: 'diverged at iteration 7' });
});

test('a whole grid: the heat table has every accuracy under its size, three charts, the table', async () => {
  const html = await markupOf(results);
  expect(faults(`<main>${html}</main>`)).toEqual([]);
  expect(html.match(/<svg/g)).toHaveLength(4);
  const heat = textsOf(`${html.slice(0, html.indexOf('</svg>') + 6)}</div></figure>`);
  // Sizes from small to large, whatever the order of the candidates.
  expect(heat.filter((text) => text.includes(' × ') && text.length < 8)).toEqual([
    '1 × 2',
    '1 × 4',
    '2 × 2',
    '2 × 4',
  ]);
  expect(heat.filter((text) => /^(0\.1|1)$/.test(text))).toEqual(['0.1', '1']);
  expect(heat.filter((text) => /^\d\d\.\d$/.test(text))).toEqual([
    '51.0',
    '50.0',
    '53.0',
    '52.0',
    '55.0',
    '54.0',
    '57.0',
    '56.0',
  ]);
  expect(html).toContain(
    'Best: 57.0 percent at a learning rate of 1 and 2 × 2 units. Worst: 50.0 percent at a learning rate of 0.1 and 1 × 4 units.',
  );
  expect(html.match(/<tr>/g)).toHaveLength(1 + 8);
});

test('runs that diverged or were not done have a sign in place of a number', async () => {
  const html = await markupOf([...results.slice(0, 5), diverged]);
  expect(faults(`<main>${html}</main>`)).toEqual([]);
  const texts = textsOf(`${html.slice(0, html.indexOf('</svg>') + 6)}</div></figure>`);
  expect(texts.filter((text) => text === '∞')).toHaveLength(1);
  expect(texts.filter((text) => text === '–')).toHaveLength(3 + 3);
  expect(texts.join(' ')).toContain('∞ diverged');
});

test.each([
  ['none', [], 0],
  ['one', results.slice(0, 1), 2],
  ['one that diverged', [diverged], 1],
] as const)('%s: what there is to draw', async (_, some, drawings) => {
  const html = await markupOf(some);
  expect(faults(`<main>${html}</main>`)).toEqual([]);
  expect(html.match(/<svg/g) ?? []).toHaveLength(drawings);
});

test('a heat table for each activation', async () => {
  const ofRelu = results.map((result) => ({
    ...result,
    candidate: { ...result.candidate, activation: relu },
  }));
  const html = await markupOf([...results, ...ofRelu]);
  expect(html.match(/in percent, (tanh|relu)/g)).toEqual([
    ...['in percent, tanh', 'in percent, relu'],
  ]);
});

test("the experiment's costs are those of PyTorch: all that one bit does not decide", () => {
  const { runs } = golden<{
    runs: {
      learningRate: number;
      depth: number;
      width: number;
      cost: number;
      testAccuracy: number;
      reach: number;
    }[];
  }>('sweep');
  const known = runs.filter(({ reach, learningRate }) => reach < 1e-9 && learningRate <= 1);
  expect(Object.keys(costsElsewhere)).toHaveLength(12);
  expect(Object.values(costsElsewhere)).toEqual(known.map(({ cost }) => Number(cost.toFixed(6))));
  // The best rate is at no edge, there as here.
  const best = runs.reduce((a, b) => (b.testAccuracy > a.testAccuracy ? b : a));
  expect(best.learningRate).toBe(1);
});
