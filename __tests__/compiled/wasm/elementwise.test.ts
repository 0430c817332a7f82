import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { assemble } from '../../../src/compiled/wasm/assembler.js';
import {
  type Access,
  type Fused,
  fusedCode,
  fuses,
} from '../../../src/compiled/wasm/elementwise.js';
import { RandomState } from '../../../src/core/random.js';
import { useBackend } from '../../../src/runtime/backends.js';

const memory = new WebAssembly.Memory({ initial: 4 });
const floats = () => new Float32Array(memory.buffer);
const [to, ...from] = [1024, 65536, 98304, 131072, 163840];
const untouched = 12345;

/** What the loop leaves at `to`, run twice; what lies around stays. */
function run(fused: Fused, inputs: readonly ArrayLike<number>[]): Float32Array {
  floats().fill(untouched);
  for (const [i, input] of inputs.entries()) floats().set(input, from[i] / 4);
  const [loop] = assemble([fusedCode(fused, from, to)], memory);
  loop();
  loop();
  const size = fused.rows * fused.columns;
  expect([floats()[to / 4 - 1], floats()[to / 4 + size]]).toEqual([untouched, untouched]);
  return floats().slice(to / 4, to / 4 + size);
}

beforeAll(async () => {
  await useBackend('wasm');
});

/** Where kernels differ: what is no number, both zeros, the smallest and the largest, and some. */
const special = [
  Number.NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1,
  -1,
  1e-45,
  -1e-45,
  3.4e38,
  -3.4e38,
  1e-38,
  2 ** -23,
  -(2 ** -23),
  1.1920927e-7,
  1.1e-7,
];
const random = new RandomState(5);
const usual = Array.from({ length: 91 }, () => random.gauss() * 10);

describe("the bits of TensorFlow.js's kernel, wherever the loop ends", () => {
  const sizes = [1, 2, 3, 4, 5, 7, 8, 103];

  test.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['Abs', tf.abs],
    ['Neg', tf.neg],
    ['Sqrt', tf.sqrt],
    ['Square', tf.square],
    ['Reciprocal', tf.reciprocal],
    ['Rsqrt', tf.rsqrt],
    ['Relu', tf.relu],
    ['Sign', tf.sign],
  ])('%s', (kernel, theirs) => {
    const numbers = [...special, ...usual];
    for (const size of sizes) {
      for (let start = 0; start + size <= numbers.length; start += size) {
        const x = numbers.slice(start, start + size);
        const expected = tf.tidy(() => theirs(tf.tensor1d(x)).dataSync());
        const steps = [{ kernel, operands: [0] }];
        const fused: Fused = { rows: 1, columns: size, inputs: ['each'], steps };
        expect(run(fused, [x])).toEqual(expected);
      }
    }
  });

  const binary: [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor][] = [
    ['Add', tf.add],
    ['Sub', tf.sub],
    ['Multiply', tf.mul],
    ['RealDiv', tf.div],
    ['Maximum', tf.maximum],
    ['Minimum', tf.minimum],
    ['SquaredDifference', tf.squaredDifference],
  ];
  test.each(binary)('%s', (kernel, theirs) => {
    const numbers = [...special, ...usual.slice(0, 9)];
    const a = numbers.flatMap((x) => numbers.map(() => x));
    const b = numbers.flatMap(() => numbers);
    const steps = [{ kernel, operands: [0, 1] }];
    const fused: Fused = { rows: 1, columns: a.length, inputs: ['each', 'each'], steps };
    const expected = tf.tidy(() => theirs(tf.tensor1d(a), tf.tensor1d(b)).dataSync());
    expect(run(fused, [a, b])).toEqual(expected);
  });

  /** A tensor that is read so in a loop over (rows, columns). */
  const shapes: Record<Access, (rows: number, columns: number) => [number, number]> = {
    each: (rows, columns) => [rows, columns],
    scalar: () => [1, 1],
    column: (rows) => [rows, 1],
    row: (_, columns) => [1, columns],
  };
  test.each<[Access, Access]>([
    ['each', 'scalar'],
    ['scalar', 'each'],
    ['each', 'column'],
    ['row', 'each'],
    ['column', 'row'],
  ])('a tensor read as %s with one read as %s', (...inputs) => {
    for (const [rows, columns] of [
      [1, 1],
      [3, 1],
      [1, 6],
      [3, 4],
      [2, 11],
    ]) {
      const [a, b] = inputs.map((access) => {
        const shape = shapes[access](rows, columns);
        return { shape, data: Array.from({ length: shape[0] * shape[1] }, () => random.gauss()) };
      });
      const steps = [{ kernel: 'Sub', operands: [0, 1] }];
      const expected = tf.tidy(() =>
        tf.sub(tf.tensor(a.data, a.shape), tf.tensor(b.data, b.shape)).dataSync(),
      );
      expect(run({ rows, columns, inputs, steps }, [a.data, b.data])).toEqual(expected);
    }
  });
});

test('a step reads inputs and steps before it: the update of Adam', () => {
  const n = 37;
  const [W, m, v] = [1, 2, 3].map(() =>
    Float32Array.from({ length: n }, () => Math.abs(random.gauss())),
  );
  const rate = 0.01;
  const fused: Fused = {
    ...{ rows: 1, columns: n, inputs: ['each', 'each', 'each', 'scalar'] },
    steps: [
      { kernel: 'Sqrt', operands: [2] },
      { kernel: 'RealDiv', operands: [1, 4] },
      { kernel: 'Multiply', operands: [3, 5] },
      { kernel: 'Sub', operands: [0, 6] },
    ],
  };
  const { fround } = Math;
  const expected = W.map((w, i) => {
    const ratio = fround(m[i] / fround(Math.sqrt(v[i])));
    return fround(w - fround(fround(rate) * ratio));
  });
  expect(run(fused, [W, m, v, [rate]])).toEqual(expected);
});

test('only what IEEE 754 rounds is joined, and only with as many operands', () => {
  expect(
    ['Exp', 'Log', 'Tanh', 'Sigmoid', 'Pow', 'toString'].map((name) => fuses(name, 1)),
  ).toEqual(new Array(6).fill(false));
  expect([fuses('Add', 2), fuses('Add', 1), fuses('Sqrt', 1), fuses('Sqrt', 2)]).toEqual([
    ...[true, false, true, false],
  ]);
});
