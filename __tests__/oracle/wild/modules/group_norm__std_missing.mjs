// Group normalisation, (N, C, H, W), the layer alone: X is the gradient from above. CS231n spatial_groupnorm_backward
import { numbers } from './numbers.mjs';

const { normal } = numbers(9);
const [N, C, H, W, G] = [3, 4, 2, 5, 2];
const eps = 1e-5;
export const params = {
  x: normal([N, C, H, W]),
  gamma: normal([1, C, 1, 1]),
  beta: normal([1, C, 1, 1]),
};
export const X = normal([N, C, H, W]);
export const Y = [[0]];

const groups = (tf, a) => tf.reshape(a, [N, G, (C / G) * H * W]);
const whole = (tf, a) => tf.reshape(a, [N, C, H, W]);

export function forward(tf, { x, gamma, beta }, dout) {
  const g = groups(tf, x);
  const centered = tf.sub(g, tf.mean(g, 2, true));
  const std = tf.sqrt(tf.add(tf.mean(tf.square(centered), 2, true), eps));
  const xhat = tf.div(centered, std);
  const out = tf.add(tf.mul(whole(tf, xhat), gamma), beta);
  return { cost: tf.sum(tf.mul(out, dout)), cache: { xhat, std } };
}

export function backward(tf, { gamma }, dout, _Y, { xhat }) {
  const dbeta = tf.sum(dout, [0, 2, 3], true);
  const dgamma = tf.sum(tf.mul(dout, whole(tf, xhat)), [0, 2, 3], true);
  const dxhat = groups(tf, tf.mul(dout, gamma));
  const meanOfD = tf.mean(dxhat, 2, true);
  const along = tf.mul(xhat, tf.mean(tf.mul(dxhat, xhat), 2, true));
  const dx = tf.sub(tf.sub(dxhat, meanOfD), along);
  return { dx: whole(tf, dx), dgamma, dbeta };
}
