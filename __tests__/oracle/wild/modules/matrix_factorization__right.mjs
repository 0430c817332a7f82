// Matrix factorisation with biases, the gradient in a loop over the ratings. Koren et al. 2009; Surprise SVD
import { numbers } from './numbers.mjs';

const { normal } = numbers(19);
const [users, items, K, lambda] = [4, 5, 3, 0.1];
const ratings = [
  [0, 1],
  [0, 4],
  [1, 1],
  [1, 2],
  [2, 0],
  [2, 3],
  [2, 4],
  [3, 1],
  [3, 3],
];
export const params = {
  P: normal([users, K], 0.7),
  Q: normal([items, K], 0.7),
  bu: normal([users], 0.3),
  bi: normal([items], 0.3),
};
export const X = [[3.4]]; // the mean rating
export const Y = ratings.map((_, r) => 1 + ((r * 7) % 5));

export function forward(tf, { P, Q, bu, bi }, X, Y) {
  const u = tf.tensor1d(
    ratings.map(([user]) => user),
    'int32',
  );
  const i = tf.tensor1d(
    ratings.map(([, item]) => item),
    'int32',
  );
  const [p, q, b, c] = [tf.gather(P, u), tf.gather(Q, i), tf.gather(bu, u), tf.gather(bi, i)];
  const predicted = tf.add(tf.sum(tf.mul(p, q), 1), tf.add(tf.add(b, c), tf.reshape(X, [1])));
  const error = tf.sub(Y, predicted);
  const size = tf.addN([
    tf.sum(tf.square(p)),
    tf.sum(tf.square(q)),
    tf.sum(tf.square(b)),
    tf.sum(tf.square(c)),
  ]);
  return {
    cost: tf.mul(0.5, tf.add(tf.sum(tf.square(error)), tf.mul(lambda, size))),
    cache: error,
  };
}

export function backward(tf, params, _X, _Y, error) {
  const [P, Q, bu, bi] = [params.P, params.Q, params.bu, params.bi].map((t) => t.arraySync());
  const e = error.arraySync();
  const dP = P.map((row) => row.map(() => 0));
  const dQ = Q.map((row) => row.map(() => 0));
  const dbu = bu.map(() => 0);
  const dbi = bi.map(() => 0);
  ratings.forEach(([u, i], r) => {
    for (let k = 0; k < K; k++) {
      dP[u][k] += -e[r] * Q[i][k] + lambda * P[u][k];
      dQ[i][k] += -e[r] * P[u][k] + lambda * Q[i][k];
    }
    dbu[u] += -e[r] + lambda * bu[u];
    dbi[i] += -e[r] + lambda * bi[i];
  });
  return { dP: tf.tensor(dP), dQ: tf.tensor(dQ), dbu: tf.tensor(dbu), dbi: tf.tensor(dbi) };
}
