import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { sigmoid, tanh } from '../../src/core/activations.js';
import { CheckError, HandgradError, ValueError } from '../../src/core/errors.js';
import { dense } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { subjectOf } from '../../src/oracle/check.js';
import { type CheckOptions, checkGradients } from '../../src/oracle/checkGradients.js';
import { scratch } from '../../src/oracle/scratch.js';
import type { Subject, Tensors } from '../../src/oracle/subject.js';
import { anyBackend } from '../support/backends.js';
import { build, gradientCases, title } from '../support/goldens.js';
import { type Rows, relativeError } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

// The backend of the caller, which each check leaves and comes back to.
beforeEach(anyBackend);
afterEach(() => {
  expect(tf.getBackend()).toBe('cpu');
});

const check = (subject: unknown, options?: CheckOptions) =>
  expectFlatMemory(() => checkGradients(subject as Subject, options));

/**
 * J = ½ Σ (W X + b - Y)²
 * dZ = W X + b - Y, dW = dZ Xᵀ, db = Σ dZ
 *
 * With these numbers dZ = (4, 7), dW = (18), db = (11).
 */
const regression = {
  params: { W: [[3]], b: [[1]] },
  X: [[1, 2]],
  Y: [[0, 0]],
  forward: (_: typeof tf, { W, b }: Tensors, X: tf.Tensor, Y: tf.Tensor) => {
    const dZ = tf.sub(tf.add(tf.matMul(W as Tensor2D, X as Tensor2D), b), Y);
    return { cost: tf.mul(0.5, tf.sum(tf.square(dZ))) as tf.Tensor, cache: dZ as unknown };
  },
  backward: (_: typeof tf, __: Tensors, X: tf.Tensor, ___: tf.Tensor, cache: unknown) => {
    const dZ = cache as Tensor2D;
    return { dW: tf.matMul(dZ, X as Tensor2D, false, true), db: tf.sum(dZ, 1, true) } as Tensors;
  },
};

/** The regression, whose gradients come out otherwise. */
const returning = (change: (grads: Tensors) => object) => ({
  ...regression,
  backward: (...args: Parameters<typeof regression.backward>) =>
    change(regression.backward(...args)),
});

/** J = f(W) and dW = f'(W) alone. */
const ofW = (W: Rows, f: (W: tf.Tensor) => tf.Tensor, dW: (W: tf.Tensor) => tf.Tensor) => ({
  params: { W },
  X: [[1]],
  Y: [[1]],
  forward: (_: typeof tf, { W }: Tensors) => ({ cost: tf.sum(f(W)) }),
  backward: (_: typeof tf, { W }: Tensors) => ({ dW: dW(W) }),
});

describe.each(gradientCases.map((c) => [title(c), c] as const))('PyTorch: %s', (_, golden) => {
  test('passes; by hand and by autodiff every dW and db to 1e-12', async () => {
    const { network: net } = scratch(() => build(golden));
    const passes = subjectOf(net, {});
    const names = golden.activations.flatMap((_, i) => [`W${i + 1}`, `b${i + 1}`] as const);
    const params = Object.fromEntries(names.map((name) => [name, golden[name as 'W1']]));
    const byHand: Record<string, number[]> = {};
    let J = Number.NaN;
    const subject = {
      ...passes,
      ...{ params, X: golden.X, Y: golden.Y },
      forward: (...args: Parameters<Subject['forward']>) => {
        const result = passes.forward(...args);
        if (Number.isNaN(J)) [J] = result.cost.dataSync();
        return result;
      },
      backward: (...args: Parameters<Subject['backward']>) => {
        const grads = passes.backward(...args);
        for (const [name, grad] of Object.entries(grads)) byHand[name] ??= [...grad.dataSync()];
        return grads;
      },
    };
    const report = await check(subject, { seconds: 60 }); // however busy the machine is

    expect(report).toMatchObject({ passed: true, precision: 'float64', backend: FLOAT64 });
    expect(report).toMatchObject({ causes: [], notes: [] });
    expect(Math.abs(J / golden.cost - 1)).toBeLessThan(1e-12);
    expect(report.parameters.map(({ name }) => name)).toEqual(names.map((name) => `d${name}`));
    for (const { name, comparisons } of report.parameters) {
      expect(relativeError(byHand[name], golden[name as 'dW1'].flat())).toBeLessThan(1e-12);
      expect(comparisons.handToAutodiff).toBeLessThan(1e-12);
      expect(comparisons.handToDifferences).toBeLessThan(1e-8);
      expect(comparisons.autodiffToDifferences).toBeLessThan(1e-8);
    }
    const total = Object.values(params).flat(2).length;
    const { autodiff, differences, directions } = report.checked;
    expect([autodiff, differences + report.skipped, directions]).toEqual([total, total, 0]);
  });
});

