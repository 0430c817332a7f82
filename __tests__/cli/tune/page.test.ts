import { expect, test } from '@jest/globals';
import type { TrainOptions } from '../../../src/cli/commands/train.js';
import type { Result } from '../../../src/cli/tune/journal.js';
import { tunePage } from '../../../src/cli/tune/page.js';
import { type Outcome, resultTable } from '../../../src/cli/tune/results.js';
import { rankedSoFar } from '../../../src/cli/tune/search.js';
import { faults, parse } from '../../report/markup.js';

const usual: TrainOptions = {
  ...{ seed: 1, backend: 'cpu', save: 'models/x', checkpointEvery: 30, compile: true },
  ...{ activation: 'relu', check: false },
};

/** Candidates with the accuracies, or the errors, that they reach; undefined for one that diverged. */
function outcomeOf(
  values: readonly Partial<TrainOptions>[],
  scores: readonly (number | undefined)[],
  kind: 'accuracy' | 'rmse' = 'accuracy',
): Outcome {
  const candidates = values.map((one) => ({ ...usual, ...one }));
  const results = scores.map((score, index): Result => {
    const others = { index, budget: 3, done: 3, seconds: 0.25 };
    if (score === undefined) return { ...others, done: 1, curve: [] };
    return {
      ...others,
      score: [kind === 'accuracy' ? score : -score],
      metrics: kind === 'accuracy' ? { accuracy: score, logLoss: 0.5 } : { rmse: score, r2: 0.25 },
      curve: [
        [1, 4],
        [2, 3],
        [3, 2],
      ],
    };
  });
  return {
    candidates,
    ranked: rankedSoFar(candidates, results),
    journal: { find: (index) => results[index] },
    unit: 'epoch',
  };
}

const pageOf = (found: Outcome) => tunePage(found, [['data', 'flowers']]);
const textsOf = (page: string) =>
  parse(page)
    .map(({ text }) => text.trim())
    .filter(Boolean);

const rates = [0.1, 0.01, 1];
const grid = rates.flatMap((learningRate) =>
  [[16, 8], [8]].map((layers) => ({ learningRate, layers })),
);

test('two that vary: a heat table, rates by their size and layers as they were asked for', async () => {
  const found = outcomeOf(grid, [61, 62, 63, 64, undefined, 66]);
  const page = await pageOf({ ...found, ranked: found.ranked.filter(({ index }) => index !== 5) });
  expect(faults(page)).toEqual([]);
  const texts = textsOf(page.slice(page.indexOf('<svg'), page.indexOf('</svg>') + 6));
  expect(texts.filter((text) => /^(16-8|8)$/.test(text))).toEqual(['16-8', '8']);
  expect(texts.filter((text) => /^(0\.1|0\.01|1)$/.test(text))).toEqual(['0.01', '0.1', '1']);
  expect(texts.filter((text) => /^(\d\d\.\d|∞|–)$/.test(text))).toEqual([
    ...['63.0', '64.0', '61.0', '62.0', '∞', '–'],
  ]);
  expect(page).toContain('∞ diverged; – not tried');
  expect(page.match(/<svg/g)).toHaveLength(2);
});

test('one that varies, or three: a chart for each, and the curves of the best', async () => {
  const one = await pageOf(
    outcomeOf(
      rates.map((learningRate) => ({ learningRate })),
      [1, 2, 3],
    ),
  );
  expect(faults(one)).toEqual([]);
  expect(one.match(/<svg/g)).toHaveLength(2);
  expect(one).toContain('3 with 1');
  const three = grid.flatMap((values) => [
    { ...values, augment: ['flip' as const] },
    { ...values, augment: undefined },
  ]);
  const errors = three.map((_, i) => i + 1);
  const page = await pageOf(outcomeOf(three, errors, 'rmse'));
  expect(faults(page)).toEqual([]);
  expect(page.match(/<svg/g)).toHaveLength(4);
  // With less error the first is the best, and its layers are 16-8: the first with 8 has 3.
  expect(page).toContain('1 with 16-8, 3 with 8');
  expect(page).toContain('a line for each candidate; they end at 2 with learning rate 0.1');
});

test('all diverged, or only one candidate: no figure is needed', async () => {
  const lost = await pageOf(outcomeOf(grid.slice(0, 2), [undefined, undefined]));
  expect(faults(lost)).toEqual([]);
  expect(lost).toContain('diverged');
  const single = await pageOf(outcomeOf(grid.slice(0, 1), [50]));
  expect(faults(single)).toEqual([]);
  expect(single.match(/<svg/g)).toHaveLength(1);
});

test('the table: what varies and what came of it, the best first, numbers to the right', async () => {
  const found = outcomeOf(grid.slice(0, 4), [61, undefined, 63.456, 64]);
  const { cells, numeric } = resultTable(found);
  expect(cells).toEqual([
    ['learning rate', 'layers', 'epochs', 'accuracy', 'log loss', 'seconds'],
    ['0.01', '8', '3', '64.00 %', '0.5000', '0.3'],
    ['0.01', '16-8', '3', '63.46 %', '0.5000', '0.3'],
    ['0.1', '16-8', '3', '61.00 %', '0.5000', '0.3'],
    ['0.1', '8', '1', 'diverged', '', '0.3'],
  ]);
  expect(numeric).toEqual([true, false, true, true, true, true]);
  const cellsOf = (page: string) => parse(page).filter(({ name }) => name === 'td');
  const classes = cellsOf(await pageOf(found)).map(({ attributes }) => attributes.class);
  expect(classes.slice(0, 6)).toEqual(numeric.map((is) => (is ? 'numeric' : undefined)));
  const [head, best] = resultTable(outcomeOf(grid.slice(0, 2), [2, 0.35], 'rmse')).cells;
  expect(head).toEqual(['layers', 'epochs', 'RMSE', 'R²', 'seconds']);
  expect(best).toEqual(['8', '3', '0.3500', '0.2500', '0.3']);
});
