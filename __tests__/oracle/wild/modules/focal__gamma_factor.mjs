// Focal loss on a binary classifier, samples in columns. Lin et al. 2017
export const labels = 'binary';
export const shapes = {
  X: ['n_x', 'm'],
  Y: [1, 'm'],
  W1: ['n_h', 'n_x'],
  b1: ['n_h', 1],
  W2: [1, 'n_h'],
  b2: [1, 1],
};
const [alpha, gamma] = [0.25, 2];

export function forward(tf, { W1, b1, W2, b2 }, X, Y) {
  const Z1 = tf.add(tf.matMul(W1, X), b1);
  const A1 = tf.relu(Z1);
  const P = tf.sigmoid(tf.add(tf.matMul(W2, A1), b2));
  const positive = tf.mul(tf.mul(Y, tf.mul(alpha, tf.pow(tf.sub(1, P), gamma))), tf.log(P));
  const negative = tf.mul(
    tf.mul(tf.sub(1, Y), tf.mul(1 - alpha, tf.pow(P, gamma))),
    tf.log(tf.sub(1, P)),
  );
  return { cost: tf.neg(tf.mean(tf.add(positive, negative))), cache: { Z1, A1, P } };
}

export function backward(tf, { W2 }, X, Y, { Z1, A1, P }) {
  const m = X.shape[1];
  const Q = tf.sub(1, P);
  const ofOnes = tf.mul(tf.mul(alpha, tf.pow(Q, gamma)), tf.sub(tf.mul(P, tf.log(P)), Q));
  const ofZeros = tf.mul(tf.mul(1 - alpha, tf.pow(P, gamma)), tf.sub(P, tf.mul(Q, tf.log(Q))));
  const dZ2 = tf.add(tf.mul(Y, ofOnes), tf.mul(tf.sub(1, Y), ofZeros));
  const dW2 = tf.div(tf.matMul(dZ2, A1, false, true), m);
  const db2 = tf.div(tf.sum(dZ2, 1, true), m);
  const dA1 = tf.matMul(W2, dZ2, true, false);
  const dZ1 = tf.mul(dA1, tf.cast(tf.greater(Z1, 0), 'float32'));
  return {
    dW1: tf.div(tf.matMul(dZ1, X, false, true), m),
    db1: tf.div(tf.sum(dZ1, 1, true), m),
    dW2,
    db2,
  };
}