test('the stages of a network that is recognised are right', async () => {
  const net = network({ nX: 7, layers: [dense(1, sigmoid)], loss: binaryCrossEntropy });
  const shapes = { X: [7, 'm'], Y: [1, 'm'], W1: [1, 7], b1: [1, 1] };
  const { stages } = await check(subjectOf(net, { shapes }));
  expect(stages).toEqual(['dZ1', 'dW1', 'db1'].map((name) => ({ name, verdict: 'right' })));
});

// Each check sets the backend and waits: the other one must not find it changed.
test('two checks at once are both in double precision', async () => {
  const reports = await Promise.all([checkGradients(regression), checkGradients(regression)]);
  expect(reports.map(({ precision }) => precision)).toEqual(['float64', 'float64']);
});

describe('a wrong gradient', () => {
  test('is named, with its worst element', async () => {
    const report = await check(returning(({ dW, db }) => ({ dW, db: tf.mul(2, db) })));
    expect(report.passed).toBe(false);
    const [dW, db] = report.parameters;
    expect([dW.passed, db.passed]).toEqual([true, false]);
    expect(db.worst).toEqual({ index: [0, 0], hand: 22, oracle: 11, ratio: 2 });
    expect(db.comparisons).toMatchObject({ handToAutodiff: 1 });
    expect(db.comparisons.handToDifferences).toBeCloseTo(1, 8);
    expect(db.comparisons.autodiffToDifferences).toBeLessThan(1e-10);
  });

  test.each<[id: string, (grads: Tensors) => object, problem: string]>([
    ['missing', ({ dW }) => ({ dW }), 'the backward pass does not return it'],
    ['shape', (g) => ({ ...g, db: tf.ones([1, 2]) }), 'it is (1, 2), but b is (1, 1)'],
    ['not-finite', ({ dW, db }) => ({ dW, db: tf.mul(db, Number.NaN) }), 'it holds NaN at [0, 0]'],
  ])('%s: said as such, of this one alone', async (id, change, problem) => {
    const { passed, parameters, causes } = await check(returning(change));
    expect(passed).toBe(false);
    const wrong = parameters.filter((parameter) => !parameter.passed);
    expect(wrong.map((parameter) => [parameter.name, parameter.problem])).toEqual([
      ['db', problem],
    ]);
    expect(causes.map(({ id, where }) => [id, where])).toEqual([[id, ['db']]]);
  });

  test('is told before its cause is looked for, and nothing is told of right ones', async () => {
    const told: string[][] = [];
    const onVerdict: CheckOptions['onVerdict'] = (parameters) => {
      told.push(parameters.map(({ name, passed, cause }) => `${name} ${passed} ${cause}`));
    };
    await check(regression, { onVerdict });
    expect(told).toEqual([]);
    const { causes } = await check(
      returning(({ dW, db }) => ({ dW: tf.neg(dW), db })),
      { onVerdict },
    );
    expect(told).toEqual([['dW false undefined', 'db true undefined']]);
    expect(causes).toHaveLength(1);
  });

  test('infinite: said as such', async () => {
    const { passed, parameters } = await check(returning((g) => ({ ...g, dW: tf.div(g.dW, 0) })));
    expect([passed, parameters[0].problem]).toEqual([false, 'it holds Infinity at [0, 0]']);
  });

  test('NaN: the index of the first', async () => {
    const dW = () => tf.mul([[2, Number.NaN]], 1);
    const { parameters } = await check(ofW([[1, 2]], tf.square, dW));
    expect(parameters[0].problem).toBe('it holds NaN at [0, 1]');
  });

  test('of no parameter: a note, and no fault', async () => {
    const { passed, notes } = await check(returning((grads) => ({ ...grads, dZ: tf.scalar(1) })));
    expect({ passed, notes }).toEqual({
      passed: true,
      notes: ['backward returns dZ, and there is no such parameter.'],
    });
  });
});

