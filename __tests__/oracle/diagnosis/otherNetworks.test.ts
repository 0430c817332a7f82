import { describe, expect, test } from '@jest/globals';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { checkGradients } from '../../../src/oracle/checkGradients.js';
import type { Subject, Tensors } from '../../../src/oracle/subject.js';

/*
 * What the matrix does not plant: networks that are not made of dense layers, of which only a wrong
 * gradient's own numbers speak, and dense ones that are written in other ways.
 */

/** What the gradients betray by themselves: what the code tells has tests of its own. */
const numbersAlone = { explainSeconds: 0 };

const causesOf = async (subject: Subject) =>
  (await checkGradients(subject, numbersAlone)).causes.map(
    ({ id, where }) => `${id} ${where.join(' ')}`,
  );

describe('a network that is not recognised', () => {
  const m = 5;
  type Change = (
    grads: Record<string, Tensor>,
    params: Tensors,
  ) => Record<string, Tensor | undefined>;

  /** J = 1/m Σ (P X Q)² + c², P and Q being square: no layer Z = W A + b is in it. */
  const bilinear = (change: Change): Subject => ({
    shapes: { X: [3, m], Y: [1, m], P: [3, 3], Q: [m, m], c: [1, 1] },
    forward: (_, { P, Q, c }, X) => {
      const PX = tf.matMul(P, X); // (3, m)
      const Z = tf.matMul(PX, Q); // (3, m)
      const J = tf.div(tf.sum(tf.square(Z)), m);
      return { cost: tf.add(J, tf.sum(tf.square(c))), cache: { PX, Z } };
    },
    backward: (_, params, X, _Y, cache) => {
      const { PX, Z } = cache as Record<string, Tensor2D>;
      const dZ = tf.div(tf.mul(2, Z), m); // (3, m)
      const dPX = tf.matMul(dZ, params.Q, false, true); // (3, m)
      const dP = tf.matMul(dPX, X, false, true) as Tensor;
      const dQ = tf.matMul(PX, dZ, true, false) as Tensor;
      const changed = change({ dP, dQ, dc: tf.mul(2, params.c) }, params);
      return changed as Record<string, Tensor>;
    },
  });

  test('passes where it is right', async () => {
    const report = await checkGradients(bilinear((grads) => grads));
    expect(report).toMatchObject({ passed: true, stages: [], causes: [] });
  });

  // biome-ignore format: a table
  test.each<[string, Change, string]>([
    ['1/m missing', (g) => ({ ...g, dP: tf.mul(g.dP, m) }), 'mean-missing dP'],
    ['1/m twice', (g) => ({ ...g, dP: tf.div(g.dP, m) }), 'mean-twice dP'],
    ['the sign', (g) => ({ ...g, dQ: tf.neg(g.dQ) }), 'sign dQ'],
    ['half', (g) => ({ ...g, dQ: tf.div(g.dQ, 2) }), 'factor-half dQ'],
    ['half a number', (g) => ({ ...g, dc: tf.div(g.dc, 2) }), 'factor-half dc'],
    ['a learning rate', (g) => ({ ...g, dP: tf.mul(g.dP, 0.03) }), 'constant-factor dP'],
    ['a learning rate on a number', (g) => ({ ...g, dc: tf.mul(g.dc, 0.03) }), 'constant-factor dc'],
    ['the parameter added', (g, { P }) => ({ ...g, dP: tf.add(g.dP, tf.mul(0.2, P)) }), 'regularisation-mis-scaled dP'],
    ['transposed', (g) => ({ ...g, dQ: tf.transpose(g.dQ) }), 'transposed dQ'],
    ['another shape', (g) => ({ ...g, dP: tf.reshape(g.dP, [9]) }), 'keepdims-missing dP'],
    ['mixed up', (g) => ({ ...g, dP: g.dQ, dQ: g.dP }), 'mixed-up dP dQ'],
    ['zero', (g) => ({ ...g, dP: tf.zerosLike(g.dP) }), 'zero dP'],
    ['a sine of it', (g) => ({ ...g, dP: tf.sin(g.dP) }), 'unknown dP'],
    ['a sine of a number', (g) => ({ ...g, dc: tf.sin(g.dc) }), 'unknown dc'],
    ['missing', ({ dQ, ...g }) => g, 'missing dQ'],
    ['two of a kind', (g) => ({ ...g, dP: tf.neg(g.dP), dc: tf.neg(g.dc) }), 'sign dP dc'],
  ])('%s', async (_, change, cause) => {
    expect(await causesOf(bilinear(change))).toEqual([cause]);
  });
});

