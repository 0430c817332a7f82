import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { tanh } from '../activations.js';
import { ValueError } from '../errors.js';
import type { Layer } from '../layer.js';
import { assertOptions, assertSwitches, inWords } from '../options.js';
import { projectBackward } from '../projection.js';
import { type Params, present } from '../tensors.js';
import {
  type Cell,
  ofSigmoid,
  ofTanh,
  overTime,
  type RecurrentOptions,
  recurrent,
  recurrentOptions,
  sum,
} from './recurrent.js';

export interface GruOptions extends RecurrentOptions {
  /** Whether r comes after the product with Wh, as in cuDNN, PyTorch and Keras. Default: yes. */
  readonly resetAfter?: boolean;
  /** Whether z is the part of h that stays ('keras', the default) or changes ('course5'). */
  readonly update?: 'keras' | 'course5';
}

/** What a step keeps, (m, u) each; `inner` is what r, or Whh, is multiplied by. */
type Step = Record<'z' | 'r' | 'g' | 'inner' | 'h' | 'hPrev', Tensor>;

/**
 * [Zz Zr Zg] = x_t Wx + b (m, 3u), t = 1 … T, and with h = h_{t-1}, [Wzr Whh] = Wh
 * [z r] = σ([Zz Zr] + h Wzr + bh) (m, 2u)
 * g = tanh(Zg + r ∘ (h Whh + bh)) (m, u), or tanh(Zg + (r ∘ h) Whh) unless `resetAfter`
 * h_t = z ∘ h + (1 - z) ∘ g (m, u), or (1 - z) ∘ h + z ∘ g if `update` is 'course5'
 *
 * dh_t = dY_t + what comes through the next step (m, u); for 'keras', whose z is 1 - z in Course 5:
 * dZg = dh_t ∘ (1 - z) ∘ (1 - g²)
 * dZz = dh_t ∘ (h - g) ∘ z (1 - z)
 * dZr = dr ∘ r (1 - r), where dr = dZg ∘ (h Whh + bh), or (dZg Whhᵀ) ∘ h
 * dh = dh_t ∘ z + [dZz dZr] Wzrᵀ + (dZg ∘ r) Whhᵀ, or + (dZg Whhᵀ) ∘ r
 * dWh = 1/m Σ_t hᵀ [dZz dZr dZg ∘ r], or its last block (r ∘ h)ᵀ dZg (u, 3u)
 * dbh = 1/m Σ_t Σ [dZz dZr dZg ∘ r] (3u)
 *
 * X is (m, T, d), Wx (d, 3u), b (3u); dWx, db and dX are in recurrent.ts. The output is (m, T, u)
 * with `returnSequences`, else the last h as a matrix (u, m). There is a bh only with `resetAfter`.
 * Source: Course 5, week 1; Cho et al., arXiv:1406.1078, v1 and v3.
 *
 * @throws ValueError if units is not a whole number from 1, a switch not true or false, or update
 *   neither 'keras' nor 'course5'.
 */
export function gru(options: GruOptions): Layer {
  assertOptions('gru', options, { ...recurrentOptions, resetAfter: true, update: true });
  const { resetAfter = true, update = 'keras' } = options;
  assertSwitches('gru', { resetAfter });
  if (update !== 'keras' && update !== 'course5') {
    throw new ValueError(`gru: update is ${inWords(update)}; give 'keras' or 'course5'.`);
  }
  const cell: Cell<Step[]> = {
    kind: 'gru',
    config: { resetAfter, update },
    gates: 3,
    state: ['h'],
    biases: resetAfter ? ['bh'] : [],
    forward: (Zx, { h: h0 }, { Wh, bh }) => {
      const u = Wh.shape[0];
      const [Zzr, Zg] = tf.split(Zx, [2 * u, u], 2).map((Z) => tf.unstack(Z)); // T of (m, 2u), (m, u)
      const [Wzr, Whh] = tf.split(Wh, [2 * u, u], 1); // (u, 2u), (u, u)
      let h = h0;
      const steps = Zzr.map((Z, t): Step => {
        const hPrev = h;
        const [ofGates, inner] = resetAfter
          ? tf.split(sum(tf.matMul(hPrev, Wh), bh), [2 * u, u], 1) // (m, 2u), (m, u)
          : [tf.matMul(hPrev, Wzr)];
        const [z, r] = tf.split(tf.sigmoid(tf.add(Z, ofGates)), 2, 1); // (m, u) each
        const rh = tf.mul(r, inner ?? hPrev); // (m, u)
        const g = tanh.forward(tf.add(Zg[t], inner ? rh : tf.matMul(rh, Whh))); // (m, u)
        const [from, to] = update === 'keras' ? [g, hPrev] : [hPrev, g];
        h = tf.add(from, tf.mul(z, tf.sub(to, from))); // (m, u)
        return { z, r, g, inner: inner ?? rh, h, hPrev };
      });
      return { h: steps.map((step) => step.h), last: { h }, cache: steps };
    },
    backward: (dY, dLast, steps, params) => {
      const [z, r, g, inner, hPrev] = overTime(steps, 'z', 'r', 'g', 'inner', 'hPrev'); // (T, m, u)
      const [stays, changes] = update === 'keras' ? [z, tf.sub(1, z)] : [tf.sub(1, z), z];
      const [from, to] = update === 'keras' ? [g, hPrev] : [hPrev, g];
      const dZg = tf.mul(changes, ofTanh(g)); // (T, m, u), of dh_t
      const dZz = tf.mul(tf.sub(to, from), ofSigmoid(z)); // (T, m, u), of dh_t
      const inside = { r, hPrev, stays, inner, dZg, dZz };
      return (resetAfter ? backAfter : backBefore)(dY, dLast, inside, params);
    },
  };
  return recurrent(cell, options);
}