describe('a fault in the forward pass', () => {
  test('a parameter that the cost does not reach', async () => {
    const report = await check({ ...regression, params: { ...regression.params, c: [[1]] } });
    expect(report.passed).toBe(false);
    expect(report.parameters[2]).toMatchObject({
      name: 'dc',
      passed: false,
      problem: 'the cost does not depend on c',
    });
  });

  const again = (W: tf.Tensor) => tf.tensor2d(W.arraySync() as number[][]);

  test.each<[string, (W: tf.Tensor) => tf.Tensor]>([
    ['a stop in the graph: autodiff does not reach W', (W) => tf.square(again(W))],
    ['a stop on one of two ways', (W) => tf.mul(W, again(W))],
  ])('%s: differences decide, and the report says so', async (_, f) => {
    const right = await check(ofW([[1, 2]], f, (W) => tf.mul(2, W)));
    expect(right).toMatchObject({ passed: true, causes: [] });
    expect(right.parameters[0].comparisons.handToDifferences).toBeLessThan(1e-9);
    expect(right.notes.join()).toMatch(/reads numbers back.* Differences of the cost alone decide/);
    const wrong = await check(ofW([[1, 2]], f, (W) => tf.mul(3, W)));
    expect(wrong.passed).toBe(false);
    expect(wrong.parameters[0].worst?.ratio).toBeCloseTo(1.5, 8);
  });

  test('what autodiff sees is not what the cost does: the forward pass is blamed', async () => {
    const stopped = ofW(
      [[1, 2]],
      (W) => tf.mul(W, again(W)),
      (W) => tf.mul(1, W),
    );
    const { passed, causes, parameters } = await check(stopped);
    expect(passed).toBe(false);
    expect(causes.map(({ id, where }) => [id, where])).toContainEqual(['forward', ['dW']]);
    expect(parameters[0].comparisons.autodiffToDifferences).toBeCloseTo(0.5, 8);
  });

  test('a dead relu layer passes, with a word', async () => {
    const { passed, notes } = await check(ofW([[-1, -2]], tf.relu, tf.step));
    expect(passed).toBe(true);
    expect(notes).toEqual([expect.stringMatching(/^dW is zero everywhere \(a dead relu\?\)/)]);
  });
});

