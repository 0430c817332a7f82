// Two highway layers, y = g h + (1 - g) x, samples in columns. Srivastava et al. 2015
export const labels = 'real';
const L = 2;
const layers = [1, 2].map((l) => ({
  [`W${l}`]: ['n', 'n'],
  [`b${l}`]: ['n', 1],
  [`Wg${l}`]: ['n', 'n'],
  [`bg${l}`]: ['n', 1],
}));
export const shapes = { X: ['n', 'm'], Y: ['n', 'm'], ...layers[0], ...layers[1] };

export function forward(tf, p, X, Y) {
  const caches = [];
  let x = X;
  for (let l = 1; l <= L; l++) {
    const h = tf.tanh(tf.add(tf.matMul(p[`W${l}`], x), p[`b${l}`]));
    const g = tf.sigmoid(tf.add(tf.matMul(p[`Wg${l}`], x), p[`bg${l}`]));
    caches[l] = { x, h, g };
    x = tf.add(tf.mul(g, h), tf.mul(tf.sub(1, g), x));
  }
  const error = tf.sub(x, Y);
  return { cost: tf.div(tf.sum(tf.square(error)), 2 * X.shape[1]), cache: { caches, error } };
}

export function backward(tf, p, X, _Y, { caches, error }) {
  const grads = {};
  let dy = tf.div(error, X.shape[1]);
  for (let l = L; l >= 1; l--) {
    const { x, h, g } = caches[l];
    const dh = tf.mul(dy, g);
    const dg = tf.mul(dy, tf.sub(h, x));
    const dz = tf.mul(dh, tf.sub(1, tf.square(h)));
    const dzg = tf.mul(dg, tf.sub(1, tf.square(g)));
    grads[`dW${l}`] = tf.matMul(dz, x, false, true);
    grads[`db${l}`] = tf.sum(dz, 1, true);
    grads[`dWg${l}`] = tf.matMul(dzg, x, false, true);
    grads[`dbg${l}`] = tf.sum(dzg, 1, true);
    const carry = tf.mul(dy, tf.sub(1, g));
    dy = tf.addN([
      carry,
      tf.matMul(p[`W${l}`], dz, true, false),
      tf.matMul(p[`Wg${l}`], dzg, true, false),
    ]);
  }
  return grads;
}
