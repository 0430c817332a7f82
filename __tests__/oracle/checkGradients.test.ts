import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { CheckError } from '../../src/core/errors.js';
import { backward, cost, forward } from '../../src/core/network.js';
import type { Params } from '../../src/core/tensors.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { checkGradients } from '../../src/oracle/checkGradients.js';
import type { Subject } from '../../src/oracle/subject.js';
import { anyBackend } from '../support/backends.js';
import { build, gradientCases, title } from '../support/goldens.js';
import { relativeError } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

type Backward = Subject['backward'];
type Forward = Subject['forward'];

/** Logistic regression, which is right. */
const logistic = {
  shapes: { X: ['n_x', 'm'], Y: [1, 'm'], W1: [1, 'n_x'], b1: [1, 1] },
  forward: (_, { W1, b1 }, X, Y) => {
    const A = tf.sigmoid(tf.add(tf.matMul(W1, X), b1)); // (1, m)
    const logs = tf.add(tf.mul(Y, tf.log(A)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, A))));
    return { cost: tf.neg(tf.div(tf.sum(logs), X.shape[1]!)), cache: { A } };
  },
  backward: (_, _params, X, Y, cache) => {
    const m = X.shape[1]!;
    const dZ = tf.sub((cache as { A: Tensor2D }).A, Y) as Tensor2D; // (1, m)
    return {
      dW1: tf.div(tf.matMul(dZ, X as Tensor2D, false, true), m),
      db1: tf.div(tf.sum(dZ, 1, true), m),
    };
  },
} satisfies Subject;

const withForward = (
  change: (result: ReturnType<Forward>, ...args: Parameters<Forward>) => unknown,
) =>
  ({
    ...logistic,
    forward: (...args: Parameters<Forward>) => change(logistic.forward(...args), ...args),
  }) as unknown as Subject;

const withBackward = (
  change: (grads: ReturnType<Backward>, ...args: Parameters<Backward>) => unknown,
) =>
  ({
    ...logistic,
    backward: (...args: Parameters<Backward>) => change(logistic.backward(...args), ...args),
  }) as unknown as Subject;

/** The message of the error that the check ends with; memory and backend are as before. */
async function errorOf(subject: Subject): Promise<string> {
  const backend = tf.getBackend();
  let message = 'no error';
  await expectFlatMemory(async () => {
    const error = await checkGradients(subject).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(CheckError);
    message = (error as Error).message;
  });
  expect(tf.getBackend()).toBe(backend);
  expect(message).not.toContain('\n');
  return message;
}

/** The report; memory and backend are as before. */
async function reportOf(subject: Subject, options = {}) {
  const backend = tf.getBackend();
  const report = await expectFlatMemory(() => checkGradients(subject, options));
  expect(tf.getBackend()).toBe(backend);
  return report;
}

const problemsOf = ({ parameters }: Awaited<ReturnType<typeof checkGradients>>) =>
  parameters.flatMap(({ name, problem }) => (problem ? [`${name}: ${problem}`] : []));

beforeEach(anyBackend);

describe('what is right', () => {
  test('passes, with every element counted', async () => {
    const report = await reportOf(logistic);
    expect(report).toMatchObject({
      passed: true,
      precision: 'float64',
      backend: FLOAT64,
      checked: { autodiff: 8, differences: 8, directions: 0 }, // 7 weights and a bias
      skipped: 0,
      causes: [],
      notes: [],
    });
    expect(report.maxRelativeError).toBeLessThan(1e-12);
    expect(report.stages.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      'dZ1 right',
      'dW1 right',
      'db1 right',
    ]);
  });

  test('of more elements than the samples a few, and a direction of each parameter', async () => {
    const { checked } = await reportOf(logistic, { samples: 3 });
    expect(checked).toEqual({ autodiff: 8, differences: 4, directions: 1 }); // 3 of W1, and b1
  });

  test('in float32 it passes within looser bounds, and the report says so', async () => {
    const report = await reportOf(logistic, { backend: 'cpu' });
    expect(report).toMatchObject({ passed: true, precision: 'float32', backend: 'cpu' });
    expect(report.checked.differences).toBe(0);
    expect(report.notes).toEqual([
      'Checked in float32 on cpu: relative errors up to 0.0001 pass, and no differences of the cost were taken.',
    ]);
  });

  test('params, X and Y as tensors of another backend stay alive, and as they were', async () => {
    const params = { W1: tf.tensor2d([[0.5, -0.25]]), b1: tf.tensor2d([[0.125]]) };
    const [X, Y] = [tf.tensor2d([[1, 2, -1], [0, 1, 3]]), tf.tensor2d([[1, 0, 1]])]; // biome-ignore format: as it reads
    const { passed } = await reportOf({ ...logistic, params, X, Y });
    expect(passed).toBe(true);
    expect(params.W1.arraySync()).toEqual([[0.5, -0.25]]);
    tf.dispose([params, X, Y]);
  });

  test('its tolerance is an option', async () => {
    const off = withBackward((grads) => ({ ...grads, dW1: tf.mul(grads.dW1, 1 + 1e-6) }));
    expect((await reportOf(off)).passed).toBe(false);
    expect((await reportOf(off, { relative: 1e-5 })).passed).toBe(true);
  });
});

