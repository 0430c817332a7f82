import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { FLOAT64 } from '../../src/float64/index.js';

const path = new URL('../goldens/gradients.json', import.meta.url);
const golden = JSON.parse(readFileSync(path, 'utf8')).cases[1]; // 2-4-1, tanh and sigmoid
const names = ['W1', 'b1', 'W2', 'b2'] as const;

test('by hand, by variableGrads and by PyTorch: the same to 1e-14', async () => {
  await tf.setBackend(FLOAT64);
  tf.engine().startScope();
  const { m } = golden;
  const X = tf.tensor2d(golden.X);
  const Y = tf.tensor2d(golden.Y);
  const [W1, b1, W2, b2] = names.map((name) => tf.variable(tf.tensor2d(golden[name])));

  const forward = () => {
    const A1 = tf.tanh(tf.add(tf.matMul(W1, X), b1));
    return { A1, Z2: tf.add(tf.matMul(W2, A1), b2) };
  };
  const cost = (): tf.Scalar => {
    const { Z2 } = forward();
    return tf.div(tf.sum(tf.sub(tf.softplus(Z2), tf.mul(Y, Z2))), m);
  };

  const { A1, Z2 } = forward();
  const dZ2 = tf.sub(tf.sigmoid(Z2), Y);
  const dZ1 = tf.mul(tf.matMul(W2, dZ2, true), tf.sub(1, tf.square(A1)));
  const byHand = [
    tf.div(tf.matMul(dZ1, X, false, true), m),
    tf.div(tf.sum(dZ1, 1, true), m),
    tf.div(tf.matMul(dZ2, A1, false, true), m),
    tf.div(tf.sum(dZ2, 1, true), m),
  ];
  const variables = [W1, b1, W2, b2];
  const { grads } = tf.variableGrads(cost, variables);

  expect(Math.abs(cost().dataSync()[0] - golden.cost)).toBeLessThanOrEqual(1e-14);
  names.forEach((name, i) => {
    const expected: number[] = golden[`d${name}`].flat();
    const hand = byHand[i].dataSync();
    const auto = grads[variables[i].name].dataSync();
    expect(hand.length).toBe(expected.length);
    expected.forEach((v, j) => {
      expect(Math.abs(hand[j] - v)).toBeLessThanOrEqual(1e-14);
      expect(Math.abs(auto[j] - v)).toBeLessThanOrEqual(1e-14);
    });
  });
  tf.engine().endScope();
  tf.dispose(variables);
});
