import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { tanh } from '../activations.js';
import type { Layer } from '../layer.js';
import { assertOptions } from '../options.js';
import { projectBackward } from '../projection.js';
import {
  ofTanh,
  overTime,
  type RecurrentOptions,
  recurrent,
  recurrentOptions,
  sum,
} from './recurrent.js';

/** What a step keeps, (m, u) each. */
type Step = Record<'h' | 'hPrev', Tensor>;

/**
 * h_t = tanh(x_t Wx + h_{t-1} Wh + b) (m, u), t = 1 … T
 *
 * dh_t = dY_t + dZ_{t+1} Whᵀ (m, u): from the output, and through the next step
 * dZ_t = dh_t ∘ (1 - h_t²) (m, u)
 * dWh = 1/m Σ_t h_{t-1}ᵀ dZ_t (u, u)
 *
 * X is (m, T, d), Wx (d, u), b (u); dWx, db and dX are in recurrent.ts. The output is (m, T, u) with
 * `returnSequences`, else the last h as a matrix (u, m). Source: Course 5, week 1.
 *
 * @throws ValueError if units is not a whole number from 1, or a switch not true or false.
 */
export function simpleRnn(options: RecurrentOptions): Layer {
  assertOptions('simpleRnn', options, recurrentOptions);
  return recurrent<Step[]>(
    {
      kind: 'simpleRnn',
      gates: 1,
      state: ['h'],
      forward: (Zx, { h: h0 }, { Wh }) => {
        let h = h0;
        const steps = tf.unstack(Zx).map((Z): Step => {
          const hPrev = h;
          h = tanh.forward(tf.add(Z, tf.matMul(hPrev, Wh))); // (m, u)
          return { h, hPrev };
        });
        return { h: steps.map((step) => step.h), last: { h }, cache: steps };
      },
      backward: (dY, dLast, steps, { Wh }) => {
        const [h, hPrev] = overTime(steps, 'h', 'hPrev'); // (T, m, u)
        const slopes = tf.unstack(ofTanh(h)); // 1 - h², T of (m, u)
        const WhT = tf.transpose(Wh); // (u, u)
        const dZ: Tensor[] = [];
        let dh = dLast.h;
        for (let t = dY.length - 1; t >= 0; t--) {
          dZ[t] = tf.mul(sum(dh, dY[t]), slopes[t]); // (m, u)
          dh = tf.matMul(dZ[t], WhT); // (m, u)
        }
        const dZx = tf.stack(dZ); // (T, m, u)
        const { dW: dWh } = projectBackward(dZx, hPrev, Wh); // (u, u)
        return { dZx, dStart: { h: dh }, grads: { dWh: dWh() } };
      },
    },
    options,
  );
}