describe('PyTorch', () => {
  test.each(gradientCases.map((c) => [title(c), c] as const))(
    '%s: cost, dW and db to 1e-12, and the check agrees',
    async (_, golden) => {
      await tf.setBackend(FLOAT64);
      const { network, params, X, Y } = build(golden);
      const subject: Subject = {
        params,
        X,
        Y,
        forward: (_, params, X, Y) => {
          const { caches } = forward(network, params as Params, X as Tensor2D);
          return { cost: cost(network, params as Params, caches, Y as Tensor2D), cache: caches };
        },
        backward: (_, params, _X, Y, cache) =>
          backward(
            network,
            params as Params,
            cache as Parameters<typeof backward>[2],
            Y as Tensor2D,
          ),
      };
      tf.tidy(() => {
        const { cost, cache } = subject.forward(tf, params, X, Y);
        expect(Math.abs(cost.dataSync()[0] / golden.cost - 1)).toBeLessThanOrEqual(1e-12);
        for (const [name, grad] of Object.entries(subject.backward(tf, params, X, Y, cache))) {
          const expected = golden[name as 'dW1'].flat();
          expect(grad.size).toBe(expected.length);
          expect(relativeError(grad.dataSync(), expected)).toBeLessThanOrEqual(1e-12);
        }
      });
      const report = await reportOf(subject, { samples: 4 });
      expect(report).toMatchObject({ passed: true, causes: [] });
      expect(report.maxRelativeError).toBeLessThanOrEqual(1e-11);
      tf.dispose([params, X, Y]);
    },
  );
});

describe('functions that do not do what they should are said to, in one line', () => {
  // biome-ignore format: a table
  test.each<[string, Subject, string]>([
    ['backward gives nothing', withBackward(() => undefined),
      'backward returns nothing; it must return the gradients by their names, { dW1, db1 }.'],
    ['backward gives a tensor', withBackward(({ dW1 }) => dW1),
      'backward returns a tensor; it must return the gradients by their names, { dW1, db1 }.'],
    ['backward gives plain numbers', withBackward((grads) => ({ ...grads, db1: grads.db1.arraySync() })),
      'backward returns an array for db1; return the tensor itself, without dataSync or arraySync.'],
    ['backward is async', withBackward(async (grads) => grads),
      'backward returns a promise; a pass is synchronous. Take away async, and data() where it is awaited.'],
    ['forward is async', withForward(async (result) => result),
      'forward returns a promise; a pass is synchronous. Take away async, and data() where it is awaited.'],
    ['backward frees X', withBackward((grads, _tf, _params, X) => { X.dispose(); return grads; }),
      'backward disposes X, which is not its own. Leave the inputs alive.'],
    ['forward frees W1', withForward((result, _tf, { W1 }) => { W1.dispose(); return result; }),
      'forward disposes W1, which is not its own. Leave the inputs alive.'],
    ['a gradient is freed', withBackward((grads) => { grads.db1.dispose(); return grads; }),
      'backward returns db1 disposed: a tf.tidy around it has freed it. Return it from the tidy.'],
    ['forward gives no cost', withForward(() => ({})),
      'forward returns an object; it must return { cost, cache } with the cost as a scalar tensor.'],
    ['the cost is a number', withForward(({ cost }) => ({ cost: cost.dataSync()[0] })),
      'forward returns a cost that is a number; return the scalar tensor itself, without dataSync.'],
    ['the cost is not summed', withForward(({ cache }) => ({ cost: (cache as { A: Tensor }).A, cache })),
      'forward returns a cost of the shape (1, 5); it must be one number. Is a sum or mean missing?'],
    ['the cost is NaN', withForward(({ cost, cache }) => ({ cost: tf.log(tf.neg(cost)), cache })),
      'The cost is NaN at the point of the check. Give params, X and Y for which it is finite.'],
    ['an operation without a kernel', withForward(({ cost, cache }) => ({ cost: tf.add(cost, tf.sum(tf.topk((cache as { A: Tensor }).A).values)), cache })),
      'The double-precision backend has no kernel TopK.'],
    ['nothing to check on', { ...logistic, shapes: undefined },
      'There is nothing to check on: give params, X and Y, or shapes such as'],
  ])('%s', async (_, subject, message) => {
    expect(await errorOf(subject)).toContain(message);
  });

  test('randomness in the forward pass', async () => {
    let seed = 1;
    const dropout = withForward(({ cost, cache }) => {
      const noise = tf.randomUniform([], 0, 1, 'float32', seed++);
      return { cost: tf.mul(cost, noise), cache };
    });
    expect(await errorOf(dropout)).toMatch(
      /^forward gives two costs for the same input, .* and .*: it draws random numbers or keeps a state\./,
    );
  });

  test('an operation without a gradient', async () => {
    const subject = withForward(({ cost, cache }, _tf, { W1 }) => {
      const finite = tf.cast(tf.isFinite(W1), 'float32');
      return { cost: tf.mul(cost, tf.min(finite)), cache };
    });
    expect(await errorOf(subject)).toBe(
      'The forward pass uses IsFinite, which TensorFlow.js cannot differentiate. Write this step with other operations.',
    );
  });

  test.each(['forward', 'backward'])('%s throws: with the line of the user', async (name) => {
    const folder = join(temporaryFolder(), 'work');
    mkdirSync(folder);
    const path = join(folder, 'mine.mjs');
    writeFileSync(
      path,
      `export function ${name}(tf, { W1 }) {\n  throw new TypeError('no, ' + W1.rank);\n}\n`,
    );
    const module = (await import(pathToFileURL(path).href)) as Partial<Subject>;
    expect(await errorOf({ ...logistic, ...module })).toMatch(
      new RegExp(`^${name} throws: no, 2 \\(.*mine\\.mjs:2:9\\)$`),
    );
  });

  test('shapes that do not fit together: the message of the operation', async () => {
    const subject = withBackward((_grads, _tf, { W1 }) => tf.matMul(W1, W1));
    expect(await errorOf(subject)).toMatch(/^backward: matMul: a is \(1, 7\) and b is \(1, 7\)/);
  });
});

