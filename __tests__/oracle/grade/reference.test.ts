import { beforeEach, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { exportedSubject } from '../../../src/oracle/exported.js';
import { verdictOf } from '../../../src/oracle/grade/grade.js';
import { besides, differences, lackOf, onTerms } from '../../../src/oracle/grade/reference.js';
import type { Tensors } from '../../../src/oracle/subject.js';
import { anyBackend } from '../../support/backends.js';
import { expectFlatMemory } from '../../support/memory.js';
import { affine } from '../forms/layers.js';
import { passes, wrong } from './rows.js';

beforeEach(anyBackend);

const differing = (reference: object, submission: object) =>
  expectFlatMemory(() =>
    differences(
      exportedSubject(reference as Record<string, unknown>, 'reference.mjs'),
      exportedSubject(onTerms({ ...reference }, { ...submission }), 'mine.mjs'),
    ),
  );

/** J = a/2 Σ w²: dw = a w, at w = (3, 4); J = 12.5 a. */
const squares = (a: number, dw: (w: Tensor) => Tensor = (w) => tf.mul(a, w)) => ({
  params: { w: [3, 4] },
  X: [0],
  Y: [0],
  forward: (_: unknown, { w }: Tensors) => ({ cost: tf.mul(a / 2, tf.sum(tf.square(w))) }),
  backward: (_: unknown, { w }: Tensors) => ({ dw: dw(w) }),
});

test('a network: its cost and its gradients, in numbers', async () => {
  expect(await differing(squares(1), squares(1))).toEqual([]);
  expect(await differing(squares(1), squares(2))).toEqual([
    'The cost is 25, that of the reference 12.5.',
    'dw is 2 times that of the reference.',
  ]);
  expect(
    await differing(
      squares(1),
      squares(1, (w) => tf.square(w)),
    ),
  ).toEqual(['dw is not that of the reference.']);
  expect(
    await differing(
      squares(1),
      squares(1, (w) => tf.sum(w)),
    ),
  ).toEqual(['dw is (), that of the reference (2).']);
  expect(await differing(squares(1), { ...squares(1), backward: () => ({}) })).toEqual([
    'dw is missing, which the reference returns.',
  ]);
});

test("a layer, on the reference's numbers alone", async () => {
  const { forward, backward } = affine;
  expect(await differing(affine, { forward, backward })).toEqual([]);
  // What it is to be checked on is not for the submission to say.
  expect(await differing(affine, { ...affine, shapes: { x: [1, 1], w: [1, 1], b: [1] } })).toEqual(
    [],
  );
  const shifted = (...args: Parameters<typeof forward>) => {
    const { out, cache } = forward(...args);
    return { out: tf.add(out, 1), cache };
  };
  expect(await differing(affine, { forward: shifted, backward })).toEqual([
    'The output is not that of the reference.',
  ]);
});

test('the functions of the reference have to be there', () => {
  const { forward, backward } = affine;
  expect(lackOf(affine, { forward })).toBe('backward');
  expect(lackOf(affine, { forward, backward, more: 1 })).toBeUndefined();
});

test('wrong by calculus, and another function, are told apart', () => {
  const other = besides(passes, ['dw is 2 times that of the reference.']);
  expect([verdictOf(other), other.passed]).toEqual(['differs', false]);
  expect(other.cause).toBe(
    'Right by calculus, but of another function: dw is 2 times that of the reference.',
  );
  const both = besides(wrong, ['dw is missing, which the reference returns.']);
  expect(verdictOf(both)).toBe('wrong');
  expect(both.cause).toBe(`${wrong.cause} dw is missing, which the reference returns.`);
  expect(besides(passes, [])).toEqual({ ...passes, differs: null });
  const same = besides(wrong, []); // a straight-through estimator, for one
  expect([verdictOf(same), same.differs]).toEqual(['pass', null]);
  expect(same.cause).toBe(`As in the reference, this is not by calculus: ${wrong.cause}`);
});
