import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';

/** Layers as CS231n has them, samples in rows, and what a slip makes of each. */

type TF = typeof tfjs;
type T = Tensor;

/** out = x w + b: dx = dout wᵀ, dw = xᵀ dout, db = Σ dout */
export const affine = {
  shapes: { x: ['N', 'D'], w: ['D', 'M'], b: ['M'] },
  forward: (tf: TF, x: Tensor2D, w: Tensor2D, b: T) => ({
    out: tf.add(tf.matMul(x, w), b),
    cache: { x, w },
  }),
  backward: (tf: TF, dout: Tensor2D, { x, w }: { x: Tensor2D; w: Tensor2D }) => ({
    dx: tf.matMul(dout, w, false, true) as T,
    dw: tf.matMul(x, dout, true, false) as T,
    db: tf.sum(dout, 0) as T,
  }),
};

type Normalized = { xhat: T; std: T; gamma: T };

/** y = γ x̂ + β over the batch: dx = γ/σ (dy - mean dy - x̂ mean(dy x̂)) */
export const batchNorm = {
  shapes: { x: ['N', 'D'], gamma: ['D'], beta: ['D'] },
  options: { eps: 1e-5 },
  forward: (tf: TF, x: T, gamma: T, beta: T, eps: number) => {
    const centred = tf.sub(x, tf.mean(x, 0));
    const std = tf.sqrt(tf.add(tf.mean(tf.square(centred), 0), eps));
    const xhat = tf.div(centred, std);
    const cache: Normalized = { xhat, std, gamma };
    return { y: tf.add(tf.mul(gamma, xhat), beta), cache };
  },
  backward: (tf: TF, dy: T, { xhat, std, gamma }: Normalized) => {
    const dxhat = tf.mul(dy, gamma);
    const along = tf.mul(xhat, tf.mean(tf.mul(dxhat, xhat), 0));
    return {
      dx: tf.div(tf.sub(tf.sub(dxhat, tf.mean(dxhat, 0)), along), std) as T,
      dgamma: tf.sum(tf.mul(dy, xhat), 0) as T,
      dbeta: tf.sum(dy, 0) as T,
    };
  },
};

type Convolved = { x: Tensor4D; w: Tensor4D; stride: number };

/** The patches of x (N, C, H, W) under one place of the kernel, as (N, OH, OW, C). */
const patch = (tf: TF, x: Tensor4D, [i, j]: number[], [OH, OW]: number[], stride: number) =>
  tf.transpose(
    tf.stridedSlice(
      x,
      [0, 0, i, j],
      [x.shape[0], x.shape[1], i + (OH - 1) * stride + 1, j + (OW - 1) * stride + 1],
      [1, 1, stride, stride],
    ),
    [0, 2, 3, 1],
  );

const places = ({ shape }: Tensor4D) =>
  Array.from({ length: shape[2] * shape[3] }, (_, k) => [Math.floor(k / shape[3]), k % shape[3]]);

const sidesOf = (x: Tensor4D, w: Tensor4D, stride: number) =>
  [2, 3].map((axis) => Math.floor((x.shape[axis] - w.shape[axis]) / stride) + 1);

/** The kernel at one place, (F, C). */
const kernelAt = (tf: TF, w: Tensor4D, [i, j]: number[]) =>
  tf.reshape(tf.slice(w, [0, 0, i, j], [-1, -1, 1, 1]), [w.shape[0], w.shape[1]]) as Tensor2D;

/** out[n, f, p, q] = Σ x[n, c, p s + i, q s + j] w[f, c, i, j] + b[f] */
export const conv = {
  shapes: { x: [2, 3, 5, 5], w: [4, 3, 3, 3], b: [4] },
  options: { stride: 2 },
  forward: (tf: TF, x: Tensor4D, w: Tensor4D, b: T, { stride } = { stride: 1 }) => {
    const sides = sidesOf(x, w, stride);
    const rows = x.shape[0] * sides[0] * sides[1];
    const terms = places(w).map((place) =>
      tf.matMul(
        tf.reshape(patch(tf, x, place, sides, stride), [rows, x.shape[1]]) as Tensor2D,
        kernelAt(tf, w, place),
        false,
        true,
      ),
    );
    const flat = tf.add(
      terms.reduce((sum, term) => tf.add(sum, term)),
      b,
    );
    const out = tf.transpose(tf.reshape(flat, [x.shape[0], ...sides, w.shape[0]]), [0, 3, 1, 2]);
    const cache: Convolved = { x, w, stride };
    return [out, cache] as const;
  },
  backward: (tf: TF, dout: Tensor4D, { x, w, stride }: Convolved) => {
    const sides = sidesOf(x, w, stride);
    const rows = x.shape[0] * sides[0] * sides[1];
    const flat = tf.reshape(tf.transpose(dout, [0, 2, 3, 1]), [rows, w.shape[0]]) as Tensor2D;
    const dws = places(w).map((place) =>
      tf.matMul(
        flat,
        tf.reshape(patch(tf, x, place, sides, stride), [rows, x.shape[1]]) as Tensor2D,
        true,
        false,
      ),
    );
    const dw = tf.reshape(tf.transpose(tf.stack(dws), [1, 2, 0]), w.shape);
    const dx = new Float64Array(x.size);
    const [N, C, H, W] = x.shape;
    for (const place of places(w)) {
      const part = tf.matMul(flat, kernelAt(tf, w, place)).dataSync(); // (rows, C)
      for (let row = 0; row < rows; row++) {
        const n = Math.floor(row / (sides[0] * sides[1]));
        const p = Math.floor(row / sides[1]) % sides[0];
        const q = row % sides[1];
        for (let c = 0; c < C; c++) {
          const at = ((n * C + c) * H + p * stride + place[0]) * W + q * stride + place[1];
          dx[at] += part[row * C + c];
        }
      }
    }
    return [tf.tensor(dx, [N, C, H, W]), dw, tf.sum(dout, [0, 2, 3])] as T[];
  },
};

/** p = softmax(x): dx = p (dp - Σ p dp) */
export const softmax = {
  shapes: { x: ['N', 'C'] },
  forward: (tf: TF, x: T) => {
    const p = tf.softmax(x);
    return { p, cache: p };
  },
  backward: (tf: TF, dp: T, p: T) => tf.mul(p, tf.sub(dp, tf.sum(tf.mul(p, dp), -1, true))) as T,
};

/** L = -1/N Σ log p[y]: dx = (p - onehot(y)) dL/N */
export const softmaxLoss = {
  shapes: { x: ['N', 'C'], y: ['N'] },
  integers: { y: 'C' },
  forward: (tf: TF, x: T, y: tfjs.Tensor1D) => {
    const right = tf.cast(tf.oneHot(y, x.shape[1] as number), 'float32');
    const logp = tf.logSoftmax(x);
    const loss = tf.neg(tf.div(tf.sum(tf.mul(right, logp)), x.shape[0]));
    return { loss, cache: { p: tf.exp(logp), right } };
  },
  backward: (tf: TF, dloss: T, { p, right }: { p: T; right: T }) => ({
    dx: tf.mul(dloss, tf.div(tf.sub(p, right), p.shape[0])) as T,
  }),
};
