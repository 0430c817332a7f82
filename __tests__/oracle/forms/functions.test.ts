import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { CheckError } from '../../../src/core/errors.js';
import { checkGradients } from '../../../src/oracle/checkGradients.js';
import { exportedSubject } from '../../../src/oracle/exported.js';
import { reportHtml } from '../../../src/oracle/report/html.js';
import { reportJson } from '../../../src/oracle/report/json.js';
import { reportText } from '../../../src/oracle/report/text.js';
import { anyBackend } from '../../support/backends.js';
import { expectFlatMemory } from '../../support/memory.js';
import { affine, batchNorm, conv, softmax, softmaxLoss } from './layers.js';

beforeEach(anyBackend);

const check = (module: object, seed = 1) =>
  expectFlatMemory(() =>
    checkGradients(exportedSubject(module as Record<string, unknown>, 'mine.mjs'), { seed }),
  );

/** The names of the gradients with whether they are right: { dx: true, dw: false }. */
const verdicts = async (module: object, seed?: number) =>
  Object.fromEntries((await check(module, seed)).parameters.map((p) => [p.name, p.passed]));

const layers = { affine, batchNorm, conv, softmax, softmaxLoss };
type Name = keyof typeof layers;

const names: Readonly<Record<Name, readonly string[]>> = {
  affine: ['dx', 'dw', 'db'],
  batchNorm: ['dx', 'dgamma', 'dbeta'],
  conv: ['dx', 'dw', 'db'],
  softmax: ['dx'],
  softmaxLoss: ['dx'],
};

describe.each(Object.keys(layers) as Name[])('%s', (name) => {
  test.each([1, 2])('is right, in the words of the module, with seed %i', async (seed) => {
    const all = Object.fromEntries(names[name].map((gradient) => [gradient, true]));
    expect(await verdicts(layers[name], seed)).toEqual(all);
  });
});

describe('a slip is caught, and it alone', () => {
  test('db as the mean over the N = 7 samples: 1/7 of it', async () => {
    const { backward } = affine;
    const wrong = (...args: Parameters<typeof backward>) => ({
      ...backward(...args),
      db: tf.mean(args[1], 0) as Tensor,
    });
    const { parameters } = await check({ ...affine, backward: wrong });
    expect(parameters.map(({ passed }) => passed)).toEqual([true, true, false]);
    expect(parameters[2].worst?.ratio).toBeCloseTo(1 / 7, 12);
  });

  test('batch norm that takes the mean and the variance for constants', async () => {
    const { backward } = batchNorm;
    const wrong = (...args: Parameters<typeof backward>) => {
      const [, dy, { gamma, std }] = args;
      return { ...backward(...args), dx: tf.div(tf.mul(dy, gamma), std) as Tensor };
    };
    expect(await verdicts({ ...batchNorm, backward: wrong })).toEqual({
      dx: false,
      dgamma: true,
      dbeta: true,
    });
  });

  test('a convolution whose dw is flipped', async () => {
    const { backward } = conv;
    const wrong = (...args: Parameters<typeof backward>) => {
      const [dx, dw, db] = backward(...args);
      return [dx, tf.reverse(dw, [2, 3]), db];
    };
    expect(await verdicts({ ...conv, backward: wrong })).toEqual({ dx: true, dw: false, db: true });
  });

  test('softmax element by element, as if it were a sigmoid', async () => {
    const backward = (t: typeof tf, dp: Tensor, p: Tensor) => t.mul(dp, t.mul(p, t.sub(1, p)));
    expect(await verdicts({ ...softmax, backward })).toEqual({ dx: false });
  });

  test('a loss whose mean is forgotten: 7 times', async () => {
    const { backward } = softmaxLoss;
    const wrong = (...args: Parameters<typeof backward>) => ({
      dx: tf.mul(backward(...args).dx, 7),
    });
    const { parameters } = await check({ ...softmaxLoss, backward: wrong });
    expect(parameters.map(({ passed }) => passed)).toEqual([false]);
    expect(parameters[0].worst?.ratio).toBeCloseTo(7, 12);
  });

  test('a gradient that is not returned', async () => {
    const backward = (...args: Parameters<typeof affine.backward>) => {
      const { dx, dw } = affine.backward(...args);
      return { dx, dw };
    };
    const { parameters } = await check({ ...affine, backward });
    expect(parameters.map(({ passed }) => passed)).toEqual([true, true, false]);
    expect(parameters[2].problem).toBe('the backward pass does not return it');
  });

  test('of two outputs, the one whose gradient is dropped', async () => {
    const { backward } = twoOutputs;
    const wrong = (t: typeof tf, d: Douts, x: Tensor) =>
      backward(t, { ...d, dh: t.zerosLike(d.dh) }, x);
    expect(await verdicts(twoOutputs)).toEqual({ dx: true });
    expect(await verdicts({ ...twoOutputs, backward: wrong })).toEqual({ dx: false });
  });
});

