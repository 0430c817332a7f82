// An affine layer without a cost, samples in rows: right.
//   handgrad check examples/check/layers/affine.mjs

export const shapes = { x: ['N', 'D'], w: ['D', 'M'], b: ['M'] };

export function forward(tf, x, w, b) {
  const out = tf.add(tf.matMul(x, w), b); // (N, M)
  return { out, cache: { x, w } };
}

export function backward(tf, dout, { x, w }) {
  const dx = tf.matMul(dout, w, false, true); // (N, D)
  const dw = tf.matMul(x, dout, true, false); // (D, M)
  const db = tf.sum(dout, 0); // (M)
  return { dx, dw, db };
}
