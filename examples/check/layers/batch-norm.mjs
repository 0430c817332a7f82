// Batch norm whose dx takes the variance for a constant
//   handgrad check examples/check/layers/batch-norm.mjs

export const shapes = { x: ['N', 'D'], gamma: ['D'], beta: ['D'] };
export const options = { eps: 1e-5 };

export function forward(tf, x, gamma, beta, eps) {
  const xc = tf.sub(x, tf.mean(x, 0));
  const std = tf.sqrt(tf.add(tf.mean(tf.square(xc), 0), eps));
  const xhat = tf.div(xc, std);
  return { out: tf.add(tf.mul(gamma, xhat), beta), cache: { xhat, std, gamma } };
}

export function backward(tf, dout, { xhat, std, gamma }) {
  const dgamma = tf.sum(tf.mul(dout, xhat), 0);
  const dbeta = tf.sum(dout, 0);
  const dxhat = tf.mul(dout, gamma);
  const dx = tf.div(tf.sub(dxhat, tf.mean(dxhat, 0)), std);
  return { dx, dgamma, dbeta };
}
