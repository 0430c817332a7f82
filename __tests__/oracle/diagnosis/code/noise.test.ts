import { rmSync } from 'node:fs';
import { beforeEach, expect, test } from '@jest/globals';
import type { NdArray } from '../../../../src/float64/array.js';
import { same } from '../../../../src/oracle/diagnosis/code/scene.js';
import { useBackend } from '../../../../src/runtime/backends.js';
import { load, scenesOf } from './module.js';

beforeEach(() => useBackend('float64'));

/** J = Σ tanh(Z - mean Z) Y, Z = X W + b: b does not matter, so that db is zero but for rounding. */
async function scenes(times: string) {
  const written = {
    shapes: { X: ['N', 'D'], Y: ['N', 'H'], W: ['D', 'H'], b: ['H'] },
    sizes: { N: 9, D: 5, H: 4 },
    source: `export function forward(tf, { W, b }, X, Y) {
  const z = tf.add(tf.matMul(X, W), b);
  const h = tf.tanh(tf.sub(z, tf.mean(z, 0)));
  return { cost: tf.mul(tf.sum(tf.mul(h, Y)), ${times}), cache: { h } };
}
export function backward(tf, params, X, Y, { h }) {
  const dc = tf.mul(tf.mul(Y, ${times}), tf.sub(1, tf.square(h)));
  const dz = tf.sub(dc, tf.mean(dc, 0));
  return { dW: tf.matMul(X, dz, true), db: tf.sum(tf.mul(tf.div(dz, 3), 3), 0) };
}
`,
  };
  const { subject, file } = await load(written.source);
  const made = scenesOf(subject, written);
  rmSync(file);
  return made;
}

const largest = ({ values }: NdArray) =>
  (values as Float64Array).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
const times = (a: NdArray, by: number): NdArray => ({
  ...a,
  values: (a.values as Float64Array).map((v) => by * v),
});

test.each(['1', '1e-15', '1e9'])(
  'times %s: a gradient that is zero but for rounding is inside its noise',
  async (by) => {
    for (const { returned, oracle, noise } of await scenes(by)) {
      const scale = Number(by);
      expect(largest(oracle.db)).toBeGreaterThan(0);
      expect(largest(oracle.db)).toBeLessThan(1e-13 * scale);
      expect(same(returned.db, oracle.db)).toBe(false); // By its own digits it would be wrong.
      expect(same(returned.db, oracle.db, noise.db)).toBe(true);
      expect(noise.db).toBeLessThan(1e-12 * scale);
    }
  },
);

test('a gradient of 1e-15 with digits is not: what is off by a millionth of it is wrong', async () => {
  for (const { returned, oracle, noise } of await scenes('1e-15')) {
    expect(largest(oracle.dW)).toBeLessThan(1e-13);
    expect(noise.dW).toBeLessThan(1e-10 * largest(oracle.dW));
    expect(same(returned.dW, oracle.dW, noise.dW)).toBe(true);
    expect(same(times(returned.dW, 1 + 1e-6), oracle.dW, noise.dW)).toBe(false);
    expect(same(times(returned.dW, 0), oracle.dW, noise.dW)).toBe(false);
  }
});
