// Knowledge distillation: softmax with a temperature, the teacher's logits in Y, samples in rows. Hinton et al. 2015
import { numbers } from './numbers.mjs';

const { normal } = numbers(5);
const [N, D, H, K] = [7, 4, 6, 5];
const temperature = 3;
export const params = {
  W1: normal([D, H], 0.5),
  b1: normal([H], 0.2),
  W2: normal([H, K], 0.8),
  b2: normal([K], 0.2),
};
export const X = normal([N, D]);
export const Y = normal([N, K], 2);

const soft = (tf, logits) => tf.softmax(tf.div(logits, temperature));

export function forward(tf, { W1, b1, W2, b2 }, X, Y) {
  const hidden = tf.tanh(tf.add(tf.matMul(X, W1), b1));
  const student = tf.add(tf.matMul(hidden, W2), b2);
  const [p, q] = [soft(tf, Y), soft(tf, student)];
  const kl = tf.sum(tf.mul(p, tf.sub(tf.log(p), tf.log(q))), 1);
  return { cost: tf.mul(temperature ** 2, tf.mean(kl)), cache: { hidden, student, p } };
}

export function backward(tf, { W2 }, X, _Y, { hidden, student, p }) {
  const q = soft(tf, student);
  const dscaled = tf.mul(1 / N, tf.sub(q, p));
  const dstudent = tf.div(dscaled, temperature);
  const dhidden = tf.matMul(dstudent, W2, false, true);
  const draw = tf.mul(dhidden, tf.sub(1, tf.square(hidden)));
  return {
    dW1: tf.matMul(X, draw, true, false),
    db1: tf.sum(draw, 0),
    dW2: tf.matMul(hidden, dstudent, true, false),
    db2: tf.sum(dstudent, 0),
  };
}