describe('gradients that cannot be compared are said to be', () => {
  // biome-ignore format: a table
  test.each<[string, Subject, string, string]>([
    ['missing', withBackward(({ dW1 }) => ({ dW1 })),
      'db1: the backward pass does not return it', 'missing'],
    ['of another shape', withBackward(({ dW1 }) => ({ dW1, db1: tf.zeros([2, 3]) })),
      'db1: it is (2, 3), but b1 is (1, 1)', 'shape'],
    ['NaN', withBackward(({ dW1 }) => ({ dW1, db1: tf.fill([1, 1], Number.NaN) })),
      'db1: it holds NaN at [0, 0]', 'not-finite'],
  ])('%s', async (_, subject, problem, id) => {
    const report = await reportOf(subject);
    expect(report.passed).toBe(false);
    expect(problemsOf(report)).toEqual([problem]);
    expect(report.causes.map(({ id, where }) => [id, where])).toEqual([[id, ['db1']]]);
  });

  test('one too many: a note', async () => {
    const report = await reportOf(withBackward((grads) => ({ ...grads, dW2: tf.scalar(1) })));
    expect(report.passed).toBe(true);
    expect(report.notes).toEqual(['backward returns dW2, and there is no such parameter.']);
  });

  test('a parameter that the cost does not reach', async () => {
    const subject: Subject = {
      ...logistic,
      forward: (t, { W1 }, X, Y) => logistic.forward(t, { W1, b1: tf.zeros([1, 1]) }, X, Y),
    };
    const report = await reportOf(subject);
    expect(report.passed).toBe(false);
    expect(problemsOf(report)).toEqual(['db1: the cost does not depend on b1']);
    expect(report.causes.map(({ id }) => id)).toEqual(['unreached']);
  });

  test('a gradient that stops on its way through the forward pass', async () => {
    const subject: Subject = {
      ...logistic,
      forward: (t, { W1, b1 }, X, Y) =>
        logistic.forward(t, { W1: tf.tensor(W1.arraySync() as number[][]), b1 }, X, Y),
    };
    const report = await reportOf(subject);
    expect(report.passed).toBe(false);
    expect(problemsOf(report)).toEqual([
      'dW1: autodiff does not reach W1, though the cost depends on it: something stops the gradient in the forward pass',
    ]);
    expect(report.causes[0]).toMatchObject({ id: 'forward', where: ['dW1'] });
    expect(report.causes[0].sentence).toContain('the fault is in the forward pass');
  });

  test('a gradient that stops on one of two ways: the backward pass is not accused', async () => {
    const subject = withForward(({ cost, cache }, _tf, { W1 }) => {
      const squares = tf.scalar(tf.sum(tf.square(W1)).dataSync()[0]);
      return { cost: tf.add(cost, squares), cache };
    });
    const report = await reportOf(subject);
    expect(report.passed).toBe(false);
    expect(report.causes.map(({ id, where }) => [id, where])).toEqual([['forward', ['dW1']]]);
    const [dW1] = report.parameters;
    expect(dW1.comparisons.handToAutodiff).toBeLessThan(1e-12);
    expect(dW1.comparisons.autodiffToDifferences).toBeGreaterThan(0.1);
  });

  test('tensors that leak are counted', async () => {
    const held: Tensor[] = [];
    const subject = withBackward((grads) => {
      held.push(tf.keep(tf.neg(grads.dW1)), tf.keep(tf.neg(grads.db1)));
      return grads;
    });
    const { notes, passed } = await checkGradients(subject);
    expect(passed).toBe(true);
    expect(notes).toEqual(['Each pass leaks 2 tensors that tf.keep or tf.variable holds on to.']);
    tf.dispose(held);
  });
});

