// Squeeze-and-excitation block, (N, H, W, C), the block alone: X is the gradient from above. Hu et al. 2018
import { numbers } from './numbers.mjs';

const { normal } = numbers(21);
const [N, H, W, C, R] = [3, 2, 5, 4, 6];
export const params = {
  x: normal([N, H, W, C]),
  W1: normal([C, R], 0.6),
  b1: normal([R], 0.2),
  W2: normal([R, C], 0.6),
  b2: normal([C], 0.2),
};
export const X = normal([N, H, W, C]);
export const Y = [[0]];

const perChannel = (tf, s) => tf.reshape(s, [N, 1, 1, C]);

export function forward(tf, { x, W1, b1, W2, b2 }, dout) {
  const squeezed = tf.mean(x, [1, 2]);
  const h = tf.relu(tf.add(tf.matMul(squeezed, W1), b1));
  const s = tf.sigmoid(tf.add(tf.matMul(h, W2), b2));
  const out = tf.mul(x, perChannel(tf, s));
  return { cost: tf.sum(tf.mul(out, dout)), cache: { squeezed, h, s } };
}

export function backward(tf, { x, W2 }, dout, _Y, { squeezed, h, s }) {
  const ds = tf.sum(tf.mul(dout, x), [1, 2]);
  const dz2 = tf.mul(ds, tf.mul(s, tf.sub(1, s)));
  const dh = tf.matMul(dz2, W2, false, true);
  const dz1 = tf.mul(dh, tf.step(h));
  const direct = tf.mul(dout, perChannel(tf, s));
  return {
    dx: direct,
    dW1: tf.matMul(squeezed, dz1, true, false),
    db1: tf.sum(dz1, 0),
    dW2: tf.matMul(h, dz2, true, false),
    db2: tf.sum(dz2, 0),
  };
}
