// GRU over a sequence, (T, N, D), squared error at each step. Cho et al. 2014
import { numbers } from './numbers.mjs';

const { normal } = numbers(3);
const [T, N, D, H] = [4, 5, 3, 2];
const gate = (g) => ({
  [`W${g}`]: normal([D, H], 0.6),
  [`U${g}`]: normal([H, H], 0.6),
  [`b${g}`]: normal([H], 0.2),
});
export const params = { ...gate('z'), ...gate('r'), ...gate('n'), h0: normal([N, H], 0.5) };
export const X = normal([T, N, D]);
export const Y = normal([T, N, H]);

const affine = (tf, x, h, W, U, b) => tf.add(tf.add(tf.matMul(x, W), tf.matMul(h, U)), b);

export function forward(tf, p, X, Y) {
  const targets = tf.unstack(Y);
  const steps = [];
  let h = p.h0;
  let cost = tf.scalar(0);
  tf.unstack(X).forEach((x, t) => {
    const z = tf.sigmoid(affine(tf, x, h, p.Wz, p.Uz, p.bz));
    const r = tf.sigmoid(affine(tf, x, h, p.Wr, p.Ur, p.br));
    const n = tf.tanh(affine(tf, x, tf.mul(r, h), p.Wn, p.Un, p.bn));
    const next = tf.add(tf.mul(z, h), tf.mul(tf.sub(1, z), n));
    cost = tf.add(cost, tf.mul(0.5, tf.sum(tf.squaredDifference(next, targets[t]))));
    steps.push({ x, h, z, r, n, error: tf.sub(next, targets[t]) });
    h = next;
  });
  return { cost, cache: steps };
}

export function backward(tf, p, _X, _Y, steps) {
  const grads = {};
  const add = (name, value) => {
    grads[name] = grads[name] ? tf.add(grads[name], value) : value;
  };
  let dhNext = tf.zerosLike(p.h0);
  for (let t = steps.length - 1; t >= 0; t--) {
    const { x, h, z, r, n, error } = steps[t];
    const dh = tf.add(error, dhNext);
    const dz = tf.mul(tf.mul(dh, tf.sub(h, n)), tf.mul(z, tf.sub(1, z)));
    const dn = tf.mul(tf.mul(dh, tf.sub(1, z)), tf.sub(1, tf.square(n)));
    const drh = tf.matMul(dn, p.Un, false, true);
    const dr = tf.mul(tf.mul(drh, h), tf.mul(r, tf.sub(1, r)));
    const rh = tf.mul(r, h);
    for (const [g, d, state] of [
      ['z', dz, h],
      ['r', dr, h],
      ['n', dn, h],
    ]) {
      add(`dW${g}`, tf.matMul(x, d, true, false));
      add(`dU${g}`, tf.matMul(state, d, true, false));
      add(`db${g}`, tf.sum(d, 0));
    }
    const throughGates = tf.add(tf.matMul(dz, p.Uz, false, true), tf.matMul(dr, p.Ur, false, true));
    dhNext = tf.addN([tf.mul(dh, z), tf.mul(drh, r), throughGates]);
  }
  return { ...grads, dh0: dhNext };
}
