// Variational autoencoder with given noise, samples in rows. Kingma & Welling 2014
import { numbers } from './numbers.mjs';

const { normal } = numbers(27);
const [N, D, H, Z] = [7, 5, 4, 2];
const eps = normal([N, Z]);
const dense = (name, n, k) => ({
  [`W${name}`]: normal([n, k], 0.5),
  [`b${name}`]: normal([k], 0.2),
});
export const params = {
  ...dense('e', D, H),
  ...dense('m', H, Z),
  ...dense('s', H, Z),
  ...dense('d', Z, D),
};
export const X = normal([N, D]);
export const Y = [[0]];

export function forward(tf, { We, be, Wm, bm, Ws, bs, Wd, bd }, x) {
  const h = tf.tanh(tf.add(tf.matMul(x, We), be));
  const mu = tf.add(tf.matMul(h, Wm), bm);
  const logvar = tf.add(tf.matMul(h, Ws), bs);
  const sigma = tf.exp(tf.mul(0.5, logvar));
  const z = tf.add(mu, tf.mul(sigma, eps));
  const xhat = tf.add(tf.matMul(z, Wd), bd);
  const error = tf.sub(xhat, x);
  const kl = tf.mul(-0.5, tf.sum(tf.sub(tf.sub(tf.add(1, logvar), tf.square(mu)), tf.exp(logvar))));
  const reconstruction = tf.mul(0.5, tf.sum(tf.square(error)));
  return { cost: tf.div(tf.add(reconstruction, kl), N), cache: { h, mu, logvar, sigma, z, error } };
}

export function backward(tf, { Wm, Ws, Wd }, x, _Y, { h, logvar, sigma, z, error }) {
  const dxhat = tf.div(error, N);
  const dz = tf.matMul(dxhat, Wd, false, true);
  const dmu = dz;
  const dklLogvar = tf.div(tf.mul(0.5, tf.sub(tf.exp(logvar), 1)), N);
  const dlogvar = tf.add(tf.mul(tf.mul(dz, eps), tf.mul(0.5, sigma)), dklLogvar);
  const dh = tf.add(tf.matMul(dmu, Wm, false, true), tf.matMul(dlogvar, Ws, false, true));
  const da = tf.mul(dh, tf.sub(1, tf.square(h)));
  const of = (input, d) => [tf.matMul(input, d, true, false), tf.sum(d, 0)];
  const [dWd, dbd] = of(z, dxhat);
  const [dWm, dbm] = of(h, dmu);
  const [dWs, dbs] = of(h, dlogvar);
  const [dWe, dbe] = of(x, da);
  return { dWe, dbe, dWm, dbm, dWs, dbs, dWd, dbd };
}