/** What the way back needs of all steps, (T, m, u) each; dZg and dZz are factors of dh_t. */
type Inside = Record<'r' | 'hPrev' | 'stays' | 'inner' | 'dZg' | 'dZz', Tensor>;
type Back = (
  dY: readonly (Tensor | undefined)[],
  dLast: Params,
  inside: Inside,
  params: Params,
) => ReturnType<Cell<unknown>['backward']>;

/** With r behind the product: all of it is dh_t times what is known before the loop. */
const backAfter: Back = (dY, dLast, { r, hPrev, stays, inner, dZg, dZz }, { Wh, bh }) => {
  const dZr = tf.mul(dZg, tf.mul(inner, ofSigmoid(r))); // (T, m, u), of dh_t
  const factors = tf.unstack(tf.concat([dZz, dZr, tf.mul(dZg, r)], 2)); // T of (m, 3u)
  const [kept, WhT] = [tf.unstack(stays), tf.transpose(Wh)]; // T of (m, u), (3u, u)
  const [dhs, dZhs]: Tensor[][] = [[], []];
  let dh = dLast.h;
  for (let t = dY.length - 1; t >= 0; t--) {
    const dht = sum(dh, dY[t]); // (m, u)
    dZhs[t] = tf.mul(tf.concat([dht, dht, dht], 1), factors[t]); // (m, 3u)
    dh = tf.add(tf.mul(dht, kept[t]), tf.matMul(dZhs[t], WhT)); // (m, u)
    dhs[t] = dht;
  }
  const dZh = tf.stack(dZhs); // (T, m, 3u)
  const dZzr = tf.slice(dZh, [0, 0, 0], [-1, -1, 2 * Wh.shape[0]]); // (T, m, 2u)
  const dZx = tf.concat([dZzr, tf.mul(tf.stack(dhs), dZg)], 2); // (T, m, 3u)
  const { dW: dWh, db: dbh } = projectBackward(dZh, hPrev, Wh); // (u, 3u), (3u)
  return { dZx, dStart: { h: dh }, grads: present({ dWh: dWh(), dbh: bh && dbh() }) };
};

/** With r before the product: dZg has to come through Whh before r and h have their part of it. */
const backBefore: Back = (dY, dLast, { r, hPrev, stays, inner, dZg, dZz }, { Wh }) => {
  const u = Wh.shape[0];
  const dZr = tf.mul(hPrev, ofSigmoid(r)); // (T, m, u), of d(r ∘ h)
  const factors = tf.unstack(tf.concat([dZz, dZr], 2)); // T of (m, 2u)
  const [toG, kept, rs] = [dZg, stays, r].map((each) => tf.unstack(each)); // T of (m, u)
  const [Wzr, Whh] = tf.split(Wh, [2 * u, u], 1); // (u, 2u), (u, u)
  const [WzrT, WhhT] = [tf.transpose(Wzr), tf.transpose(Whh)]; // (2u, u), (u, u)
  const [dZzrs, dZgs]: Tensor[][] = [[], []];
  let dh = dLast.h;
  for (let t = dY.length - 1; t >= 0; t--) {
    const dht = sum(dh, dY[t]); // (m, u)
    dZgs[t] = tf.mul(dht, toG[t]); // (m, u)
    const drh = tf.matMul(dZgs[t], WhhT); // (m, u), of r ∘ h
    dZzrs[t] = tf.mul(tf.concat([dht, drh], 1), factors[t]); // (m, 2u)
    const direct = tf.add(tf.mul(dht, kept[t]), tf.mul(drh, rs[t])); // (m, u)
    dh = tf.add(direct, tf.matMul(dZzrs[t], WzrT)); // (m, u)
  }
  const [dZzr, dZ] = [tf.stack(dZzrs), tf.stack(dZgs)]; // (T, m, 2u), (T, m, u)
  const dWzr = projectBackward(dZzr, hPrev, Wzr).dW(); // (u, 2u)
  const dWhh = projectBackward(dZ, inner, Whh).dW(); // (u, u)
  const dZx = tf.concat([dZzr, dZ], 2); // (T, m, 3u)
  return { dZx, dStart: { h: dh }, grads: { dWh: tf.concat([dWzr, dWhh], 1) } };
};
