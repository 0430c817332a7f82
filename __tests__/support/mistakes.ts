import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { tanh } from '../../src/core/activations.js';
import type { Layer } from '../../src/core/layer.js';
import { dense } from '../../src/core/layers.js';

/** The way back of a linear step, each line apart, so that one of them can be wrong. */
type Lines = Record<
  'dW' | 'db' | 'dAPrev',
  (dZ: Tensor2D, APrev: Tensor2D, W: Tensor2D) => Tensor2D
>;

const right: Lines = {
  dW: (dZ, APrev) => tf.div(tf.matMul(dZ, APrev, false, true), dZ.shape[1]),
  db: (dZ) => tf.div(tf.sum(dZ, 1, true), dZ.shape[1]),
  dAPrev: (dZ, _, W) => tf.matMul(W, dZ, true, false),
};

/**
 * The mistakes that people make, and the gradients that each spoils when it stands in layer 2.
 * Where a transpose is lost the shapes fit only if the layer is square and m is its size.
 */
export const mistakes: [name: string, wrong: Partial<Lines>, spoils: string[]][] = [
  ['no mistake', {}, []],
  [
    'no 1/m',
    {
      dW: (dZ, APrev) => tf.matMul(dZ, APrev, false, true),
      db: (dZ) => tf.sum(dZ, 1, true),
    },
    ['dW2', 'db2'],
  ],
  ['no 1/m in db', { db: (dZ) => tf.sum(dZ, 1, true) }, ['db2']],
  ['1/n in place of 1/m', { db: (dZ) => tf.mean(dZ, 0, true) }, ['db2']],
  ['no transpose in dW', { dW: (dZ, APrev) => tf.div(tf.matMul(dZ, APrev), dZ.shape[1]) }, ['dW2']],
  ['no transpose in dA_prev', { dAPrev: (dZ, _, W) => tf.matMul(W, dZ) }, ['dW1', 'db1']],
  ['a flipped sign in dW', { dW: (...args) => tf.neg(right.dW(...args)) }, ['dW2']],
  ['a flipped sign in db', { db: (...args) => tf.neg(right.db(...args)) }, ['db2']],
  [
    'a flipped sign in dA_prev',
    { dAPrev: (...args) => tf.neg(right.dAPrev(...args)) },
    ['dW1', 'db1'],
  ],
  ['db without the sum', { db: (dZ) => tf.div(dZ, dZ.shape[1]) }, ['db2']],
  ['dW times 1.001', { dW: (...args) => tf.mul(1.001, right.dW(...args)) }, ['dW2']],
  ['db times 1.001', { db: (...args) => tf.mul(1.001, right.db(...args)) }, ['db2']],
  [
    'dA_prev times 1.001',
    { dAPrev: (...args) => tf.mul(1.001, right.dAPrev(...args)) },
    ['dW1', 'db1'],
  ],
  ['a NaN in dW', { dW: (...args) => tf.mul(Number.NaN, right.dW(...args)) }, ['dW2']],
  ['dW that is zero', { dW: (_dZ, _APrev, W) => tf.zerosLike(W) }, ['dW2']],
];

/** A dense layer whose way back is written with a mistake. */
export function mistaken(units: number, wrong: Partial<Lines>): Layer {
  const layer = dense(units, tanh);
  const lines = { ...right, ...wrong };
  return {
    ...layer,
    backward: (dA, { params }, cache) => {
      const { APrev, Z, A } = cache as Record<'APrev' | 'Z' | 'A', Tensor2D>;
      const dZ = tanh.backward(dA, { Z, A }) as Tensor2D;
      const W = params.W as Tensor2D;
      return {
        grads: { dW: lines.dW(dZ, APrev, W), db: lines.db(dZ, APrev, W) },
        dX: () => lines.dAPrev(dZ, APrev, W),
      };
    },
  };
}
