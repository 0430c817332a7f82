// Products on WebAssembly: the generated code of compiled steps, and TensorFlow.js's matMul, which packs
// the second matrix once, but each time where it is a transpose.

import * as tf from '@tensorflow/tfjs-core';
import { assemble } from '../../src/compiled/wasm/assembler.js';
import { productCode, scratchBytes } from '../../src/compiled/wasm/product.js';
import { RandomState } from '../../src/core/random.js';
import { useBackend } from '../../src/runtime/backends.js';
import { ratiosOf } from './ratios.js';
import { type Contestant, takeTurns } from './takeTurns.js';
import type { Measured, Workload } from './workload.js';

interface Shape {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** Small ones, those of the first layer of 784-128-64-10 in batches of 64, and large ones. */
const shapes: readonly (Shape & { readonly transposedB?: boolean })[] = [
  { rows: 4, depth: 2, columns: 400 },
  { rows: 20, depth: 7, columns: 209 },
  { rows: 128, depth: 64, columns: 64 },
  { rows: 128, depth: 784, columns: 64, transposedB: true },
  { rows: 128, depth: 64, columns: 784 },
  { rows: 512, depth: 512, columns: 512 },
  { rows: 20, depth: 12288, columns: 209 },
  { rows: 8, depth: 2048, columns: 512 },
];

const [ours, theirs] = ['generated code', 'tf.matMul'];

const repeated = (run: () => void): Contestant => ({
  run: async (iterations) => {
    for (let i = 0; i < iterations; i++) run();
  },
});

async function measureOne(shape: (typeof shapes)[number], rounds: number): Promise<Measured> {
  const { rows, depth, columns, transposedB = false } = shape;
  const random = new RandomState(1);
  const [A, B] = [rows * depth, depth * columns].map((n) => Float32Array.from(random.randn(n)));
  const [a, b] = [0, A.byteLength];
  const c = b + B.byteLength;
  const scratch = c + 4 * rows * columns;
  const product = { rows, depth, columns, transposedA: false, transposedB };
  const pages = Math.ceil((scratch + scratchBytes(product)) / 2 ** 16);
  const memory = new WebAssembly.Memory({ initial: pages });
  const numbers = new Float32Array(memory.buffer);
  numbers.set(A, a / 4);
  numbers.set(B, b / 4);
  const [run] = assemble([productCode(product, { a, b, c, scratch })], memory);
  const left = tf.tensor2d(A, [rows, depth]);
  const right = tf.tensor2d(B, transposedB ? [columns, depth] : [depth, columns]);
  const contestants = {
    [ours]: repeated(run),
    [theirs]: repeated(() =>
      tf.tidy(() => void tf.matMul(left, transposedB ? tf.transpose(right) : right)),
    ),
  };
  const timings = await takeTurns(contestants, rounds);
  tf.dispose([left, right]);
  const title = `WebAssembly: (${rows}, ${depth}) (${depth}, ${columns})${transposedB ? ', stored transposed' : ''}`;
  return {
    name: `product ${rows}x${depth}x${columns}`,
    title,
    timings,
  };
}

export const products: Workload = {
  measure: async ({ rounds }) => {
    await useBackend('wasm');
    const measured: Measured[] = [];
    for (const shape of shapes) measured.push(await measureOne(shape, rounds));
    return measured;
  },
  ratios: (measured) =>
    measured.flatMap(({ name, timings }) =>
      ratiosOf(name, [{ name: `${ours} / ${theirs}`, of: [ours], over: [theirs] }], timings),
    ),
};