describe('a kink at the point', () => {
  test('within reach of the step: skipped and counted, and nobody is accused', async () => {
    const report = await check(ofW([[1e-5, 1, -1, -1e-5]], tf.relu, tf.step));
    expect(report).toMatchObject({ passed: true, causes: [], skipped: 2 });
    expect(report.checked).toEqual({ autodiff: 4, differences: 2, directions: 0 });
  });

  test('|W| within reach of the step', async () => {
    const report = await check(ofW([[1e-5, 1, -1]], tf.abs, tf.sign));
    expect(report).toMatchObject({ passed: true, causes: [], skipped: 1 });
  });

  test('what is wrong beside it is caught', async () => {
    const report = await check(ofW([[1e-5, 1, -1]], tf.relu, (W) => tf.mul(2, tf.step(W))));
    expect(report).toMatchObject({ passed: false, skipped: 1 });
    expect(report.parameters[0].comparisons.handToDifferences).toBeCloseTo(1, 9);
  });

  // tfjs calls -1 the derivative of |x| at 0, and 1 that of max(x, 0); every number between is as right.
  test.each<[string, (W: tf.Tensor) => tf.Tensor, (W: tf.Tensor) => tf.Tensor]>([
    ['|W|', tf.abs, tf.sign],
    ['maximum(W, 0)', (W) => tf.maximum(W, 0), tf.step],
  ])('%s at exactly 0: the backward pass is not accused', async (_, f, dW) => {
    const { passed, causes } = await check(ofW([[0, 1]], f, dW));
    expect(passed || causes[0].id === 'forward').toBe(true);
  });

  // Which element is the largest, and on which side of a whole number it lies, is a branch too.
  test.each<[string, (W: tf.Tensor) => tf.Tensor, (W: tf.Tensor) => tf.Tensor]>([
    ['max(W)', (W) => tf.max(W), (W) => tf.cast(tf.equal(W, tf.max(W)), 'float32')],
    ['W floor(W)', (W) => tf.mul(W, tf.floor(W)), tf.floor],
  ])('%s within reach of a kink: nobody is accused', async (_, f, dW) => {
    expect(await check(ofW([[1, 1.00001]], f, dW))).toMatchObject({ passed: true });
  });

  test('a relu at exactly 0 has the derivative 0', async () => {
    expect(await check(ofW([[0, 1]], tf.relu, tf.step))).toMatchObject({
      passed: true,
      skipped: 1,
    });
  });
});

