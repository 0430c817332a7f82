// A whole network by hand, 2-8-1: tanh, then a sigmoid. It learns to tell a ring from what it rings.
// Nothing is hidden: each line is an equation of the course, and ends in the shape that it gives.
// Run it: npm run by-hand

import * as tf from '@tensorflow/tfjs';

tf.enableProdMode();
await tf.setBackend('cpu');

// The data: m points in the plane, samples in columns. Y = 1 on the ring, 0 inside it.
const m = 200;
const points = Array.from({ length: m }, (_, i) => {
  const radius = i % 2 === 0 ? 1 : 0.4;
  const angle = (2 * Math.PI * i) / m;
  const wobble = 0.15 * Math.sin(7 * i);
  return [(radius + wobble) * Math.cos(angle), (radius + wobble) * Math.sin(angle)];
});
const X = tf.tensor2d(points).transpose(); // (2, m)
const Y = tf.tensor2d(
  points.map((_, i) => (i % 2 === 0 ? 1 : 0)),
  [1, m],
); // (1, m)

// The parameters: small random weights, no biases.
let W1 = tf.randomNormal([8, 2], 0, 0.7, 'float32', 1); // (8, 2)
let b1 = tf.zeros([8, 1]); // (8, 1)
let W2 = tf.randomNormal([1, 8], 0, 0.35, 'float32', 2); // (1, 8)
let b2 = tf.zeros([1, 1]); // (1, 1)

function forward(W1: tf.Tensor, b1: tf.Tensor, W2: tf.Tensor, b2: tf.Tensor) {
  const Z1 = tf.matMul(W1, X).add(b1); // (8, m)
  const A1 = tf.tanh(Z1); // (8, m)
  const Z2 = tf.matMul(W2, A1).add(b2); // (1, m)
  const A2 = tf.sigmoid(Z2); // (1, m)
  return { A1, Z2, A2 };
}

// J = -1/m Σ (Y log A2 + (1 - Y) log(1 - A2)), with A2 = 1/(1 + e^-Z2) put in
function cost(Z2: tf.Tensor): tf.Scalar {
  return tf.softplus(Z2).sub(Y.mul(Z2)).sum().div(m); // ()
}

function backward(A1: tf.Tensor, A2: tf.Tensor, W2: tf.Tensor) {
  const dZ2 = A2.sub(Y); // (1, m)
  const dW2 = tf.matMul(dZ2, A1, false, true).div(m); // (1, 8)
  const db2 = dZ2.sum(1, true).div(m); // (1, 1)
  const dA1 = tf.matMul(W2, dZ2, true, false); // (8, m)
  const dZ1 = dA1.mul(tf.sub(1, A1.square())); // (8, m)
  const dW1 = tf.matMul(dZ1, X, false, true).div(m); // (8, 2)
  const db1 = dZ1.sum(1, true).div(m); // (8, 1)
  return { dW1, db1, dW2, db2 };
}

// Is it right? Let TensorFlow.js differentiate the same cost, and compare.
function checkGradients() {
  const variables = [W1, b1, W2, b2].map((P) => tf.variable(P));
  const [vW1, vb1, vW2, vb2] = variables;
  const { grads } = tf.variableGrads(() => cost(forward(vW1, vb1, vW2, vb2).Z2), variables);
  const { A1, A2 } = forward(W1, b1, W2, b2);
  Object.entries(backward(A1, A2, W2)).forEach(([name, byHand], i) => {
    const byMachine = grads[variables[i].name];
    const error = byHand.sub(byMachine).abs().max().div(byMachine.abs().max()).dataSync()[0];
    console.log(`${name} differs from tf.variableGrads by ${error.toExponential(1)}`);
    if (!(error < 1e-4)) throw new Error(`${name} is wrong`);
  });
}

tf.tidy(checkGradients);

// Gradient descent: W := W - α dW, b := b - α db
const alpha = 1;
const iterations = 1500;
for (let i = 0; i <= iterations; i++) {
  const next = tf.tidy(() => {
    const { A1, Z2, A2 } = forward(W1, b1, W2, b2);
    if (i % 250 === 0)
      console.log(`cost after iteration ${i}: ${cost(Z2).dataSync()[0].toFixed(6)}`);
    const { dW1, db1, dW2, db2 } = backward(A1, A2, W2);
    return {
      W1: W1.sub(dW1.mul(alpha)), // (8, 2)
      b1: b1.sub(db1.mul(alpha)), // (8, 1)
      W2: W2.sub(dW2.mul(alpha)), // (1, 8)
      b2: b2.sub(db2.mul(alpha)), // (1, 1)
    };
  });
  tf.dispose([W1, b1, W2, b2]);
  ({ W1, b1, W2, b2 } = next as {
    W1: tf.Tensor2D;
    b1: tf.Tensor2D;
    W2: tf.Tensor2D;
    b2: tf.Tensor2D;
  });
}

const { A2 } = forward(W1, b1, W2, b2);
const right = A2.greater(0.5).equal(Y.cast('bool')).sum().dataSync()[0];
console.log(`${right} of ${m} points are on the right side`);
