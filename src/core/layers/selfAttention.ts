import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { softmax } from '../activations.js';
import { course, type Initializer } from '../initializers.js';
import { type Layer, pureLayer } from '../layer.js';
import { assertCount, assertOptions, assertSwitches } from '../options.js';
import { assertInitializer } from '../parts.js';
import { timesTransposed, transposedTimes } from '../products.js';
import { project, projectBackward } from '../projection.js';
import type { RandomState } from '../random.js';
import { tensor, zerosOf } from '../tensors.js';
import { assertSequence } from './sequences.js';

export interface SelfAttentionOptions {
  readonly numHeads: number;
  /** Features of the queries, keys and values of each head. */
  readonly keyDim: number;
  /** Whether a position sees itself and those before it only. Default: no. */
  readonly causal?: boolean;
  readonly useBias?: boolean;
  /** Of the weights. Default: randn / √d. */
  readonly initializer?: Initializer;
}

/** Queries, keys and values of each head, the weights that it gives, and all heads side by side. */
type Attention = Record<'X' | 'Q' | 'K' | 'V' | 'A' | 'H', Tensor>;

/**
 * Q = (X Wq + bq) / √k, K = X Wk + bk, V = X Wv + bv (m, T, k h), as (m, h, T, k): h heads of k
 * S = Q Kᵀ (m, h, T, T): what each position, a row, finds in each other
 * A = softmax(S), over the positions up to its own if `causal`, else over all (m, h, T, T)
 * Y = H Wo + bo (m, T, d), where H is A V with the heads side by side again (m, T, k h)
 *
 * dWo, dbo and dH are those of a projection, as at the end those of Q, K and V; in between
 * dV = Aᵀ dH (m, h, T, k)
 * dA = dH Vᵀ (m, h, T, T)
 * dS = A ∘ (dA - Σ_j dA ∘ A) (m, h, T, T): softmax's Jacobian, diag(a) - a aᵀ, times each row of dA
 * dQ = dS K / √k, dK = dSᵀ Q (m, h, T, k)
 * dbk = 0, as bk adds the same to all of a row of S, which a softmax does not see: the sum of dK
 *   over the samples would be rounding errors alone, and Adam makes full steps of those
 * dX = dQ Wqᵀ + dK Wkᵀ + dV Wvᵀ (m, T, d)
 *
 * X is (m, T, d), Wq, Wk, Wv (d, k h), Wo (k h, d); head j has the columns j k to (j + 1) k. Source:
 * Vaswani et al., arXiv:1706.03762; Course 5, week 4.
 *
 * @throws ValueError if numHeads or keyDim is not a whole number from 1, or a switch not true or
 *   false.
 */
export function selfAttention(options: SelfAttentionOptions): Layer {
  assertOptions('selfAttention', options, {
    ...{ numHeads: true, keyDim: true, causal: true, useBias: true, initializer: true },
  });
  const { numHeads: h, keyDim: k, causal = false, useBias = true, initializer = course } = options;
  assertCount('selfAttention: numHeads', h);
  assertCount('selfAttention: keyDim', k);
  assertSwitches('selfAttention', { causal, useBias });
  assertInitializer('selfAttention: the initializer', initializer);
  /** (m, T, k h) to (m, h, T, k), and back. */
  const apart = (P: Tensor) =>
    tf.transpose(tf.reshape(P, [P.shape[0], P.shape[1]!, h, k]), [0, 2, 1, 3]);
  const together = (P: Tensor) =>
    tf.reshape(tf.transpose(P, [0, 2, 1, 3]), [P.shape[0], P.shape[2]!, h * k]);

  const layer: Layer<Attention> = {
    kind: 'selfAttention',
    config: { numHeads: h, keyDim: k, causal, useBias },
    output: (input) => {
      assertSequence(input);
      return input;
    },
    parameters: ([, d]) => {
      const weights = (rows: number, columns: number) => ({
        shape: [rows, columns],
        initialize: (random: RandomState) =>
          initializer.initialize(columns, rows, random, [rows, columns]),
        decays: true,
        incoming: [0],
      });
      const all = ['q', 'k', 'v', 'o'].flatMap((each) => {
        const W = each === 'o' ? weights(h * k, d) : weights(d, h * k);
        const [, columns] = W.shape;
        const b = { shape: [columns], initialize: () => zerosOf([columns]) };
        return [[`W${each}`, W] as const, ...(useBias ? [[`b${each}`, b] as const] : [])];
      });
      return Object.fromEntries(all);
    },
    forward: (X, { params }) => {
      const { Wq, bq, Wk, bk, Wv, bv, Wo, bo } = params;
      const Q = tf.div(apart(project(X, Wq, bq)), Math.sqrt(k)); // (m, h, T, k)
      const K = apart(project(X, Wk, bk)); // (m, h, T, k)
      const V = apart(project(X, Wv, bv)); // (m, h, T, k)
      const S = timesTransposed(Q, K); // (m, h, T, T)
      const A = softmax.forward(causal ? tf.add(S, after(X.shape[1]!)) : S); // (m, h, T, T)
      const H = together(tf.matMul(A, V)); // (m, T, k h)
      return { Y: project(H, Wo, bo), cache: { X, Q, K, V, A, H } }; // (m, T, d)
    },
    backward: (dY, { params }, { X, Q, K, V, A, H }) => {
      const { Wq, Wk, bk, Wv, Wo } = params;
      const o = projectBackward(dY, H, Wo);
      const dH = apart(o.dX()); // (m, h, T, k)
      const dV = transposedTimes(A, dH); // (m, h, T, k)
      const dA = timesTransposed(dH, V); // (m, h, T, T)
      const dS = tf.mul(A, tf.sub(dA, tf.sum(tf.mul(dA, A), -1, true))); // (m, h, T, T)
      const dQ = tf.div(tf.matMul(dS, K), Math.sqrt(k)); // (m, h, T, k)
      const dK = transposedTimes(dS, Q); // (m, h, T, k)
      const q = projectBackward(together(dQ), X, Wq);
      const k_ = projectBackward(together(dK), X, Wk);
      const v = projectBackward(together(dV), X, Wv);
      const m = X.shape[0];
      const grads = Object.entries({ q, k: k_, v, o }).flatMap(([each, { dW, db }]) => [
        [`dW${each}`, tf.div(dW(), m)], // (d, k h), or (k h, d)
        ...(useBias ? [[`db${each}`, each === 'k' ? tf.zerosLike(bk) : tf.div(db(), m)]] : []), // (k h), or (d)
      ]);
      return {
        dX: () => tf.addN([q.dX(), k_.dX(), v.dX()]), // (m, T, d)
        grads: Object.fromEntries(grads),
      };
    },
  };
  return pureLayer(layer) as Layer;
}

/** What is added to the scores: nothing up to the diagonal, and behind it so little that e^S is 0. */
const after = (T: number) =>
  tensor(
    Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? -1e30 : 0)),
    [T, T],
  );