describe('dense layers as others write them', () => {
  const shapes = { X: ['n_x', 'm'], Y: [1, 'm'], W: [1, 'n_x'], b: [1, 1] };
  const grads = (dZ: Tensor, X: Tensor) => ({
    dW: tf.div(tf.matMul(dZ as Tensor2D, X as Tensor2D, false, true), X.shape[1]!),
    db: tf.div(tf.sum(dZ, 1, true), X.shape[1]!),
  });

  // biome-ignore format: a table
  const forwards: [string, (Z: Tensor, Y: Tensor) => Tensor][] = [
    ['the cost from the logits, by softplus', (Z, Y) => tf.sub(tf.softplus(Z), tf.mul(Y, Z))],
    ['a sigmoid by exp', (Z, Y) => {
      const A = tf.div(1, tf.add(1, tf.exp(tf.neg(Z))));
      return tf.neg(tf.add(tf.mul(Y, tf.log(A)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, A)))));
    }],
  ];
  test.each(forwards)('%s', async (_, loss) => {
    const subject = (dZ: (A: Tensor, Y: Tensor) => Tensor): Subject => ({
      shapes,
      forward: (_, { W, b }, X, Y) => {
        const Z = tf.add(tf.matMul(W, X), b);
        return { cost: tf.div(tf.sum(loss(Z, Y)), X.shape[1]!), cache: tf.sigmoid(Z) };
      },
      backward: (_, _params, X, Y, A) => grads(dZ(A as Tensor, Y), X),
    });
    expect(await causesOf(subject(tf.sub))).toEqual([]);
    expect(await causesOf(subject((A, Y) => tf.sub(Y, A)))).toEqual(['sign dZ']);
    expect(await causesOf(subject((A) => A))).toEqual(['labels-missing dZ']);
  });

  test('without a bias', async () => {
    const subject = (factor: number): Subject => ({
      shapes: { X: ['n_x', 'm'], Y: [2, 'm'], W1: [2, 'n_x'] },
      labels: 'real',
      forward: (_, { W1 }, X, Y) => {
        const Z = tf.matMul(W1, X);
        return { cost: tf.div(tf.sum(tf.square(tf.sub(Z, Y))), X.shape[1]!), cache: Z };
      },
      backward: (_, _params, X, Y, Z) => {
        const { dW } = grads(tf.mul(factor, tf.sub(Z as Tensor, Y)), X);
        return { dW1: dW };
      },
    });
    expect(await causesOf(subject(2))).toEqual([]);
    // Without a bias dW1 and dZ1 give the same numbers; which of them it is shows in what backward makes.
    expect(await causesOf(subject(1))).toEqual(['factor-half dZ1']);
  });

  test('two kinds of mistakes at once: both, and what they spoil', async () => {
    const subject: Subject = {
      shapes,
      forward: (_, { W, b }, X, Y) => {
        const Z = tf.add(tf.matMul(W, X), b);
        const J = tf.div(tf.sum(tf.sub(tf.softplus(Z), tf.mul(Y, Z))), X.shape[1]!);
        return { cost: J, cache: tf.sigmoid(Z) };
      },
      backward: (_, _params, X, Y, A) => {
        const { dW, db } = grads(tf.sub(A as Tensor, Y), X);
        return { dW: tf.transpose(dW), db: tf.mul(db, X.shape[1]!) };
      },
    };
    const { causes } = await checkGradients(subject);
    expect(causes.map(({ id, where }) => [id, where])).toEqual([
      ['transposed', ['dW']],
      ['mean-missing', ['db']],
    ]);
    expect(causes[0].counterfactual).toBe('With these 2 corrections together both gradients pass.');
  });
});
