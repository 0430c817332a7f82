import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { tensor64 } from '../../../src/float64/index.js';
import { hidden, type Lines, m, type Pass, right, type Variant } from './networks.js';

/** A mistake as students make it, and what the check must say of it. */
export interface Mistake {
  readonly name: string;
  /** The id of the cause. */
  readonly cause: string;
  /**
   * Where it is made, one layer for each seed in turn: in the output layer, a hidden one, any one, one
   * that has another below it, one of several units or of one; or in all of them at once.
   */
  readonly layers: 'output' | 'hidden' | 'any' | 'above' | 'wide' | 'single' | 'all';
  readonly lines?: Partial<Lines>;
  /** The cause of a line that is wrong in another way than the rest. */
  readonly causes?: Partial<Record<keyof Lines, string>>;
  readonly returns?: (grads: Record<string, Tensor>, pass: Pass) => Record<string, Tensor>;
  /** What must be named, where it is not the lines that are wrong. */
  readonly where?: (L: number) => string[];
  readonly variant?: Variant;
}

type Line = (pass: Pass, l: number) => Tensor;

const product = (a: Tensor, b: Tensor) => tf.div(tf.matMul(a, b, false, true), m);
const decay: Line = ({ W, lambda }, l) => tf.mul(W(l), lambda / m);
const withA =
  (A: (pass: Pass, l: number) => Tensor): Line =>
  (pass, l) => {
    const data = product(pass.dZ(l), A(pass, l));
    return pass.lambda > 0 ? tf.add(data, decay(pass, l)) : data;
  };
const times =
  (line: keyof Lines, factor: number | ((pass: Pass, l: number) => number)): Line =>
  (pass, l) =>
    tf.mul(right[line](pass, l), typeof factor === 'number' ? factor : factor(pass, l));
const withSlope =
  (slope: (pass: Pass, l: number) => Tensor): Line =>
  (pass, l) =>
    tf.mul(pass.dA(l), slope(pass, l));
const withW =
  (W: (pass: Pass, l: number) => Tensor): Line =>
  (pass, l) =>
    tf.div(tf.mul(tf.matMul(W(pass, l), pass.dZ(l + 1)), pass.D(l)), pass.keep);
const withDecay =
  (share: number): Line =>
  (pass, l) =>
    tf.add(product(pass.dZ(l), pass.A(l - 1)), tf.mul(share, decay(pass, l)));
const alpha = 0.075;

const of = (name: 'W' | 'b') => (L: number) =>
  Array.from({ length: L }, (_, i) => `d${name}${i + 1}`);
const everything = (L: number) => [...of('W')(L), ...of('b')(L)];
const swapped = (a: string, b: string) => (grads: Record<string, Tensor>) =>
  a in grads && b in grads ? { ...grads, [a]: grads[b], [b]: grads[a] } : grads;

