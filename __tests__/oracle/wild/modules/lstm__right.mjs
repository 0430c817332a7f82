// LSTM, samples in columns, gates on [a_prev; x]. Coursera C5W1 "Building your Recurrent Neural Network"
import { numbers } from './numbers.mjs';

const { normal } = numbers(4);
const [nA, nX, m, T] = [3, 2, 5, 4];
export const params = {
  Wf: normal([nA, nA + nX], 0.5),
  bf: normal([nA, 1], 0.3),
  Wi: normal([nA, nA + nX], 0.5),
  bi: normal([nA, 1], 0.3),
  Wc: normal([nA, nA + nX], 0.5),
  bc: normal([nA, 1], 0.3),
  Wo: normal([nA, nA + nX], 0.5),
  bo: normal([nA, 1], 0.3),
  a0: normal([nA, m], 0.5),
};
export const X = normal([nX, m, T]);
export const Y = normal([nA, m, T]); // the gradient of each a

function cellForward(tf, xt, aPrev, cPrev, { Wf, bf, Wi, bi, Wc, bc, Wo, bo }) {
  const concat = tf.concat([aPrev, xt], 0);
  const ft = tf.sigmoid(tf.add(tf.matMul(Wf, concat), bf));
  const it = tf.sigmoid(tf.add(tf.matMul(Wi, concat), bi));
  const cct = tf.tanh(tf.add(tf.matMul(Wc, concat), bc));
  const cNext = tf.add(tf.mul(ft, cPrev), tf.mul(it, cct));
  const ot = tf.sigmoid(tf.add(tf.matMul(Wo, concat), bo));
  return { concat, ft, it, cct, ot, cPrev, cNext, aNext: tf.mul(ot, tf.tanh(cNext)) };
}

export function forward(tf, params, X, Y) {
  const [xs, das] = [tf.unstack(X, 2), tf.unstack(Y, 2)];
  const caches = [];
  let [a, c, cost] = [params.a0, tf.zeros([nA, m]), tf.scalar(0)];
  for (let t = 0; t < T; t++) {
    const cache = cellForward(tf, xs[t], a, c, params);
    caches.push(cache);
    [a, c] = [cache.aNext, cache.cNext];
    cost = tf.add(cost, tf.sum(tf.mul(a, das[t])));
  }
  return { cost, cache: { caches, das } };
}

function cellBackward(
  tf,
  daNext,
  dcNext,
  { concat, ft, it, cct, ot, cPrev, cNext },
  { Wf, Wi, Wc, Wo },
) {
  const gate = (s) => tf.mul(s, tf.sub(1, s));
  const tanhC = tf.tanh(cNext);
  const dot = tf.mul(tf.mul(daNext, tanhC), gate(ot));
  const dc = tf.add(dcNext, tf.mul(tf.mul(daNext, ot), tf.sub(1, tf.square(tanhC))));
  const dcct = tf.mul(tf.mul(dc, it), tf.sub(1, tf.square(cct)));
  const dit = tf.mul(tf.mul(dc, cct), gate(it));
  const dft = tf.mul(tf.mul(dc, cPrev), gate(ft));
  const dconcat = tf.addN(
    [
      [Wf, dft],
      [Wi, dit],
      [Wc, dcct],
      [Wo, dot],
    ].map(([W, d]) => tf.matMul(W, d, true, false)),
  );
  const weights = (d) => tf.matMul(d, concat, false, true);
  const bias = (d) => tf.sum(d, 1, true);
  return {
    daPrev: tf.slice(dconcat, [0, 0], [nA, m]),
    dcPrev: tf.mul(dc, ft),
    grads: {
      dWf: weights(dft),
      dbf: bias(dft),
      dWi: weights(dit),
      dbi: bias(dit),
      dWc: weights(dcct),
      dbc: bias(dcct),
      dWo: weights(dot),
      dbo: bias(dot),
    },
  };
}

export function backward(tf, params, _X, _Y, { caches, das }) {
  let total;
  let daPrev = tf.zeros([nA, m]);
  let dcPrev = tf.zeros([nA, m]);
  for (let t = T - 1; t >= 0; t--) {
    const step = cellBackward(tf, tf.add(das[t], daPrev), dcPrev, caches[t], params);
    ({ daPrev, dcPrev } = step);
    total = total
      ? Object.fromEntries(Object.entries(step.grads).map(([k, g]) => [k, tf.add(total[k], g)]))
      : step.grads;
  }
  return { ...total, da0: daPrev };
}
