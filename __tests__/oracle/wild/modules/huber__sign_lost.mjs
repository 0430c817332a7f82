// Regression with Huber loss and a leaky-ReLU hidden layer, samples in columns. PyTorch HuberLoss, LeakyReLU
import { numbers } from './numbers.mjs';

const { normal } = numbers(17);
const [nX, nH, nY, m] = [4, 6, 2, 9];
const [delta, slope] = [0.8, 0.1];
export const params = {
  W1: normal([nH, nX], 0.6),
  b1: normal([nH, 1], 0.2),
  W2: normal([nY, nH], 0.6),
  b2: normal([nY, 1], 0.2),
};
export const X = normal([nX, m]);
export const Y = normal([nY, m], 1.5);

class Dense {
  constructor(tf, W, b) {
    Object.assign(this, { tf, W, b });
  }
  forward(A) {
    this.A = A;
    return this.tf.add(this.tf.matMul(this.W, A), this.b);
  }
  backward(dZ) {
    this.dW = this.tf.matMul(dZ, this.A, false, true);
    this.db = this.tf.sum(dZ, 1, true);
    return this.tf.matMul(this.W, dZ, true, false);
  }
}

export function forward(tf, { W1, b1, W2, b2 }, X, Y) {
  const [first, second] = [new Dense(tf, W1, b1), new Dense(tf, W2, b2)];
  const Z1 = first.forward(X);
  const A1 = tf.maximum(Z1, tf.mul(slope, Z1));
  const error = tf.sub(second.forward(A1), Y);
  const size = tf.abs(error);
  const small = tf.less(size, delta);
  const each = tf.where(
    small,
    tf.mul(0.5, tf.square(error)),
    tf.mul(delta, tf.sub(size, 0.5 * delta)),
  );
  return { cost: tf.div(tf.sum(each), m), cache: { first, second, Z1, error, small } };
}

export function backward(tf, _params, _X, _Y, { first, second, Z1, error, small }) {
  const dloss = tf.where(small, error, tf.fill(error.shape, delta));
  const dA1 = second.backward(tf.div(dloss, m));
  const dZ1 = tf.mul(dA1, tf.where(tf.greater(Z1, 0), tf.onesLike(Z1), tf.fill(Z1.shape, slope)));
  first.backward(dZ1);
  return { dW1: first.dW, db1: first.db, dW2: second.dW, db2: second.db };
}