type Douts = { dout: Tensor; dh: Tensor };

/** out = x², h = Σ x: dx = 2 x dout + dh */
const twoOutputs = {
  shapes: { x: ['N', 'D'] },
  forward: (t: typeof tf, x: Tensor) => ({ out: t.square(x), h: t.sum(x, 1, true), cache: x }),
  backward: (t: typeof tf, { dout, dh }: Douts, x: Tensor) => ({
    dx: t.add(t.mul(2, t.mul(x, dout)), dh) as Tensor,
  }),
};

describe('the ways to write it', () => {
  const { forward, backward, shapes } = twoOutputs;

  test.each<[string, object]>([
    [
      'the douts one after the other',
      {
        backward: (t: typeof tf, dout: Tensor, dh: Tensor, cache: Tensor) =>
          backward(t, { dout, dh }, cache),
      },
    ],
    [
      'the douts by the names of the outputs',
      {
        backward: (t: typeof tf, douts: { out: Tensor; h: Tensor }, cache: Tensor) =>
          backward(t, { dout: douts.out, dh: douts.h }, cache),
      },
    ],
    [
      'an array of both and the cache',
      {
        forward: (t: typeof tf, x: Tensor) => {
          const { out, h } = forward(t, x);
          return [out, h, x];
        },
        backward: (t: typeof tf, dout: Tensor, dh: Tensor, cache: Tensor) => [
          backward(t, { dout, dh }, cache).dx,
        ],
      },
    ],
    [
      'the cache first',
      {
        backward: (t: typeof tf, cache: Tensor, dout: Tensor, dh: Tensor) =>
          backward(t, { dout, dh }, cache),
      },
    ],
    [
      'inputs by name, no cache',
      {
        backward: (t: typeof tf, dout: Tensor, dh: Tensor, x: Tensor) =>
          backward(t, { dout, dh }, x),
      },
    ],
    [
      'one of them alone',
      {
        backward: (t: typeof tf, dout: Tensor, cache: Tensor) => ({
          grad_x: t.mul(2, t.mul(cache, dout)),
        }),
      },
    ],
    [
      'one of them, as the module says',
      {
        outputs: ['out'],
        backward: (t: typeof tf, d: Tensor, cache: Tensor) => t.mul(2, t.mul(cache, d)),
      },
    ],
  ])('%s', async (_, other) => {
    expect(await verdicts({ shapes, forward, ...other })).toEqual({ dx: true });
  });

  test('named functions, arrays, and inputs called X and Y', async () => {
    const module = {
      shapes: { X: ['N', 'D'], W: ['D', 'M'], Y: ['M'] },
      affine_forward: (t: typeof tf, X: tf.Tensor2D, W: tf.Tensor2D, Y: Tensor) => [
        t.add(t.matMul(X, W), Y),
        [X, W],
      ],
      affine_backward: (t: typeof tf, dout: tf.Tensor2D, [X, W]: tf.Tensor2D[]) => [
        t.matMul(dout, W, false, true),
        t.matMul(X, dout, true, false),
        t.sum(dout, 0),
      ],
    };
    expect(await verdicts(module)).toEqual({ dX: true, dW: true, dY: true });
    const { affine_backward } = module;
    const swapped = (...args: Parameters<typeof affine_backward>) => {
      const [dX, dW, dY] = affine_backward(...args);
      return [t2(dX), dW, dY];
    };
    const t2 = (dX: Tensor) => tf.mul(2, dX);
    expect(await verdicts({ ...module, affine_backward: swapped })).toEqual({
      dX: false,
      dW: true,
      dY: true,
    });
  });

  test('inputs in an object, tokens among them', async () => {
    type In = { tokens: tf.Tensor2D; E: tf.Tensor2D };
    const module = {
      shapes: { tokens: ['B', 'T'], E: ['V', 'D'] },
      integers: { tokens: 'V' },
      forward: (t: typeof tf, { tokens, E }: In) => ({
        out: t.gather(E, tokens),
        cache: { tokens, V: E.shape[0] },
      }),
      backward: (
        t: typeof tf,
        dout: tf.Tensor3D,
        { tokens, V }: { tokens: tf.Tensor2D; V: number },
      ) => {
        const rows = t.cast(
          t.oneHot(t.reshape(tokens, [-1]) as tf.Tensor1D, V),
          'float32',
        ) as tf.Tensor2D;
        return {
          dE: t.matMul(rows, t.reshape(dout, [-1, dout.shape[2]]) as tf.Tensor2D, true, false),
        };
      },
    };
    expect(await verdicts(module)).toEqual({ dE: true });
    // The last token wins, as with an assignment in a loop: where a token comes twice this is wrong.
    const last = (
      t: typeof tf,
      dout: tf.Tensor3D,
      { tokens, V }: { tokens: tf.Tensor2D; V: number },
    ) => {
      const D = dout.shape[2];
      const dE = new Float64Array(V * D);
      const [ids, d] = [tokens.dataSync(), dout.dataSync()];
      ids.forEach((id, i) => {
        dE.set(d.slice(i * D, (i + 1) * D), id * D);
      });
      return { dE: t.tensor(dE, [V, D]) };
    };
    expect(await verdicts({ ...module, backward: last })).toEqual({ dE: false });
  });

  test('given numbers: of x = (1, 2), w = 3, d(w x) by w is Σ x dout', async () => {
    const module = {
      inputs: { x: [1, 2], w: 3, y: [0, 1] },
      forward: (t: typeof tf, x: Tensor, w: Tensor, y: Tensor) => ({
        out: t.mul(w, t.mul(x, t.add(1, y))),
        cache: [x, w, y],
      }),
      backward: (t: typeof tf, dout: Tensor, [x, w, y]: Tensor[]) => {
        const scaled = t.mul(dout, t.add(1, y));
        return { dx: t.mul(w, scaled), dw: t.sum(t.mul(x, scaled)) };
      },
    };
    const { parameters } = await check(module);
    expect(parameters.map(({ name, shape, passed }) => [name, shape, passed])).toEqual([
      ['dx', [2], true],
      ['dw', [], true],
    ]);
    const twice = {
      ...module,
      backward: (...args: Parameters<typeof module.backward>) => ({
        ...module.backward(...args),
        dw: tf.mul(2, module.backward(...args).dw),
      }),
    };
    expect(await verdicts(twice)).toEqual({ dx: true, dw: false });
  });
});

