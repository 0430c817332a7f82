import { describe, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../../src/core/errors.js';
import { isPureLayer, sizeOf } from '../../../src/core/layer.js';
import {
  type SelfAttentionOptions,
  selfAttention,
} from '../../../src/core/layers/selfAttention.js';
import { RandomState } from '../../../src/core/random.js';
import { mapEntries, type Params, tensor } from '../../../src/core/tensors.js';
import { onEachBackend } from '../../support/backends.js';
import {
  boundOn,
  casesOf,
  describeGoldens,
  expectTensor,
  type LayerCase,
  type Nested,
  run,
} from '../../support/layerGoldens.js';
import { describePlanted, type Mistake } from '../../support/plantedInLayers.js';

const layerOf = (config: LayerCase['config']) =>
  selfAttention(config as unknown as SelfAttentionOptions);

describeGoldens('selfAttention', layerOf);

interface Cache {
  readonly A: Tensor;
}

onEachBackend((backend) => {
  test.each(casesOf('selfAttention').map((one) => [one.name, one] as const))(
    'the weights A are those of PyTorch, and exactly 0 after a position if causal: %s',
    (_, one) => {
      tf.tidy(() => {
        const layer = layerOf(one.config);
        const { given } = run(one, layer);
        const { A } = layer.forward(toTensor(one.X!), given).cache as Cache;
        expectTensor(A, (one as unknown as { A: Nested }).A, boundOn(backend));
        if (!one.config.causal) return;
        const T = A.shape.at(-1)!;
        const later = A.dataSync().filter((_, i) => i % T > Math.floor(i / T) % T);
        expect([...later].every((weight) => weight === 0)).toBe(true);
      });
    },
  );

  test.each([
    [1, 1, 1, 1, 1, true],
    [2, 5, 3, 2, 1, true],
    [3, 4, 2, 3, 5, false],
    [1, 9, 4, 1, 2, true],
  ])('as a loop over numbers, m %i, T %i, d %i, %i heads of %i, causal %p', (...sizes) => {
    const [m, T, d, numHeads, keyDim, causal] = sizes;
    tf.tidy(() => {
      const layer = selfAttention({ numHeads, keyDim, causal });
      const { X, given } = drawn(layer, [m, T, d]);
      const P = mapRows(given.params);
      const samples = (X.arraySync() as number[][][]).map((x) => loop(x, P, numHeads, causal));
      expectTensor(layer.forward(X, given).Y, samples, boundOn(backend));
    });
  });

  test('what comes later changes nothing before it, forward or backward', () => {
    tf.tidy(() => {
      const layer = selfAttention({ numHeads: 2, keyDim: 3, causal: true });
      const { X, given } = drawn(layer, [2, 6, 4]);
      const until = (P: Tensor, t: number) => tf.slice(P, [0, 0, 0], [-1, t, -1]);
      const whole = layer.forward(X, given);
      const other = tf.concat([until(X, 4), tf.mul(-7, tf.slice(X, [0, 4, 0], [-1, 2, -1]))], 1);
      const { Y } = layer.forward(other, given);
      expectTensor(until(Y, 4), nested(until(whole.Y, 4)), boundOn(backend));
      const early = tf.concat([until(X, 2), tf.zeros([2, 4, 4])], 1); // dY of the first two alone
      const dX = layer.backward(early, given, whole.cache).dX();
      const late = tf.slice(dX, [0, 2, 0], [-1, -1, -1]).dataSync();
      expect(Math.max(...[...late].map(Math.abs))).toBe(0);
    });
  });

  test('scores far from 0 give weights and gradients that are finite', () => {
    tf.tidy(() => {
      const layer = selfAttention({ numHeads: 2, keyDim: 2, causal: true });
      const { X, given } = drawn(layer, [2, 5, 3]);
      const far = layer.forward(tf.mul(X, 1000), given);
      const { dX, grads } = layer.backward(far.Y, given, far.cache);
      const { A } = far.cache as Cache;
      for (const P of [A, far.Y, dX(), ...Object.values(grads)]) {
        expect([...P.dataSync()].every(Number.isFinite)).toBe(true);
      }
      expectTensor(tf.sum(A, -1), nested(tf.ones(A.shape.slice(0, -1))), boundOn(backend));
    });
  });
});

/** softmax(q kᵀ / √k) v of each head, position after position, for one sample. */
function loop(x: number[][], P: Record<string, number[][]>, heads: number, causal: boolean) {
  const times = (rows: number[][], W: number[][], b: number[][]) =>
    rows.map((row) => W[0].map((_, j) => row.reduce((sum, v, i) => sum + v * W[i][j], b[0][j])));
  const [Q, K, V] = ['q', 'k', 'v'].map((name) => times(x, P[`W${name}`], P[`b${name}`]));
  const size = Q[0].length / heads;
  const H = Q.map((q, t) =>
    q.map((_, column) => {
      const start = column - (column % size);
      const seen = causal ? t + 1 : x.length;
      const weights = K.slice(0, seen).map((key) => {
        const part = q.slice(start, start + size);
        const score = part.reduce((sum, v, i) => sum + v * key[start + i], 0);
        return Math.exp(score / Math.sqrt(size));
      });
      const total = weights.reduce((sum, w) => sum + w, 0);
      return weights.reduce((sum, w, s) => sum + (w / total) * V[s][column], 0);
    }),
  );
  return times(H, P.Wo, P.bo);
}

const toTensor = (values: Nested) => {
  const rows = values as number[][][];
  return tensor(rows.flat(2), [rows.length, rows[0].length, rows[0][0].length]);
};
const nested = (P: Tensor) => P.arraySync() as unknown as Nested;
const mapRows = (params: Params): Record<string, number[][]> =>
  Object.fromEntries(
    Object.entries(params).map(([name, P]) => [
      name,
      (P.rank === 1 ? [P.arraySync()] : P.arraySync()) as number[][],
    ]),
  );

function drawn(layer: ReturnType<typeof selfAttention>, shape: [number, number, number]) {
  const random = new RandomState(3);
  const normal = (of: readonly number[]) => tensor(random.randn(sizeOf(of)), of);
  const params = Object.fromEntries(
    Object.entries(layer.parameters(shape.slice(1))).map(([name, P]) => [name, normal(P.shape)]),
  );
  return { X: normal(shape), given: { params, training: true } };
}

/** dWk of another dS: what a wrong Jacobian of the softmax makes of it. */
const withJacobian =
  (dSOf: (A: Tensor, dA: Tensor) => Tensor): Mistake =>
  ({ grads }, dY, { X, Q, V, A }, { params }) => {
    const [m, h, T, k] = Q.shape;
    const d = X.shape[2];
    const dH = tf.matMul(tf.reshape(dY, [m * T, d]), params.Wo as tf.Tensor2D, false, true);
    const ofHeads = tf.transpose(tf.reshape(dH, [m, T, h, k]), [0, 2, 1, 3]);
    const dS = dSOf(A, tf.matMul(ofHeads, V, false, true));
    const dK = tf.reshape(tf.transpose(tf.matMul(dS, Q, true), [0, 2, 1, 3]), [m * T, h * k]);
    const dWk = tf.div(tf.matMul(tf.reshape(X, [m * T, d]) as Tensor, dK, true), m);
    return { grads: { ...grads, dWk } };
  };

const flipped = (P: Tensor) => tf.transpose(P, [0, 1, 3, 2]);

const mistakes: Readonly<Record<string, Mistake>> = {
  "only the diagonal of the softmax's Jacobian": withJacobian((A, dA) =>
    tf.mul(tf.mul(A, tf.sub(1, A)), dA),
  ),
  'no Jacobian of the softmax': withJacobian((_, dA) => dA),
  'Σ over those that ask in place of those that are asked': withJacobian((A, dA) =>
    tf.mul(A, tf.sub(dA, tf.sum(tf.mul(dA, A), 2, true))),
  ),
  'A is transposed': (_right, dY, cache, given, back) =>
    back(dY, given, { ...cache, A: flipped(cache.A) }),
  'the mask is forgotten': (_right, dY, cache, given, back) =>
    back(dY, given, { ...cache, A: tf.softmax(tf.matMul(cache.Q, cache.K, false, true)) }),
  'Q and K exchanged': (_right, dY, cache, given, back) =>
    back(dY, given, { ...cache, Q: cache.K, K: cache.Q }),
  'no 1/√k in dQ': (_right, dY, cache, given, back) =>
    back(dY, given, { ...cache, K: tf.mul(cache.K, Math.sqrt(cache.K.shape[3])) }),
  'the heads are not put side by side again': (_right, dY, cache, given, back) => {
    const H = tf.reshape(tf.matMul(cache.A, cache.V), cache.H.shape);
    return back(dY, given, { ...cache, H });
  },
  'Wo is transposed by its shape alone': (_right, dY, cache, given, back) => {
    const { Wo } = given.params;
    const params = { ...given.params, Wo: tf.reshape(tf.transpose(Wo), Wo.shape) };
    return back(dY, { ...given, params }, cache);
  },
  'dX through V alone': (_right, dY, cache, given, back) => {
    const [Wq, Wk] = [tf.zerosLike(given.params.Wq), tf.zerosLike(given.params.Wk)];
    return back(dY, { ...given, params: { ...given.params, Wq, Wk } }, cache);
  },
  'the mean over positions too': ({ grads }, _dY, { X }) => ({
    grads: mapEntries(grads, (name, P) => [name, tf.div(P, X.shape[1])]),
  }),
};

describePlanted({
  kind: 'selfAttention',
  layerOf,
  situations: [
    [selfAttention({ numHeads: 2, keyDim: 2, causal: true }), { input: [4, 3], m: 2 }],
    [selfAttention({ numHeads: 3, keyDim: 1, useBias: false }), { input: [3, 4], m: 2 }],
    [selfAttention({ numHeads: 1, keyDim: 4 }), { input: [1, 2], m: 3 }],
  ],
  mistakes,
});

describe('what it declares', () => {
  test('config makes the same layer again', () => {
    const options = { numHeads: 3, keyDim: 5, causal: true, useBias: false };
    const { kind, config } = selfAttention(options);
    expect({ kind, config }).toEqual({ kind: 'selfAttention', config: options });
    expect(selfAttention({ numHeads: 1, keyDim: 2 }).config).toEqual({
      ...{ numHeads: 1, keyDim: 2, causal: false, useBias: true },
    });
  });

  test('dbk is 0 and no rounding, which Adam would take for a gradient', () => {
    tf.tidy(() => {
      const layer = selfAttention({ numHeads: 2, keyDim: 3, causal: true });
      const random = new RandomState(4);
      const drawn = (...shape: number[]) => tensor(random.randn(sizeOf(shape)), shape);
      const shapes = Object.entries(layer.parameters([5, 4]));
      const params = Object.fromEntries(shapes.map(([name, { shape }]) => [name, drawn(...shape)]));
      const shifted = { ...params, bk: tf.add(params.bk, 1) };
      const X = drawn(2, 5, 4);
      const [{ Y, cache }, other] = [params, shifted].map((params) =>
        layer.forward(X, { params, training: true }),
      );
      const away = tf.max(tf.abs(tf.sub(Y, other.Y))).dataSync()[0];
      expect(away).toBeLessThan(1e-5); // Y does not depend on bk
      const { grads } = layer.backward(drawn(2, 5, 4), { params, training: true }, cache);
      expect([...grads.dbk.dataSync()]).toEqual(new Array(6).fill(0));
    });
  });

  test('eight parameters, or four without biases; the weights decay; it is pure', () => {
    const layer = selfAttention({ numHeads: 2, keyDim: 3 });
    expect(isPureLayer(layer)).toBe(true);
    expect(layer.output([7, 4])).toEqual([7, 4]);
    const parameters = Object.entries(layer.parameters([7, 4]));
    expect(parameters.map(([name, { shape }]) => [name, ...shape])).toEqual([
      ['Wq', 4, 6],
      ['bq', 6],
      ['Wk', 4, 6],
      ['bk', 6],
      ['Wv', 4, 6],
      ['bv', 6],
      ['Wo', 6, 4],
      ['bo', 4],
    ]);
    for (const [name, { shape, initialize, decays = false }] of parameters) {
      const P = initialize(new RandomState(1));
      expect(P.shape).toEqual(shape);
      expect(decays).toBe(name.startsWith('W'));
      P.dispose();
    }
    const without = selfAttention({ numHeads: 2, keyDim: 3, useBias: false });
    expect(Object.keys(without.parameters([7, 4]))).toEqual(['Wq', 'Wk', 'Wv', 'Wo']);
  });

  test.each([
    [{ numHeads: 0 }, 'selfAttention: numHeads is 0; give a whole number from 1.'],
    [{ keyDim: 1.5 }, 'selfAttention: keyDim is 1.5; give a whole number from 1.'],
    [{ keyDim: undefined }, 'selfAttention: keyDim is undefined; give a whole number from 1.'],
    [{ causal: 'yes' }, "selfAttention: causal is the string 'yes'; give true or false."],
    [{ useBias: 0 }, 'selfAttention: useBias is 0; give true or false.'],
    [{ numHead: 2 }, 'selfAttention: unknown option numHead. Did you mean numHeads?'],
    [{ initializer: 'he' }, "selfAttention: the initializer is the string 'he'; import { he }"],
  ])('%j is refused', (options, message) => {
    const make = () =>
      selfAttention({ numHeads: 2, keyDim: 2, ...options } as unknown as SelfAttentionOptions);
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });

  test.each([[[5]], [[28, 28, 1]]])('an input of the shape %j is refused', (shape) => {
    const output = () => selfAttention({ numHeads: 1, keyDim: 2 }).output(shape);
    expect(output).toThrow(ShapeError);
    expect(output).toThrow(
      `a sequence of T steps with d features, [T, d], is needed, and not ${shape.join('x')}.`,
    );
  });
});
