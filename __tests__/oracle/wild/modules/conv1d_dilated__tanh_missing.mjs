// Causal dilated 1-D convolution with tanh, the backward pass in loops over plain arrays. WaveNet
import { numbers } from './numbers.mjs';

const { normal } = numbers(10);
const [N, T, C, F, K, dilation] = [2, 7, 3, 4, 2, 2];
const pad = (K - 1) * dilation;
export const params = { x: normal([N, T, C]), w: normal([K, C, F], 0.5), b: normal([F], 0.2) };
export const X = normal([N, T, F]); // the gradient from above
export const Y = [[0]];

export function forward(tf, { x, w, b }, dout) {
  const padded = tf.pad(x, [
    [0, 0],
    [pad, 0],
    [0, 0],
  ]);
  const taps = tf.unstack(w).map((tap, k) => {
    const seen = tf.reshape(tf.slice(padded, [0, k * dilation, 0], [N, T, C]), [N * T, C]);
    return tf.reshape(tf.matMul(seen, tap), [N, T, F]);
  });
  const out = tf.tanh(tf.add(tf.addN(taps), b));
  return { cost: tf.sum(tf.mul(out, dout)), cache: { out } };
}

export function backward(tf, { x, w }, dout, _Y) {
  const [xs, ws, ds] = [x, w, dout].map((t) => t.arraySync());
  const dx = xs.map((sample) => sample.map((step) => step.map(() => 0)));
  const dw = ws.map((tap) => tap.map((row) => row.map(() => 0)));
  const db = Array(F).fill(0);
  for (let n = 0; n < N; n++) {
    for (let t = 0; t < T; t++) {
      for (let f = 0; f < F; f++) {
        const dz = ds[n][t][f];
        db[f] += dz;
        for (let k = 0; k < K; k++) {
          const from = t - pad + k * dilation;
          if (from < 0) continue;
          for (let c = 0; c < C; c++) {
            dw[k][c][f] += dz * xs[n][from][c];
            dx[n][from][c] += dz * ws[k][c][f];
          }
        }
      }
    }
  }
  return { dx: tf.tensor(dx), dw: tf.tensor(dw), db: tf.tensor(db) };
}
