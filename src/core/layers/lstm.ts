import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { tanh } from '../activations.js';
import type { Layer } from '../layer.js';
import { assertOptions } from '../options.js';
import { projectBackward } from '../projection.js';
import { tensor } from '../tensors.js';
import {
  ofSigmoid,
  ofTanh,
  overTime,
  type RecurrentOptions,
  recurrent,
  recurrentOptions,
  sum,
} from './recurrent.js';

/** What a step keeps, (m, u) each: the gates, the candidate g, tanh(c), and where it started. */
type Step = Record<'i' | 'f' | 'g' | 'o' | 'h' | 'tanhC' | 'hPrev' | 'cPrev', Tensor>;

/**
 * [Zi Zf Zg Zo] = x_t Wx + h_{t-1} Wh + b (m, 4u), t = 1 … T
 * i = σ(Zi), f = σ(Zf), g = tanh(Zg), o = σ(Zo): what is written, kept, the candidate, what is shown
 * c_t = f ∘ c_{t-1} + i ∘ g (m, u)
 * h_t = o ∘ tanh(c_t) (m, u)
 *
 * dh_t = dY_t + dZ_{t+1} Whᵀ (m, u): from the output, and through the next step
 * dc_t = dc_{t+1} ∘ f_{t+1} + dh_t ∘ o ∘ (1 - tanh²(c_t)) (m, u)
 * dZi = dc_t ∘ g ∘ i (1 - i)
 * dZf = dc_t ∘ c_{t-1} ∘ f (1 - f)
 * dZg = dc_t ∘ i ∘ (1 - g²)
 * dZo = dh_t ∘ tanh(c_t) ∘ o (1 - o)
 * dWh = 1/m Σ_t h_{t-1}ᵀ dZ_t (u, 4u)
 *
 * X is (m, T, d), Wx (d, 4u), b (4u); dWx, db and dX are in recurrent.ts. The output is (m, T, u)
 * with `returnSequences`, else the last h as a matrix (u, m). b starts at 1 for f, so that a cell
 * keeps what it has until it learns better: Jozefowicz et al., ICML 2015. Source: Course 5, week 1.
 *
 * @throws ValueError if units is not a whole number from 1, or a switch not true or false.
 */
export function lstm(options: RecurrentOptions): Layer {
  assertOptions('lstm', options, recurrentOptions);
  return recurrent<Step[]>(
    {
      kind: 'lstm',
      gates: 4,
      state: ['h', 'c'],
      initialBias: (u) =>
        tensor(
          [0, 1, 0, 0].flatMap((bias) => new Array(u).fill(bias)),
          [4 * u],
        ),
      forward: (Zx, { h: h0, c: c0 }, { Wh }) => {
        let [h, c] = [h0, c0];
        const steps = tf.unstack(Zx).map((Zt): Step => {
          const [hPrev, cPrev] = [h, c];
          const Z = tf.add(Zt, tf.matMul(hPrev, Wh)); // (m, 4u)
          const [Zi, Zf, Zg, Zo] = tf.split(Z, 4, 1); // (m, u) each
          const [i, f, o] = [Zi, Zf, Zo].map((gate) => tf.sigmoid(gate));
          const g = tanh.forward(Zg);
          c = tf.add(tf.mul(f, cPrev), tf.mul(i, g)); // (m, u)
          const tanhC = tanh.forward(c);
          h = tf.mul(o, tanhC); // (m, u)
          return { i, f, g, o, h, tanhC, hPrev, cPrev };
        });
        return { h: steps.map((step) => step.h), last: { h, c }, cache: steps };
      },
      backward: (dY, dLast, steps, { Wh }) => {
        const { dZdc, dcdh } = derivatives(steps);
        const WhT = tf.transpose(Wh); // (4u, u)
        const dZ: Tensor[] = [];
        let { h: dh, c: dc } = dLast;
        for (let t = dY.length - 1; t >= 0; t--) {
          const dht = sum(dh, dY[t]); // (m, u)
          const dct = sum(tf.mul(dht, dcdh[t]), dc); // (m, u)
          dZ[t] = tf.mul(tf.concat([dct, dct, dct, dht], 1), dZdc[t]); // (m, 4u)
          dh = tf.matMul(dZ[t], WhT); // (m, u)
          dc = tf.mul(dct, steps[t].f); // (m, u)
        }
        const dZx = tf.stack(dZ); // (T, m, 4u)
        const [hPrev] = overTime(steps, 'hPrev'); // (T, m, u)
        const { dW: dWh } = projectBackward(dZx, hPrev, Wh); // (u, 4u)
        return { dZx, dStart: { h: dh, c: dc }, grads: { dWh: dWh() } };
      },
    },
    options,
  );
}

/** The derivatives inside of all steps at once: a loop has less to do then. */
function derivatives(steps: readonly Step[]) {
  const [i, f, g, o] = overTime(steps, 'i', 'f', 'g', 'o'); // (T, m, u)
  const [tanhC, cPrev] = overTime(steps, 'tanhC', 'cPrev'); // (T, m, u)
  const dZi = tf.mul(g, ofSigmoid(i)); // (T, m, u)
  const dZf = tf.mul(cPrev, ofSigmoid(f)); // (T, m, u)
  const dZg = tf.mul(i, ofTanh(g)); // (T, m, u)
  const dZo = tf.mul(tanhC, ofSigmoid(o)); // (T, m, u), of dh
  return {
    dZdc: tf.unstack(tf.concat([dZi, dZf, dZg, dZo], 2)), // T of (m, 4u)
    dcdh: tf.unstack(tf.mul(o, ofTanh(tanhC))), // T of (m, u)
  };
}
