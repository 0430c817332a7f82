import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { assemble } from '../../../src/compiled/wasm/assembler.js';
import { sumsCode } from '../../../src/compiled/wasm/sums.js';
import { RandomState } from '../../../src/core/random.js';
import { useBackend } from '../../../src/runtime/backends.js';

const memory = new WebAssembly.Memory({ initial: 4 });
const floats = () => new Float32Array(memory.buffer);
const [from, to] = [65536, 1024];
const untouched = 12345;

beforeAll(async () => {
  await useBackend('wasm');
});

/** The sums of the rows of A (rows, depth), run twice; what lies around stays. */
function run(A: readonly number[], rows: number, depth: number, transposed: boolean) {
  const at = (i: number) => (transposed ? A[(i % rows) * depth + Math.floor(i / rows)] : A[i]);
  floats().fill(untouched);
  floats().set(
    Float32Array.from(A, (_, i) => at(i)),
    from / 4,
  );
  const [sums] = assemble([sumsCode({ rows, depth, transposed }, from, to)], memory);
  sums();
  sums();
  expect([floats()[to / 4 - 1], floats()[to / 4 + rows]]).toEqual([untouched, untouched]);
  return floats().slice(to / 4, to / 4 + rows);
}

const random = new RandomState(1);
/** Numbers whose sum depends on the order in which they are added. */
const uneven = (n: number) =>
  Array.from({ length: n }, () => random.gauss() * 10 ** Math.floor(6 * random.rand(1)[0]));

test.each([false, true])("the bits of TensorFlow.js's kernel, transposed: %s", (transposed) => {
  for (const rows of [1, 2, 3, 4, 5, 8, 11]) {
    for (const depth of [1, 2, 3, 7, 400]) {
      const A = uneven(rows * depth);
      const expected = tf.tidy(() => tf.sum(tf.tensor2d(A, [rows, depth]), 1).dataSync());
      expect(run(A, rows, depth, transposed)).toEqual(expected);
    }
  }
});

test('each sum from its first term to its last, in float32', () => {
  const [rows, depth] = [5, 90];
  const A = uneven(rows * depth);
  const expected = Float32Array.from({ length: rows }, (_, i) => {
    const row = A.slice(i * depth, (i + 1) * depth);
    return row.reduce((sum, x) => Math.fround(sum + Math.fround(x)), 0);
  });
  const backwards = Float32Array.from({ length: rows }, (_, i) => {
    const row = A.slice(i * depth, (i + 1) * depth).reverse();
    return row.reduce((sum, x) => Math.fround(sum + Math.fround(x)), 0);
  });
  expect(run(A, rows, depth, false)).toEqual(expected);
  expect(backwards).not.toEqual(expected);
});

test('no number, no end, and both zeros', () => {
  const A = [
    Number.NaN,
    1,
    Number.POSITIVE_INFINITY,
    1,
    Number.POSITIVE_INFINITY,
    -Infinity,
    -0,
    -0,
  ];
  const expected = tf.tidy(() => tf.sum(tf.tensor2d(A, [4, 2]), 1).dataSync());
  for (const transposed of [false, true]) expect(run(A, 4, 2, transposed)).toEqual(expected);
});