describe('functions that are no forward or backward pass: one clear line', () => {
  const folder = temporaryFolder();
  const random = () => tf.scalar(Math.random());
  let stateful = 0;

  type Row = [string, object, message: RegExp];
  const forwardIs = (name: string, forward: unknown, message: RegExp): Row => [
    name,
    { ...regression, forward },
    message,
  ];
  const backwardIs = (name: string, backward: unknown, message: RegExp): Row => [
    name,
    { ...regression, backward },
    message,
  ];
  const disposing =
    (
      pass: 'forward' | 'backward',
      pick: (params: Tensors, X: tf.Tensor, Y: tf.Tensor) => tf.Tensor,
    ) =>
    (...args: never[]) => {
      const returned = (regression[pass] as (...args: never[]) => unknown)(...args);
      const [, params, X, Y] = args as unknown as [unknown, Tensors, tf.Tensor, tf.Tensor];
      pick(params, X, Y).dispose();
      return returned;
    };
  const changed =
    (change: (cost: tf.Tensor) => unknown) =>
    (...args: Parameters<typeof regression.forward>) => {
      const { cost, cache } = regression.forward(...args);
      return { cost: change(cost), cache };
    };

  test.each<Row>([
    backwardIs(
      'backward gives nothing',
      () => undefined,
      /^backward returns nothing; .*{ dW, db }\.$/,
    ),
    backwardIs(
      'backward gives a tensor',
      () => tf.scalar(1),
      /^backward returns a tensor; it must/,
    ),
    backwardIs(
      'backward gives rows',
      () => ({ dW: [[1]] }),
      /^backward returns an array for dW; return/,
    ),
    backwardIs(
      'backward gives a number',
      () => ({ db: 1 }),
      /^backward returns a number for db; return/,
    ),
    backwardIs(
      'backward is async',
      async () => ({}),
      /^backward returns a promise; .*Take away async/,
    ),
    backwardIs(
      'backward frees a gradient',
      () => ({ dW: tf.tidy(() => [tf.ones([1, 1])])[0], db: scratch(() => tf.ones([1, 1])) }),
      /^backward returns db disposed: a tf\.tidy around it/,
    ),
    backwardIs(
      'the shapes do not fit',
      (_: typeof tf, __: Tensors, X: Tensor2D) => tf.matMul(X, X),
      /^backward: matMul: a is/,
    ),
    forwardIs(
      'forward is async',
      async () => ({}),
      /^forward returns a promise; .*Take away async/,
    ),
    forwardIs(
      'forward gives nothing',
      () => undefined,
      /^forward returns nothing; .*{ cost, cache }/,
    ),
    forwardIs(
      'the cost is a number',
      changed((J) => J.dataSync()[0]),
      /cost that is a number; .*without dataSync/,
    ),
    forwardIs(
      'the cost is no scalar',
      changed((J) => tf.fill([1, 2], J.dataSync()[0])),
      /shape \(1, 2\); it must be one number/,
    ),
    forwardIs(
      'the cost is NaN',
      changed((J) => tf.mul(J, Number.NaN)),
      /^The cost is NaN at the point/,
    ),
    forwardIs(
      'the cost is infinite',
      changed((J) => tf.div(J, 0)),
      /^The cost is Infinity at the point/,
    ),
    forwardIs(
      'forward draws',
      changed((J) => tf.mul(J, random())),
      /^forward gives two costs .*random numbers/,
    ),
    forwardIs(
      'forward keeps a state',
      changed((J) => tf.mul(J, ++stateful)),
      /^forward gives two costs .*keeps a state/,
    ),
    forwardIs(
      'no kernel',
      changed((J) =>
        tf.reshape(
          tf.conv3d(
            tf.reshape(J, [1, 1, 1, 1, 1]) as tf.Tensor5D,
            tf.ones([1, 1, 1, 1, 1]),
            1,
            'valid',
          ),
          [],
        ),
      ),
      /^forward: .* no kernel Conv3D/,
    ),
    forwardIs(
      'forward disposes W',
      disposing('forward', ({ W }) => W),
      /^forward disposes W, which is not its own/,
    ),
    forwardIs(
      'forward disposes X',
      disposing('forward', (_, X) => X),
      /^forward disposes X,/,
    ),
    backwardIs(
      'backward disposes b',
      disposing('backward', ({ b }) => b),
      /^backward disposes b,/,
    ),
    backwardIs(
      'backward disposes Y',
      disposing('backward', (_, __, Y) => Y),
      /^backward disposes Y,/,
    ),
  ])('%s', async (_, subject, message) => {
    await expectFlatMemory(async () => {
      const failing = checkGradients(subject as Subject);
      await expect(failing).rejects.toThrow(CheckError);
      await expect(failing).rejects.toThrow(message);
      await expect(failing).rejects.toThrow(/^.*$/);
    });
    expect(tf.getBackend()).toBe('cpu');
    // What is left on the tape of an error would spoil the next check.
    expect(await check(regression)).toMatchObject({ passed: true });
  });

  test.each(['forward', 'backward'])('%s throws: its own line is named', async (pass) => {
    const path = join(folder, `${pass}.mjs`);
    writeFileSync(
      path,
      "\nexport function pass(tf) {\n  tf.scalar(1);\n  throw new RangeError('not today');\n}\n",
    );
    const module = await import(pathToFileURL(path).href);
    await expectFlatMemory(async () => {
      const failing = checkGradients({ ...regression, [pass]: module.pass });
      await expect(failing).rejects.toThrow(CheckError);
      await expect(failing).rejects.toThrow(
        new RegExp(`^${pass} throws: not today \\(.*${pass}\\.mjs:4:\\d+\\)$`),
      );
    });
  });

  test('whichever run of forward throws', async () => {
    for (let n = 1; n <= 10; n++) {
      let runs = 0;
      const forward = changed((J) => {
        if (++runs === n) throw new RangeError(`run ${n}`);
        return J;
      });
      const subject = { ...regression, forward } as Subject;
      await expectFlatMemory(() =>
        expect(checkGradients(subject)).rejects.toThrow(`forward throws: run ${n}`),
      );
    }
  });

  test.each(['params', 'X', 'Y'])('without %s there is nothing to check on', async (name) => {
    const { [name as 'X']: _, ...rest } = regression;
    await expect(check(rest)).rejects.toThrow(CheckError);
    await expect(check(rest)).rejects.toThrow(
      /^There is nothing to check on: give params, X and Y/,
    );
  });

  test('shapes without Y', async () => {
    const { forward, backward } = regression;
    const subject = { forward, backward, shapes: { X: ['n', 'm'], W: [1, 'n'] } };
    await expect(check(subject)).rejects.toThrow(ValueError);
    await expect(check(subject)).rejects.toThrow('shapes: Y is missing.');
  });
});

