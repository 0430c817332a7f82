// A convolutional network by hand: convolution, max pooling, convolution, softmax. It learns to tell a
// square, a plus and a cross apart, wherever they are in a noisy picture.
// Nothing is hidden: each line is an equation of the course, and ends in the shape that it gives.
// Run it: npm run by-hand-conv

import * as tf from '@tensorflow/tfjs';

tf.enableProdMode();
await tf.setBackend('cpu');

// The data: each figure in each of 6 x 6 places, in an order that mixes them, with noise and a mean of
// about 0. X has samples first, Y in columns. A quarter of the pictures is kept for the end.
const figures = [
  ['#####', '#...#', '#...#', '#...#', '#####'],
  ['..#..', '..#..', '#####', '..#..', '..#..'],
  ['#...#', '.#.#.', '..#..', '.#.#.', '#...#'],
];
const [m, unseen] = [80, 28];
const order = Array.from({ length: m + unseen }, (_, i) => (i * 67) % (m + unseen));
const drawn = order.map((i) => {
  const [figure, top, left] = [figures[i % 3], Math.floor(i / 18), Math.floor(i / 3) % 6];
  const isInk = (y: number, x: number) => figure[y - top]?.[x - left] === '#';
  return Array.from({ length: 100 }, (_, i) => Number(isInk(Math.floor(i / 10), i % 10)));
});
const clean = tf.tensor2d(drawn).reshape([-1, 10, 10, 1]); // (108, 10, 10, 1)
const noisy = clean.add(tf.randomNormal(clean.shape, -0.25, 0.1, 'float32', 1)); // (108, 10, 10, 1)
const [X, XUnseen] = tf.split<tf.Tensor4D>(noisy, [m, unseen]); // (m, 10, 10, 1)
const classes = order.map((i) => i % 3);
const [Y, YUnseen] = tf.split(tf.oneHot(classes, 3).transpose().toFloat(), [m, unseen], 1); // (3, m)

// The parameters: random filters and weights, no biases.
const drawnAs = <R extends tf.Rank>(shape: tf.ShapeMap[R], deviation: number, seed: number) =>
  tf.variable(tf.randomNormal<R>(shape, 0, deviation, 'float32', seed));
const W1 = drawnAs<tf.Rank.R4>([3, 3, 1, 4], 0.4, 2); // (3, 3, 1, 4)
const b1 = tf.variable(tf.zeros([4])); // (4)
const W2 = drawnAs<tf.Rank.R4>([3, 3, 4, 8], 0.2, 3); // (3, 3, 4, 8)
const b2 = tf.variable(tf.zeros([8])); // (8)
const W3 = drawnAs<tf.Rank.R2>([3, 32], 0.1, 4); // (3, 32)
const b3 = tf.variable(tf.zeros([3, 1])); // (3, 1)

function forward(X: tf.Tensor4D) {
  const Z1 = tf.conv2d(X, W1, 1, 'valid').add(b1); // (m, 8, 8, 4)
  const A1 = tf.relu(Z1); // (m, 8, 8, 4)
  const P1 = tf.maxPool(A1 as tf.Tensor4D, 2, 2, 'valid'); // (m, 4, 4, 4)
  const Z2 = tf.conv2d(P1, W2, 1, 'valid').add(b2); // (m, 2, 2, 8)
  const A2 = tf.relu(Z2); // (m, 2, 2, 8)
  const F2 = A2.reshape([-1, 32]).transpose(); // (32, m)
  const Z3 = tf.matMul(W3, F2).add(b3); // (3, m)
  const A3 = tf.softmax(Z3.transpose()).transpose(); // (3, m)
  return { Z1, A1, P1, Z2, F2, Z3, A3 };
}

// J = -1/m Σ Y log A3, with A3 = e^Z3 / Σ e^Z3 put in
function cost(Z3: tf.Tensor): tf.Scalar {
  return tf.logSumExp(Z3, 0).sub(Y.mul(Z3).sum(0)).mean(); // ()
}

