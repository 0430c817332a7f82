import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT64 } from '../../../src/float64/index.js';
import { checkGradients } from '../../../src/oracle/checkGradients.js';
import { type Cell, figuresOf, runMatrix } from './matrix.js';
import { mistakes } from './mistakes.js';
import { networks, plant } from './networks.js';
import { matrixTables } from './table.js';

/*
 * Every mistake in every network, on three draws. `npm run oracle-matrix` writes the same into
 * docs/oracle.md.
 */

const describeCell = ({ mistake, network, seed, expected, named }: Cell) =>
  `${mistake}, ${network}, seed ${seed}: expected ${expected}, named ${named}`;

describe('the planted mistakes', () => {
  let cells: readonly Cell[];
  beforeAll(async () => {
    cells = await runMatrix();
  }, 10 * 60_000);

  test('are many, and planted in every network', () => {
    const { planted, cells: all, notFitting, withoutEffect } = figuresOf(cells);
    expect(mistakes.length).toBeGreaterThanOrEqual(90);
    expect(new Set(mistakes.map(({ name }) => name)).size).toBe(mistakes.length);
    expect(all).toBe(mistakes.length * networks.length * 3);
    expect(planted + notFitting + withoutEffect).toBe(all);
    expect(planted).toBeGreaterThan(900);
    const nowhere = mistakes.filter(
      ({ name }) => !cells.some((cell) => cell.mistake === name && !cell.leftOut),
    );
    expect(nowhere).toEqual([]);
  });

  test('are caught, all of them', () => {
    const missed = cells.filter(({ leftOut, caught }) => !leftOut && !caught);
    expect(missed.map(describeCell)).toEqual([]);
  });

  test('are named, with their place, all of them', () => {
    const { planted, right, equal } = figuresOf(cells);
    const wrong = cells.filter(({ verdict }) => verdict === 'wrong');
    expect(wrong.map(describeCell)).toEqual([]);
    expect(right + equal).toBe(planted);
    // What is named otherwise by right, since the numbers are the same, stays the exception.
    expect(equal / planted).toBeLessThan(0.06);
  });

  test('are told in docs/oracle.md as they are: every figure and every cell', () => {
    const page = readFileSync(new URL('../../../docs/oracle.md', import.meta.url), 'utf8');
    expect(page).toContain(matrixTables(cells));
  });

  test('are never given a name where no form has them', () => {
    const names = mistakes.filter(({ cause }) => cause === 'unknown').map(({ name }) => name);
    const unforeseen = cells.filter(({ mistake, leftOut }) => names.includes(mistake) && !leftOut);
    expect(unforeseen.length).toBeGreaterThan(40);
    const given = unforeseen.filter(({ named }) => !named?.startsWith('unknown'));
    expect(given.map(describeCell)).toEqual([]);
  });
});

describe('without a mistake', () => {
  const variants = [undefined, 'l2', 'dropout'] as const;
  const all = networks.flatMap((network) => variants.map((variant) => ({ network, variant })));

  test.each(all)('$network.name, $variant: nothing is said', async ({ network, variant }) => {
    await tf.setBackend(FLOAT64);
    const { passed, causes, stages, notes } = await checkGradients(plant(network, 1, variant));
    expect({ passed, causes, notes }).toEqual({ passed: true, causes: [], notes: [] });
    // Every step is recognised: dZ, dW, db of each layer, and dA between them.
    const L = network.sizes.length - 1;
    expect(stages).toHaveLength(4 * L - 1);
    expect(stages.every(({ verdict }) => verdict === 'right')).toBe(true);
  });
});