export const mistakes: readonly Mistake[] = [
  // Shapes
  {
    name: 'dW transposed',
    cause: 'transposed',
    layers: 'any',
    lines: { dW: (pass, l) => tf.transpose(right.dW(pass, l)) },
  },
  {
    name: 'db transposed',
    cause: 'transposed',
    layers: 'any',
    lines: { db: (pass, l) => tf.transpose(right.db(pass, l)) },
  },
  {
    name: 'db summed over axis 0',
    cause: 'wrong-axis',
    layers: 'any',
    lines: { db: ({ dZ }, l) => tf.div(tf.sum(dZ(l), 0, true), m) },
  },
  {
    name: 'db as the mean over axis 0',
    cause: 'wrong-axis',
    layers: 'any',
    lines: { db: ({ dZ }, l) => tf.mean(dZ(l), 0, true) },
  },
  {
    name: 'db without keepDims',
    cause: 'keepdims-missing',
    layers: 'any',
    lines: { db: ({ dZ }, l) => tf.div(tf.sum(dZ(l), 1), m) },
  },
  {
    name: 'db not summed',
    cause: 'not-summed',
    layers: 'any',
    lines: { db: ({ dZ }, l) => tf.div(dZ(l), m) },
  },
  {
    name: 'db = dZ',
    cause: 'not-summed',
    layers: 'any',
    lines: { db: ({ dZ }, l) => dZ(l) },
  },
  {
    name: 'db as one number, of one unit',
    cause: 'keepdims-missing',
    layers: 'single',
    lines: { db: ({ dZ }, l) => tf.div(tf.sum(dZ(l)), m) },
  },
  {
    name: 'db summed over everything',
    cause: 'summed-over-everything',
    layers: 'wide',
    lines: { db: ({ dZ }, l) => tf.div(tf.sum(dZ(l)), m) },
  },
  {
    name: 'db as the mean over everything',
    cause: 'summed-over-everything',
    layers: 'any',
    lines: { db: ({ dZ, b }, l) => tf.mul(tf.onesLike(b(l)), tf.mean(dZ(l))) },
  },
  {
    name: 'dW element-wise',
    cause: 'elementwise-product',
    layers: 'any',
    lines: { dW: ({ dZ, A }, l) => tf.div(tf.mul(dZ(l), A(l - 1)), m) },
  },
  {
    name: 'dW of the last sample alone',
    cause: 'not-accumulated',
    layers: 'any',
    lines: {
      dW: ({ dZ, A }, l) => product(lastColumn(dZ(l)), lastColumn(A(l - 1))),
      db: ({ dZ }, l) => tf.div(lastColumn(dZ(l)), m),
    },
  },
  // Constant factors
  {
    name: 'no 1/m in dW',
    cause: 'mean-missing',
    layers: 'any',
    lines: { dW: times('dW', m) },
  },
  {
    name: 'no 1/m in db',
    cause: 'mean-missing',
    layers: 'any',
    lines: { db: times('db', m) },
  },
  {
    name: 'no 1/m anywhere',
    cause: 'mean-missing',
    layers: 'all',
    lines: { dW: times('dW', m), db: times('db', m) },
  },
  {
    name: 'no 1/m in dW, with L2',
    cause: 'mean-missing',
    layers: 'any',
    variant: 'l2',
    lines: {
      dW: (pass, l) => tf.add(tf.matMul(pass.dZ(l), pass.A(l - 1), false, true), decay(pass, l)),
    },
  },
  {
    name: '1/m twice in dW',
    cause: 'mean-twice',
    layers: 'any',
    lines: { dW: times('dW', 1 / m) },
  },
  {
    name: '1/m twice in db',
    cause: 'mean-twice',
    layers: 'any',
    lines: { db: times('db', 1 / m) },
  },
  {
    name: '1/m twice everywhere',
    cause: 'mean-twice',
    layers: 'all',
    lines: { dW: times('dW', 1 / m), db: times('db', 1 / m) },
  },
  {
    name: '1/m inside dZ[L] as well',
    cause: 'mean-twice',
    layers: 'output',
    lines: { dZL: times('dZL', 1 / m) },
  },
  {
    name: '1/m inside a hidden dZ as well',
    cause: 'mean-twice',
    layers: 'hidden',
    lines: { dZ: times('dZ', 1 / m) },
  },
  {
    name: '1/n_prev for 1/m in dW',
    cause: 'wrong-divisor',
    layers: 'any',
    lines: { dW: times('dW', ({ A }, l) => m / A(l - 1).shape[0]) },
  },
  {
    name: '1/n for 1/m in db',
    cause: 'wrong-divisor',
    layers: 'wide',
    lines: { db: times('db', ({ Z }, l) => m / Z(l).shape[0]) },
  },
  {
    name: '1/n_y in dZ[L]',
    cause: 'outputs-mean-twice',
    layers: 'output',
    lines: { dZL: times('dZL', ({ nY }) => 1 / nY) },
  },
  {
    name: 'dZ[L] twice as large',
    cause: 'factor-2',
    layers: 'output',
    lines: { dZL: times('dZL', 2) },
  },
  {
    name: 'dZ[L] half as large',
    cause: 'factor-half',
    layers: 'output',
    lines: { dZL: times('dZL', 0.5) },
  },
  { name: 'dW twice as large', cause: 'factor-2', layers: 'any', lines: { dW: times('dW', 2) } },
  {
    name: 'db half as large',
    cause: 'factor-half',
    layers: 'any',
    lines: { db: times('db', 0.5) },
  },
  {
    name: 'dZ[L] = Y - A[L]',
    cause: 'sign',
    layers: 'output',
    lines: { dZL: times('dZL', -1) },
  },
  {
    name: 'the sign of a hidden dZ',
    cause: 'sign',
    layers: 'hidden',
    lines: { dZ: times('dZ', -1) },
  },
  { name: 'the sign of dW', cause: 'sign', layers: 'any', lines: { dW: times('dW', -1) } },
  { name: 'the sign of db', cause: 'sign', layers: 'any', lines: { db: times('db', -1) } },
  {
    name: 'every sign',
    cause: 'sign',
    layers: 'all',
    lines: { dW: times('dW', -1), db: times('db', -1) },
  },
  {
    name: 'the learning rate in dW',
    cause: 'constant-factor',
    layers: 'any',
    lines: { dW: times('dW', alpha) },
  },
  {
    name: 'the learning rate everywhere',
    cause: 'constant-factor',
    layers: 'all',
    lines: { dW: times('dW', alpha), db: times('db', alpha) },
  },
  // Regularisation
  {
    name: 'no λ/m W',
    cause: 'regularisation-missing',
    layers: 'any',
    variant: 'l2',
    lines: { dW: withDecay(0) },
  },
  {
    name: 'no λ/m W anywhere',
    cause: 'regularisation-missing',
    layers: 'all',
    variant: 'l2',
    lines: { dW: withDecay(0) },
  },
  {
    name: 'λ W for λ/m W',
    cause: 'regularisation-mis-scaled',
    layers: 'any',
    variant: 'l2',
    lines: { dW: withDecay(m) },
  },
  {
    name: 'λ/m W twice',
    cause: 'regularisation-mis-scaled',
    layers: 'all',
    variant: 'l2',
    lines: { dW: withDecay(2) },
  },
  {
    name: 'λ/(2m) W for λ/m W',
    cause: 'regularisation-mis-scaled',
    layers: 'all',
    variant: 'l2',
    lines: { dW: withDecay(0.5) },
  },
  {
    name: '- λ/m W',
    cause: 'regularisation-mis-scaled',
    layers: 'any',
    variant: 'l2',
    lines: { dW: withDecay(-1) },
  },
  {
    name: 'λ/m W where the cost has none',
    cause: 'regularisation-extra',
    layers: 'all',
    lines: { dW: (pass, l) => tf.add(right.dW(pass, l), tf.mul(0.09, pass.W(l))) },
  },
  {
    name: 'λ/m b as well',
    cause: 'regularisation-extra',
    layers: 'all',
    variant: 'l2',
    lines: { db: (pass, l) => tf.add(right.db(pass, l), tf.mul(pass.lambda / m, pass.b(l))) },
  },
  // Mixed up
  {
    name: 'dW1 and dW2 mixed up',
    cause: 'mixed-up',
    layers: 'all',
    returns: swapped('dW1', 'dW2'),
    where: () => ['dW1', 'dW2'],
  },
  {
    name: 'db1 and db2 mixed up',
    cause: 'mixed-up',
    layers: 'all',
    returns: swapped('db1', 'db2'),
    where: () => ['db1', 'db2'],
  },
  {
    name: 'db1 = dW1',
    cause: 'mixed-up',
    layers: 'all',
    returns: (grads) => ({ ...grads, db1: grads.dW1 }),
    where: () => ['db1'],
  },
  {
    name: 'dW1 = db1',
    cause: 'mixed-up',
    layers: 'all',
    returns: (grads) => ({ ...grads, dW1: grads.db1 }),
    where: () => ['dW1'],
  },
  {
    name: 'dW2 = dW1',
    cause: 'mixed-up',
    layers: 'all',
    returns: (grads) => ('dW2' in grads ? { ...grads, dW2: grads.dW1 } : grads),
    where: () => ['dW2'],
  },
  // What is returned
  {
    name: 'dW zero',
    cause: 'zero',
    layers: 'any',
    lines: { dW: ({ W }, l) => tf.zerosLike(W(l)) },
  },
  {
    name: 'db zero',
    cause: 'zero',
    layers: 'any',
    lines: { db: ({ b }, l) => tf.zerosLike(b(l)) },
  },
  {
    name: 'W - α dW for dW',
    cause: 'updated-parameter',
    layers: 'any',
    lines: { dW: (pass, l) => tf.sub(pass.W(l), tf.mul(alpha, right.dW(pass, l))) },
  },
  {
    name: 'every parameter updated, in place of its gradient',
    cause: 'updated-parameter',
    layers: 'all',
    lines: {
      dW: (pass, l) => tf.sub(pass.W(l), tf.mul(alpha, right.dW(pass, l))),
      db: (pass, l) => tf.sub(pass.b(l), tf.mul(alpha, right.db(pass, l))),
    },
    where: everything,
  },
  // The output
  {
    name: "σ'(Z) once too often in dZ[L]",
    cause: 'last-layer-as-hidden',
    layers: 'output',
    lines: {
      dZL: (pass) => {
        const AL = pass.A(pass.L);
        return tf.mul(right.dZL(pass, pass.L), tf.mul(AL, tf.sub(1, AL)));
      },
    },
  },
  {
    name: "the hidden layers' g' in dZ[L] as well",
    cause: 'last-layer-as-hidden',
    layers: 'output',
    lines: {
      dZL: (pass) => {
        const { network, L, A, Z } = pass;
        const last = network.hidden.at(-1);
        const dZ = right.dZL(pass, L);
        return last ? tf.mul(dZ, last.slope(Z(L), A(L))) : dZ;
      },
    },
  },
  {
    name: 'dZ[L] = dA[L]',
    cause: 'derivative-missing',
    layers: 'output',
    lines: {
      dZL: ({ A, L, Y, network }) => {
        const AL = A(L);
        if (network.output === 'softmax') return tf.neg(tf.div(Y, AL));
        return tf.sub(tf.div(tf.sub(1, Y), tf.sub(1, AL)), tf.div(Y, AL));
      },
    },
  },
  {
    name: 'dZ[L] = A[L]',
    cause: 'labels-missing',
    layers: 'output',
    lines: { dZL: ({ A, L }) => A(L) },
  },
  {
    name: 'dZ[L] = Z[L] - Y',
    cause: 'Z-for-A',
    layers: 'output',
    lines: { dZL: ({ Z, L, Y }) => tf.sub(Z(L), Y) },
  },
  {
    name: 'dZ[L] of a squared error',
    cause: 'another-loss',
    layers: 'output',
    lines: {
      dZL: (pass) => {
        const AL = pass.A(pass.L);
        const dAL = tf.mul(2 / pass.nY, tf.sub(AL, pass.Y));
        if (pass.network.output === 'sigmoid') return tf.mul(dAL, tf.mul(AL, tf.sub(1, AL)));
        return tf.mul(AL, tf.sub(dAL, tf.sum(tf.mul(dAL, AL), 0, true)));
      },
    },
  },
  // The derivative of the activation
  {
    name: "no g'(Z)",
    cause: 'derivative-missing',
    layers: 'hidden',
    lines: { dZ: ({ dA }, l) => dA(l) },
  },
  {
    name: "no g'(Z) in any layer",
    cause: 'derivative-missing',
    layers: 'all',
    lines: { dZ: ({ dA }, l) => dA(l) },
  },
  {
    name: "tanh' for g'",
    cause: 'derivative-of-another',
    layers: 'hidden',
    lines: { dZ: withSlope(({ whole, Z }, l) => hidden.tanh.slope(Z(l), whole(l))) },
  },
  {
    name: "relu' for g'",
    cause: 'derivative-of-another',
    layers: 'hidden',
    lines: { dZ: withSlope(({ Z }, l) => hidden.relu.slope(Z(l))) },
  },
  {
    name: "leaky relu' for g'",
    cause: 'derivative-of-another',
    layers: 'hidden',
    lines: { dZ: withSlope(({ Z }, l) => hidden.leakyRelu.slope(Z(l))) },
  },
  {
    name: "σ' of A for g'",
    cause: 'derivative-of-another',
    layers: 'hidden',
    lines: { dZ: withSlope(({ whole, Z }, l) => hidden.sigmoid.slope(Z(l), whole(l))) },
  },
  {
    name: "σ'(Z) for g'",
    cause: 'derivative-of-another',
    layers: 'hidden',
    lines: { dZ: withSlope(({ Z }, l) => hidden.sigmoid.slope(Z(l), tf.sigmoid(Z(l)))) },
  },
  {
    name: "g'(A) for g'(Z)",
    cause: 'derivative-at-A',
    layers: 'hidden',
    lines: {
      dZ: withSlope(({ network, whole }, l) => {
        const { g, slope } = network.hidden[l - 1];
        return slope(whole(l), g(whole(l)));
      }),
    },
  },
  {
    name: "Z where g' needs A",
    cause: 'derivative-from-Z',
    layers: 'hidden',
    lines: { dZ: withSlope(({ network, Z }, l) => network.hidden[l - 1].slope(Z(l), Z(l))) },
  },
  {
    name: "1 - A for g'",
    cause: 'derivative-misremembered',
    layers: 'hidden',
    lines: { dZ: withSlope(({ whole }, l) => tf.sub(1, whole(l))) },
  },
  {
    name: "A for g'",
    cause: 'derivative-misremembered',
    layers: 'hidden',
    lines: { dZ: withSlope(({ whole }, l) => whole(l)) },
  },
  {
    name: "g' twice",
    cause: 'derivative-twice',
    layers: 'hidden',
    lines: { dZ: withSlope(({ slope }, l) => tf.square(slope(l))) },
  },
  {
    name: "dZ = g'(Z), dA dropped",
    cause: 'dA-dropped',
    layers: 'hidden',
    lines: { dZ: ({ slope }, l) => slope(l) },
  },
  {
    name: 'dA dropped where Z < 0',
    cause: 'dA-dropped',
    layers: 'hidden',
    lines: {
      dZ: ({ dA, network, slope, Z }, l) => {
        if (network.hidden[l - 1] !== hidden.leakyRelu) return doesNotFit();
        return tf.where(tf.greater(Z(l), 0), dA(l), slope(l));
      },
    },
  },
  {
    name: 'relu of dA',
    cause: 'derivative-at-dA',
    layers: 'hidden',
    lines: { dZ: ({ dA }, l) => tf.relu(dA(l)) },
  },
  {
    name: 'g(dA)',
    cause: 'activation-of-dA',
    layers: 'hidden',
    lines: { dZ: ({ dA, network }, l) => network.hidden[l - 1].g(dA(l)) },
  },
  // What the products are made of
  {
    name: 'A[l] for A[l-1] in dW',
    cause: 'wrong-A',
    layers: 'any',
    lines: { dW: withA(({ A }, l) => A(l)) },
  },
  {
    name: 'X for A[l-1] in dW',
    cause: 'wrong-A',
    layers: 'above',
    lines: { dW: withA(({ X }) => X) },
  },
  {
    name: 'Z[l-1] for A[l-1] in dW',
    cause: 'wrong-A',
    layers: 'above',
    lines: { dW: withA(({ Z }, l) => Z(l - 1)) },
  },
  {
    name: 'dA for dZ in dW',
    cause: 'dA-for-dZ',
    layers: 'hidden',
    lines: { dW: (pass, l) => tf.add(product(pass.dA(l), pass.A(l - 1)), decay(pass, l)) },
  },
  {
    name: 'dA for dZ in db',
    cause: 'dA-for-dZ',
    layers: 'hidden',
    lines: { db: ({ dA }, l) => tf.div(tf.sum(dA(l), 1, true), m) },
  },
  {
    name: 'dA[l+1] for dZ[l+1] in dA[l]',
    cause: 'dA-for-dZ',
    layers: 'hidden',
    lines: {
      dA: (pass, l) => {
        const { W, dA, dZ, L } = pass;
        return tf.matMul(W(l + 1), l + 1 < L ? dA(l + 1) : dZ(l + 1), true, false);
      },
    },
  },
  {
    name: 'W for Wᵀ',
    cause: 'W-not-transposed',
    layers: 'hidden',
    lines: { dA: withW(({ W }, l) => W(l + 1)) },
  },
  {
    name: 'W[l] for W[l+1]',
    cause: 'wrong-W',
    layers: 'hidden',
    lines: { dA: withW(({ W }, l) => tf.transpose(W(l))) },
  },
  {
    name: 'W[l+1] updated already',
    cause: 'W-updated',
    layers: 'hidden',
    lines: {
      dA: withW(({ W, dW }, l) => tf.transpose(tf.sub(W(l + 1), tf.mul(alpha, dW(l + 1))))),
    },
  },
  {
    name: 'every W updated already',
    cause: 'W-updated',
    layers: 'all',
    lines: {
      dA: withW(({ W, dW }, l) => tf.transpose(tf.sub(W(l + 1), tf.mul(alpha, dW(l + 1))))),
    },
  },
  // Dropout
  {
    name: 'no dropout mask',
    cause: 'mask-missing',
    layers: 'hidden',
    variant: 'dropout',
    lines: { dA: ({ W, dZ }, l) => tf.matMul(W(l + 1), dZ(l + 1), true, false) },
  },
  {
    name: 'no 1/keep',
    cause: 'mask-not-scaled',
    layers: 'hidden',
    variant: 'dropout',
    lines: { dA: times('dA', ({ keep }) => keep) },
  },
  {
    name: '1/keep without the mask',
    cause: 'mask-missing',
    layers: 'hidden',
    variant: 'dropout',
    lines: {
      dA: ({ W, dZ, keep }, l) => tf.div(tf.matMul(W(l + 1), dZ(l + 1), true, false), keep),
    },
  },
  {
    name: '1/keep twice',
    cause: 'mask-scaled-twice',
    layers: 'hidden',
    variant: 'dropout',
    lines: { dA: times('dA', ({ keep }) => 1 / keep) },
  },
  {
    name: 'the mask of another layer',
    cause: 'wrong-mask',
    layers: 'hidden',
    variant: 'dropout',
    lines: {
      dA: ({ W, dZ, D, keep, L }, l) => {
        const other = L - l; // 2 for 1 and 1 for 2
        const product = tf.matMul(W(l + 1), dZ(l + 1), true, false);
        return tf.div(tf.mul(product, D(other)), keep);
      },
    },
  },
  {
    name: 'A before dropout in dW',
    cause: 'wrong-A',
    layers: 'above',
    variant: 'dropout',
    lines: { dW: withA(({ whole }, l) => whole(l - 1)) },
  },
  // Two at once
  {
    name: "no g'(Z), and no 1/m in db",
    cause: 'derivative-missing',
    layers: 'hidden',
    lines: { dZ: ({ dA }, l) => dA(l), db: ({ dZ }, l) => tf.sum(dZ(l), 1, true) },
    causes: { db: 'mean-missing' },
  },
  {
    name: 'dZ[L] = Y - A[L], and dW not divided by m',
    cause: 'sign',
    layers: 'output',
    lines: { dZL: times('dZL', -1), dW: times('dW', m) },
    causes: { dW: 'mean-missing' },
  },
  // What no list of mistakes foresees: it must not be given a name.
  {
    name: 'one element of dW off by 0.01',
    cause: 'unknown',
    layers: 'any',
    lines: {
      dW: (pass, l) => {
        const dW = right.dW(pass, l);
        const values = Float64Array.from(dW.dataSync());
        values[0] += 0.01;
        return tensor64(values, dW.shape);
      },
    },
  },
  {
    name: 'db + 0.05',
    cause: 'unknown',
    layers: 'any',
    lines: { db: (pass, l) => tf.add(right.db(pass, l), 0.05) },
  },
  {
    name: 'dW with √|dZ|',
    cause: 'unknown',
    layers: 'any',
    lines: { dW: ({ dZ, A }, l) => product(tf.sqrt(tf.abs(dZ(l))), A(l - 1)) },
  },
  {
    name: 'dZ[L] by way of a sine',
    cause: 'unknown',
    layers: 'output',
    lines: { dZL: (pass) => tf.sin(tf.mul(3, right.dZL(pass, pass.L))) },
    where: everything,
  },
];

function doesNotFit(): never {
  throw new RangeError('There is no such mistake in this network.');
}

const lastColumn = (M: Tensor) => tf.slice(M as tf.Tensor2D, [0, m - 1], [M.shape[0], 1]);