function backward({ Z1, A1, P1, Z2, F2, A3 }: ReturnType<typeof forward>) {
  const dZ3 = A3.sub(Y); // (3, m)
  const dW3 = tf.matMul(dZ3, F2, false, true).div(m); // (3, 32)
  const db3 = dZ3.sum(1, true).div(m); // (3, 1)
  const dF2 = tf.matMul(W3, dZ3, true, false); // (32, m)
  const dA2 = dF2.transpose().reshape([-1, 2, 2, 8]); // (m, 2, 2, 8)
  const dZ2 = dA2.mul(Z2.greater(0)); // (m, 2, 2, 8)

  // dW2: dZ2 slides over P1 as a filter, with samples as channels
  const P1T = P1.transpose<tf.Tensor4D>([3, 1, 2, 0]); // (4, 4, 4, m)
  const dZ2T = dZ2.transpose<tf.Tensor4D>([1, 2, 0, 3]); // (2, 2, m, 8)
  const dW2 = tf.conv2d(P1T, dZ2T, 1, 'valid').transpose([1, 2, 0, 3]).div(m); // (3, 3, 4, 8)
  const db2 = dZ2.sum([0, 1, 2]).div(m); // (8)

  // dP1: W2 turned by 180° slides over dZ2, with zeros around it
  const W2Turned = W2.reverse([0, 1]).transpose<tf.Tensor4D>([0, 1, 3, 2]); // (3, 3, 8, 4)
  const dZ2Wide = dZ2.pad([
    [0, 0],
    [2, 2],
    [2, 2],
    [0, 0],
  ]) as tf.Tensor4D; // (m, 6, 6, 8)
  const dP1 = tf.conv2d(dZ2Wide, W2Turned, 1, 'valid'); // (m, 4, 4, 4)

  // dA1: of each 2 x 2 pixels the largest gets dP1. Where all are 0, dZ1 is 0 too, so ties do not matter
  const isLargest = A1.equal(tf.image.resizeNearestNeighbor(P1, [8, 8])); // (m, 8, 8, 4)
  const dA1 = tf.image.resizeNearestNeighbor(dP1, [8, 8]).mul(isLargest); // (m, 8, 8, 4)
  const dZ1 = dA1.mul(Z1.greater(0)); // (m, 8, 8, 4)
  const XT = X.transpose<tf.Tensor4D>([3, 1, 2, 0]); // (1, 10, 10, m)
  const dZ1T = dZ1.transpose<tf.Tensor4D>([1, 2, 0, 3]); // (8, 8, m, 4)
  const dW1 = tf.conv2d(XT, dZ1T, 1, 'valid').transpose([1, 2, 0, 3]).div(m); // (3, 3, 1, 4)
  const db1 = dZ1.sum([0, 1, 2]).div(m); // (4)
  return { dW1, db1, dW2, db2, dW3, db3 };
}

// Is it right? Let TensorFlow.js differentiate the same cost, and compare.
tf.tidy(() => {
  const byHand = backward(forward(X));
  const { grads } = tf.variableGrads(() => cost(forward(X).Z3));
  Object.entries({ W1, b1, W2, b2, W3, b3 }).forEach(([name, P]) => {
    const [dP, byMachine] = [byHand[`d${name}` as keyof typeof byHand], grads[P.name]];
    const error = dP.sub(byMachine).abs().max().div(byMachine.abs().max()).dataSync()[0];
    console.log(`d${name} differs from tf.variableGrads by ${error.toExponential(1)}`);
    if (!(error < 1e-4)) throw new Error(`d${name} is wrong`);
  });
});

// Gradient descent: W := W - α dW, b := b - α db
const alpha = 0.15;
for (let i = 0; i <= 150; i++) {
  tf.tidy(() => {
    const cache = forward(X);
    if (i % 25 === 0)
      console.log(`cost after iteration ${i}: ${cost(cache.Z3).dataSync()[0].toFixed(6)}`);
    const { dW1, db1, dW2, db2, dW3, db3 } = backward(cache);
    W1.assign(W1.sub(dW1.mul(alpha))); // (3, 3, 1, 4)
    b1.assign(b1.sub(db1.mul(alpha))); // (4)
    W2.assign(W2.sub(dW2.mul(alpha))); // (3, 3, 4, 8)
    b2.assign(b2.sub(db2.mul(alpha))); // (8)
    W3.assign(W3.sub(dW3.mul(alpha))); // (3, 32)
    b3.assign(b3.sub(db3.mul(alpha))); // (3, 1)
  });
}

const right = forward(XUnseen).A3.argMax(0).equal(YUnseen.argMax(0)).sum().dataSync()[0];
console.log(`${right} of ${unseen} unseen pictures are named rightly`);