test('tensors that are kept: a note says how many in each pass', async () => {
  const kept: tf.Tensor[] = [];
  const keep = (value: number) => kept.push(tf.keep(tf.scalar(value)));
  const report = await checkGradients({
    ...regression,
    forward: (...args) => {
      keep(1);
      return regression.forward(...args);
    },
    backward: (...args) => {
      keep(2);
      keep(3);
      return regression.backward(...args);
    },
  });
  tf.dispose(kept);
  expect(report.passed).toBe(true);
  expect(report.notes).toEqual([expect.stringMatching(/^Each pass leaks 3 tensors/)]);
});

describe('tensors that the caller brings', () => {
  const bring: [string, () => Tensors][] = [
    ['tensors', () => ({ W: tf.tensor2d([[3]]), b: tf.tensor2d([[1]]) })],
    [
      'variables',
      () => ({ W: tf.variable(tf.tensor2d([[3]])), b: tf.variable(tf.tensor2d([[1]])) }),
    ],
  ];

  test.each(bring)('%s stay the caller’s, as they are', async (_, make) => {
    const params = make();
    const X = tf.tensor2d([[1, 2]]);
    expect(await check({ ...regression, params, X })).toMatchObject({ passed: true });
    expect([params.W, params.b, X].map((tensor) => [...tensor.dataSync()])).toEqual([
      [3],
      [1],
      [1, 2],
    ]);
    tf.dispose([...Object.values(params), X]);
  });

  test('they outlive a pass that disposes its own', async () => {
    const W = tf.tensor2d([[3]]);
    const backward = (_: unknown, params: Tensors) => {
      params.W.dispose();
      return {};
    };
    const subject = { ...regression, params: { W, b: [[1]] }, backward };
    await expect(check(subject)).rejects.toThrow('backward disposes W');
    expect([...W.dataSync()]).toEqual([3]);
    W.dispose();
  });

  test('made in double precision they keep their digits', async () => {
    await tf.setBackend(FLOAT64);
    const W = tf.tensor2d([[0.1]]);
    const report = await check(ofW(W as never, tf.square, (W) => tf.mul(2, W)));
    expect(report.parameters[0].worst).toMatchObject({ hand: 0.2, oracle: 0.2 });
    expect(tf.getBackend()).toBe(FLOAT64);
    W.dispose();
    await anyBackend();
  });
});

describe('what a caller may give by mistake is a line of ours', () => {
  test.each<[string, object, CheckOptions]>([
    ['a backend that there is not', {}, { backend: 'nope' }],
    ['no parameters', { params: {} }, {}],
    ['a parameter without a value', { params: { W: undefined, b: [[1]] } }, {}],
    ['shapes that are no lists', { params: undefined, shapes: { X: [1], Y: [1], W: 'n' } }, {}],
  ])('%s', async (_, change, options) => {
    const constant = { forward: () => ({ cost: tf.scalar(1) }), backward: () => ({}) };
    const failing = checkGradients({ ...regression, ...constant, ...change } as Subject, options);
    await expect(failing).rejects.toThrow(HandgradError);
  });

  test('a cost that a tf.tidy freed is the fault of forward', async () => {
    const forward = (...args: Parameters<typeof regression.forward>) => ({
      cost: scratch(() => regression.forward(...args).cost),
    });
    await expect(checkGradients({ ...regression, forward })).rejects.toThrow(/^forward /);
  });
});

