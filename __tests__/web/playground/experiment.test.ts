import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { backward, forward } from '../../../src/core/network.js';
import { equation } from '../../../src/report/equation.js';
import { equationsOf, rowsOf, slopeOf, type Term } from '../../../web/playground/equations.js';
import { Experiment, gridOf, squareAbout } from '../../../web/playground/experiment.js';
import { type Inside, insideOf, laidOpen } from '../../../web/playground/layerInside.js';
import { prove, verdict } from '../../../web/playground/proof.js';
import { choiceOf, type SetName, sets } from '../../../web/playground/sets.js';
import { hiddenActivations, type Settings, usual } from '../../../web/playground/settings.js';

const golden = JSON.parse(
  readFileSync(new URL('../../goldens/planar.json', import.meta.url), 'utf8'),
);

const clouds: Settings = {
  ...usual,
  set: 'clouds',
  points: 60,
  noise: 1,
  hidden: [
    { units: 5, activation: 'relu' },
    { units: 3, activation: 'leakyRelu' },
    { units: 4, activation: 'sigmoid' },
  ],
  start: 'course',
  rate: 0.1,
};

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('an experiment', () => {
  test("the usual one has the course's costs", async () => {
    const flower = new Experiment(usual);
    // Six digits of float32; behind 1000 iterations they spread, as docs/decisions/planar-numbers.md says.
    expect((await flower.score()).cost).toBeCloseTo(golden.costs[0], 6);
    for (let i = 0; i < 1000; i++) flower.step();
    const { cost, accuracy } = await flower.score();
    expect(Math.abs(cost - golden.costs[1000])).toBeLessThan(1e-6);
    expect(accuracy).toBeGreaterThan(0.88);
    expect(flower.iteration).toBe(1000);
    flower.dispose();
  });

  test.each(Object.keys(sets) as SetName[])(
    '%s learns, and leaves no tensor behind',
    async (set) => {
      const before = tf.memory().numTensors;
      const { points, noise = 0 } = choiceOf(set);
      const experiment = new Experiment({
        ...usual,
        set,
        points,
        noise,
        start: 'course',
        rate: 0.2,
      });
      const G = gridOf(squareAbout(experiment.set), 6);
      const held = tf.memory().numTensors;
      const first = await experiment.score();
      for (let i = 0; i < 30; i++) {
        experiment.step();
        await experiment.score();
        const { ZL, hidden } = await experiment.over(G, { wantsHidden: true });
        expect(ZL.shape).toEqual([experiment.set.classes === 2 ? 1 : experiment.set.classes, 36]);
        expect(hidden.map(({ shape }) => shape)).toEqual([[4, 36]]);
        await insideOf(experiment, 1);
        await insideOf(experiment, 2);
        expect(tf.memory().numTensors).toBe(held);
      }
      expect((await experiment.score()).cost).toBeLessThan(first.cost);
      experiment.dispose();
      G.dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  test('a step that fails leaves the parameters and no tensor', () => {
    const experiment = new Experiment(usual);
    const before = tf.memory().numTensors;
    const { params } = experiment;
    experiment.rate = Number.NaN;
    expect(() => experiment.step()).toThrow('the learning rate is NaN');
    expect(experiment.params).toBe(params);
    expect(experiment.iteration).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
    experiment.dispose();
  });
});

describe('a layer laid open', () => {
  test.each([
    ['2-4-1', usual],
    ['softmax behind three layers', clouds],
  ])('%s: dW and db are those of core/, bit by bit', (_, settings) => {
    const { network, params, X, Y } = new Experiment(settings);
    const { caches } = forward(network, params, X);
    const grads = backward(network, params, caches, Y);
    laidOpen(network, params, X, Y).forEach((step, i) => {
      for (const name of ['dW', 'db'] as const) {
        expect([...step[name]!.dataSync()]).toEqual([...grads[`${name}${i + 1}`].dataSync()]);
      }
    });
  });

  /** The terms of an equation's left and right side, worked out in plain numbers. */
  const product = (A: number[][], B: number[][]) =>
    A.map((row) => B[0].map((_, j) => row.reduce((sum, a, k) => sum + a * B[k][j], 0)));
  const zip = (A: number[][], B: number[][], f: (a: number, b: number) => number) =>
    A.map((row, i) => row.map((a, j) => f(a, B[i][j])));
  const near = (A: number[][], B: number[][]) => {
    expect(A.length).toBe(B.length);
    zip(A, B, (a, b) => {
      expect(Math.abs(a - b)).toBeLessThan(1e-5 * Math.max(1, Math.abs(b)));
      return 0;
    });
  };

  test.each([1, 2, 3, 4])(
    'layer %i of four: what stands beside an equation fulfils it',
    async (l) => {
      const experiment = new Experiment(clouds);
      for (let i = 0; i < 20; i++) experiment.step();
      const inside = await insideOf(experiment, l);
      const i = 7;
      const [{ lines: ahead }, { lines: back }, { lines: update }] = equationsOf(
        experiment.network,
        l,
      );
      const numbers = (line: { terms: readonly (Term | string)[] }) =>
        line.terms
          .filter((term): term is Term => typeof term !== 'string')
          .map((term) => rowsOf(term, inside, i));

      const [z, W, aPrev, b] = numbers(ahead[0]);
      near(
        z,
        zip(product(W, aPrev), b, (p, q) => p + q),
      );
      const [dz, left, right] = numbers(back[0]);
      near(dz, zip(left, right, l === 4 ? (a, y) => a - y : (da, slope) => da * slope));
      if (l > 1) {
        const [dAPrev, WT, dzAgain] = numbers(back[3]);
        near(dAPrev, product(WT, dzAgain));
      }
      const [WNext, WNow, dW] = numbers(update[0]);
      near(
        WNext,
        zip(WNow, dW, (w, dw) => w - clouds.rate * dw),
      );
      // dW and db are the means of every sample's own share.
      const { m } = experiment.set;
      const shares = Array.from({ length: m }, (_, k) => sampleShare(inside, back[1].terms, k));
      near(dW, mean(shares));
      const [db] = numbers(back[2]);
      near(
        db,
        mean(Array.from({ length: m }, (_, k) => rowsOf(back[2].terms[2] as Term, inside, k))),
      );
      experiment.dispose();
    },
  );

  function sampleShare(inside: Inside, terms: readonly (Term | string)[], k: number) {
    const [, dz, aPrevT] = terms.filter((term): term is Term => typeof term !== 'string');
    return product(rowsOf(dz, inside, k), rowsOf(aPrevT, inside, k));
  }
  const mean = (all: number[][][]) =>
    all[0].map((row, r) =>
      row.map((_, c) => all.reduce((sum, each) => sum + each[r][c], 0) / all.length),
    );

  test.each([...hiddenActivations.values()])('KaTeX reads the slope of $name', (activation) => {
    const tex = slopeOf(activation, 2);
    expect(tex).not.toMatch(/[²∘?]/);
    expect(String(equation(tex))).toContain('<math');
  });

  test('KaTeX reads every equation of a network', () => {
    const { network } = new Experiment(clouds);
    const lines = [1, 2, 3, 4].flatMap((l) =>
      equationsOf(network, l).flatMap(({ lines }) => lines),
    );
    expect(lines).toHaveLength(4 * 7 + 3 + 1);
    for (const { tex } of lines) expect(String(equation(tex))).toContain('<math');
  });
});

test('the check holds the backward pass of the page', async () => {
  const experiment = new Experiment(clouds);
  const before = tf.memory().numTensors;
  const report = await prove(experiment);
  expect(report.passed).toBe(true);
  expect(report.precision).toBe('float64');
  const count = 5 * 3 + 3 * 6 + 4 * 4 + 6 * 5;
  expect(report.checked.autodiff).toBe(count);
  expect(verdict(report)).toContain(`${count} numbers agree with automatic differentiation`);
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.memory().numTensors).toBe(before);
  experiment.dispose();
});