describe('kinks', () => {
  /** J = 1/m Σ relu(W X + b), or |W X + b|. */
  const rectified = (g: (Z: Tensor) => Tensor, slope: (Z: Tensor) => Tensor): Subject => ({
    ...logistic,
    forward: (_, { W1, b1 }, X) => {
      const Z = tf.add(tf.matMul(W1, X), b1);
      return { cost: tf.div(tf.sum(g(Z)), X.shape[1]!), cache: Z };
    },
    backward: (_, _params, X, _Y, Z) => {
      const dZ = slope(Z as Tensor) as Tensor2D;
      return {
        dW1: tf.div(tf.matMul(dZ, X as Tensor2D, false, true), X.shape[1]!),
        db1: tf.div(tf.sum(dZ, 1, true), X.shape[1]!),
      };
    },
  });
  const relu = rectified(
    (Z) => tf.relu(Z),
    (Z) => tf.step(Z),
  );
  const absolute = rectified(
    (Z) => tf.abs(Z),
    (Z) => tf.sign(Z),
  );
  const params = { W1: [[1, 2]], b1: [[0]] };
  const Y = [[0, 0]];
  // The second sample's Z is the given one; only the second weight and the bias move it.
  const at = (Z: number) => ({ params, Y, X: [[3, 0], [-1, Z / 2]] }); // biome-ignore format: as it reads

  test.each([
    ['relu', relu],
    ['|Z|', absolute],
  ])('%s within reach of 0: those coordinates are skipped and counted', async (_, subject) => {
    const report = await reportOf({ ...subject, ...at(1e-5) });
    expect(report).toMatchObject({ passed: true, skipped: 1, causes: [] }); // b1: W1[0,1] moves Z by 1e-8 at most
    expect(report.checked).toMatchObject({ autodiff: 3, differences: 2 });
  });

  test.each([
    ['relu', relu],
    ['|Z|', absolute],
  ])('%s at 0 itself', async (_, subject) => {
    const report = await reportOf({ ...subject, ...at(0) });
    expect(report).toMatchObject({ passed: true, skipped: 1, causes: [] });
  });

  test.each([
    ['relu', relu],
    ['|Z|', absolute],
  ])('%s away from 0: nothing is skipped', async (_, subject) => {
    const report = await reportOf({ ...subject, ...at(0.5) });
    expect(report).toMatchObject({ passed: true, skipped: 0 });
  });

  test('what is wrong is caught beside a kink', async () => {
    const wrong: Subject = {
      ...relu,
      backward: (...args) => {
        const { dW1, db1 } = relu.backward(...args);
        return { dW1: tf.mul(dW1, 2), db1 };
      },
    };
    const report = await reportOf({ ...wrong, ...at(1e-5) });
    expect(report).toMatchObject({ passed: false, skipped: 1 });
    expect(report.parameters.map(({ passed }) => passed)).toEqual([false, true]);
  });
});

test('a thousand tensors are not left behind by ten checks', async () => {
  await reportOf(logistic);
  await expectFlatMemory(async () => {
    for (let seed = 1; seed <= 10; seed++) await checkGradients(logistic, { seed });
  });
});