describe('options', () => {
  const squares = (factor: number) => ofW([[1, 2]], tf.square, (W) => tf.mul(2 * factor, W));
  const shifted = (by: number) => ofW([[0, 2]], tf.square, (W) => tf.add(tf.mul(2, W), by));
  const passes = async (subject: unknown, options?: CheckOptions) =>
    (await check(subject, options)).passed;

  test('relative: the largest error that passes, 1e-7 by default', async () => {
    expect(await passes(squares(1 + 9e-8))).toBe(true);
    expect(await passes(squares(1 + 1.1e-7))).toBe(false);
    expect(await passes(squares(1 + 1e-5), { relative: 2e-5 })).toBe(true);
    expect(await passes(squares(1 + 9e-8), { relative: 5e-8 })).toBe(false);
  });

  test('floor: what the smallest gradients are measured by, 1e-3 by default', async () => {
    expect(await passes(shifted(0.9e-10))).toBe(true);
    expect(await passes(shifted(1.1e-10))).toBe(false);
    expect(await passes(shifted(0.9e-7), { floor: 1 })).toBe(true);
    expect(await passes(shifted(0.9e-10), { floor: 1e-4 })).toBe(false);
  });

  // The formula is 4 h⁴ short of 5 W⁴.
  test('h: the step of the differences', async () => {
    const fifth = ofW(
      [[2]],
      (W) => tf.pow(W, 5),
      (W) => tf.mul(5, tf.pow(W, 4)),
    );
    expect(await passes(fifth)).toBe(true);
    const { passed, parameters, causes } = await check(fifth, { h: 0.1 });
    expect(passed).toBe(false);
    expect(parameters[0].comparisons.handToDifferences).toBeCloseTo(4e-4 / 80, 9);
    expect(causes[0].id).toBe('forward');
  });

  const wide = ofW([Array.from({ length: 40 }, (_, i) => i + 1)], tf.square, (W) => tf.mul(2, W));

  test('samples: so many elements of each parameter, and a direction', async () => {
    const { passed, checked } = await check(wide, { samples: 6 });
    expect(passed).toBe(true);
    expect(checked).toEqual({ autodiff: 40, differences: 6, directions: 1 });
  });

  test('seed: draws the probes, 1 by default', async () => {
    const { forward, backward } = regression;
    const probes = {
      shapes: { X: ['n', 'm'], Y: [1, 'm'], W: [1, 'n'], b: [1, 1] },
      forward,
      backward,
    };
    const gradient = async (seed?: number) => {
      const { passed, parameters } = await check(probes, seed === undefined ? {} : { seed });
      expect(passed).toBe(true);
      return parameters.map(({ worst }) => worst!.oracle);
    };
    expect(await gradient(5)).toEqual(await gradient(5));
    expect(await gradient(1)).toEqual(await gradient());
    expect(await gradient(5)).not.toEqual(await gradient(6));
  });

  describe("backend: 'cpu'", () => {
    const cpu = { backend: 'cpu' };

    test('checks in float32, and says so', async () => {
      const report = await check(regression, cpu);
      expect(report).toMatchObject({ passed: true, precision: 'float32', backend: 'cpu' });
      expect(report.checked).toEqual({ autodiff: 2, differences: 0, directions: 0 });
      expect(report.notes).toEqual([
        expect.stringMatching(/^Checked in float32 on cpu: relative errors up to 0\.0001 pass/),
      ]);
    });

    test('with a bound of 1e-4, or one that is given', async () => {
      expect(await passes(squares(1 + 5e-5), cpu)).toBe(true);
      expect(await passes(squares(1 + 5e-4), cpu)).toBe(false);
      expect(await passes(squares(1 + 5e-4), { ...cpu, relative: 1e-3 })).toBe(true);
    });
  });
});

// W1 1200, b1 30, W2 30, b2 1: more than 1,000 elements, so 8 of each parameter.
test('a network of 40 x 30: every element by autodiff, a sample by differences', async () => {
  const net = network({
    nX: 40,
    layers: [dense(30, tanh), dense(1, sigmoid)],
    loss: binaryCrossEntropy,
  });
  const shapes = { X: [40, 'm'], Y: [1, 'm'], W1: [30, 40], b1: [30, 1], W2: [1, 30], b2: [1, 1] };
  const { passed, checked, skipped } = await check(subjectOf(net, { shapes }));
  expect({ passed, skipped }).toEqual({ passed: true, skipped: 0 });
  expect(checked).toEqual({ autodiff: 1261, differences: 8 + 8 + 8 + 1, directions: 3 });
});
