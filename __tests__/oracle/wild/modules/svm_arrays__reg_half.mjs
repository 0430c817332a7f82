// Multiclass SVM loss, the gradient in loops over plain arrays. CS231n assignment 1, linear_svm.py
import { numbers } from './numbers.mjs';

const { normal, whole } = numbers(6);
const [N, D, C, reg] = [7, 5, 4, 0.05];
export const params = { W: normal([D, C], 0.6), b: normal([C], 0.3) };
export const X = normal([N, D]);
export const Y = whole([N], C);

export function forward(tf, { W, b }, X, Y) {
  const scores = tf.add(tf.matMul(X, W), b);
  const target = tf.oneHot(tf.cast(Y, 'int32'), C);
  const correct = tf.sum(tf.mul(scores, target), 1, true);
  const margins = tf.mul(tf.relu(tf.add(tf.sub(scores, correct), 1)), tf.sub(1, target));
  const cost = tf.add(tf.div(tf.sum(margins), N), tf.mul(reg, tf.sum(tf.square(W))));
  return { cost, cache: { scores } };
}

export function backward(tf, { W }, X, Y, { scores }) {
  const [x, y, s, w] = [X.arraySync(), Y.arraySync(), scores.arraySync(), W.arraySync()];
  const dW = w.map((row) => row.map(() => 0));
  const db = Array(C).fill(0);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < C; j++) {
      if (j === y[i]) continue;
      const margin = s[i][j] - s[i][y[i]] + 1;
      if (margin > 0) {
        for (let d = 0; d < D; d++) {
          dW[d][j] += x[i][d] / N;
          dW[d][y[i]] -= x[i][d] / N;
        }
        db[j] += 1 / N;
        db[y[i]] -= 1 / N;
      }
    }
  }
  for (let d = 0; d < D; d++) for (let j = 0; j < C; j++) dW[d][j] += reg * w[d][j];
  return { dW: tf.tensor(dW), db: tf.tensor(db) };
}