test('the report speaks of dx, dw and db, as text, JSON and HTML', async () => {
  const wrong = (...args: Parameters<typeof affine.backward>) => ({
    ...affine.backward(...args),
    dw: tf.neg(affine.backward(...args).dw),
  });
  const report = await check({ ...affine, backward: wrong });
  expect(reportText(report)).toMatch(/^WRONG: dw \(1 of 3 gradients\)\./);
  expect(reportJson(report).parameters.map(({ name, shape }) => [name, shape])).toEqual([
    ['dx', [7, 5]],
    ['dw', [5, 3]],
    ['db', [3]],
  ]);
  expect(reportHtml(report, { title: 'affine' })).toContain('dw');
});

describe('what cannot be understood', () => {
  const { forward, backward } = affine;
  test.each<[string, object, string | RegExp]>([
    [
      'no shapes',
      { forward, backward },
      'mine.mjs does not say what to check it on. Name the sides of its inputs, export const shapes = { x: [',
    ],
    [
      'an input without a shape',
      { ...affine, shapes: { x: ['N', 'D'], w: ['D', 'M'] } },
      /forward: it takes b, and nothing says what it is\. Name its sides in shapes/,
    ],
    [
      'integers of no input',
      { ...affine, integers: { z: 'N' } },
      'integers: there is no input z, only x, w, b.',
    ],
    [
      'integers without a bound',
      { ...affine, integers: ['x'] },
      "integers: what do the whole numbers of x stay below? Write integers = { x: 'C' }",
    ],
    [
      'ragged inputs',
      { forward, backward, inputs: { x: [[1, 2], [3]] } },
      'inputs: x is no tensor and no array of finite numbers with rows of one length.',
    ],
    [
      'a number for out',
      { ...affine, forward: () => 3 },
      'forward: it returns a number; it must return { out, cache }, [out, cache] or a tensor.',
    ],
    [
      'no tensor beside the cache',
      { ...affine, forward: (_: unknown, x: Tensor) => ({ cache: x }) },
      'forward: it returns { cache } without a tensor beside the cache.',
    ],
    [
      'not enough gradients',
      { ...affine, backward: (t: typeof tf, dout: Tensor) => [dout, t.neg(dout)] },
      'backward: it returns an array of 2; it must hold dx, dw, db, in this order',
    ],
    [
      'an output of no name',
      { ...affine, outputs: ['y'] },
      'outputs: it returns no y, only out, cache.',
    ],
    [
      'log of drawn numbers',
      {
        shapes: { x: ['N'] },
        forward: (t: typeof tf, x: Tensor) => t.log(x),
        backward: (_: typeof tf, dout: Tensor, x: Tensor) => tf.div(dout, x),
      },
      'forward gives NaN for numbers drawn from both sides of 0. Give numbers for which it is finite',
    ],
    [
      'more than dout and a cache',
      {
        ...affine,
        backward: (_t: typeof tf, dout: Tensor, a: Tensor, b2: Tensor) => [dout, a, b2],
      },
      'backward: it takes a, b2: what are they?',
    ],
    [
      'several layers',
      { a_forward: forward, a_backward: backward, b_forward: forward, b_backward: backward },
      'mine.mjs exports several layers: a_forward, b_forward.',
    ],
  ])('%s', async (_, module, message) => {
    const checked = check(module);
    await expect(checked).rejects.toThrow(CheckError);
    await expect(checked).rejects.toThrow(message);
  });
});
