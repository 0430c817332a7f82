import { expect, test } from '@jest/globals';
import type { Block } from '../../../src/report/blocks.js';
import { curveBlocks } from '../../../src/report/training/curves.js';
import { faults, parse } from '../markup.js';
import { textsOf } from './read.js';

const history = {
  unit: 'epoch' as const,
  cost: [[1, 0.7] as const, [2, 0.5] as const, [3, 0.25] as const],
  validationCost: [[1, 0.75] as const, [2, 0.5] as const, [3, 0.625] as const],
  metric: { name: 'accuracy', validation: [[1, 0.5] as const, [3, 0.875] as const] },
  learningRate: [[1, 0.1] as const, [2, 0.05] as const],
  best: 2,
};

/** What each drawing says of itself. */
const saidBy = (blocks: readonly Block[]) =>
  [
    ...blocks
      .map(({ html }) => html)
      .join('')
      .matchAll(/<svg[^>]* aria-label="([^"]*)"/g),
  ].map(([, alt]) => alt);

test('cost, metric and learning rate, with the best epoch marked', async () => {
  const blocks = await curveBlocks(history);
  expect(faults(blocks.map(({ html }) => html).join(''))).toEqual([]);
  expect(saidBy(blocks)).toEqual([
    'cost J: training goes from 0.7 at epoch 1 to 0.25 at epoch 3; validation goes from 0.75 at epoch 1 to 0.625 at epoch 3. The best is epoch 2.',
    'accuracy: validation goes from 0.5 at epoch 1 to 0.875 at epoch 3. The best is epoch 2.',
    'learning rate: training goes from 0.1 at epoch 1 to 0.05 at epoch 2. The best is epoch 2.',
  ]);
  expect(textsOf(blocks).filter((text) => text === 'best: epoch 2')).toHaveLength(3);
});

test('a learning rate that stays as it is has no chart', async () => {
  const constant = [[1, 0.1] as const, [2, 0.1] as const];
  expect(
    saidBy(await curveBlocks({ unit: 'epoch', cost: history.cost, learningRate: constant })),
  ).toHaveLength(1);
});

test('what is not finite is left out, and said', async () => {
  const cost = [...history.cost, [4, Number.POSITIVE_INFINITY] as const];
  const blocks = await curveBlocks({ unit: 'iteration', cost });
  expect(saidBy(blocks)[0]).toContain('to 0.25 at iteration 3.');
  expect(textsOf(blocks)).toContain('A value is not finite and left out.');
});

test('of very many values some, and the last', async () => {
  const cost = Array.from({ length: 2500 }, (_, i) => [i, 2 - i / 2500] as const);
  const [{ html }] = await curveBlocks({ unit: 'iteration', cost });
  const line = parse(html).find(
    ({ name, attributes }) => name === 'path' && attributes.stroke === 'var(--series-1)',
  )!;
  expect(line.attributes.d.split('L')).toHaveLength(834); // 0, 3, …, 2496 and 2499
  expect(String(html)).toContain('at iteration 2499.');
});

test('one epoch is a point', async () => {
  const [{ html }] = await curveBlocks({ unit: 'epoch', cost: [[1, 0.5]] });
  const dots = parse(html).filter(
    ({ name, attributes }) => name === 'path' && attributes.fill === 'var(--series-1)',
  );
  expect(dots).toHaveLength(1);
});

test('a run without costs says so', async () => {
  expect(textsOf(await curveBlocks({ unit: 'epoch', cost: [] }))).toEqual([
    'The run was stopped before its first cost.',
  ]);
});
