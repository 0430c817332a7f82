import { beforeAll, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { WasmEngine } from '../../../src/compiled/wasm/engine.js';
import { signatures } from '../../../src/compiled/wasm/kernels.js';
import { tensor } from '../../../src/core/tensors.js';
import { useBackend } from '../../../src/runtime/backends.js';

beforeAll(() => useBackend('wasm'));

type T = Tensor;
const float = (A: T) => tf.cast(A, 'float32');
const int = (A: T) => tf.cast(A, 'int32') as tf.Tensor1D;
const as4D = (A: T) => tf.reshape<tf.Rank.R4>(A, [1, 2, 3, 1]);
const whole = (A: T) => tf.mul(tf.ones([2, 3]), A);
/** Ids 0 to 5, which change with the values. */
const ids = (A: T) => int(tf.clipByValue(tf.abs(tf.mul(3, A)), 0, 5));

/** What reaches the C function of that name, with (2, 3) of A, and of B between 0.1 and 0.9. */
const uses: Readonly<Record<string, (A: T, B: T) => T>> = {
  Elu: tf.elu,
  Sign: tf.sign,
  IsFinite: (A) => float(tf.isFinite(A)),
  IsInf: (A) => float(tf.isInf(A)),
  IsNan: (A) => float(tf.isNaN(A)),
  LogicalNot: (A) => float(tf.logicalNot(tf.greater(A, 0))),
  LeakyRelu: (A) => tf.leakyRelu(A, 0.3),
  ClipByValue: (A) => tf.clipByValue(A, -0.5, 0.5),
  Acosh: (_, B) => tf.acosh(tf.add(1, B)),
  LogicalAnd: (A, B) => float(tf.logicalAnd(tf.greater(A, 0), tf.greater(B, 0.5))),
  LogicalOr: (A, B) => float(tf.logicalOr(tf.greater(A, 0), tf.greater(B, 0.5))),
  RealDiv: tf.div,
  Multiply: tf.mul,
  Pow: (A, B) => tf.pow(B, A),
  FloorDiv: tf.floorDiv,
  Sum: (A) => whole(tf.sum(A, 1, true)),
  Max: (A) => whole(tf.max(A, 1, true)),
  Min: (A) => whole(tf.min(A, 1, true)),
  Mean: (A) => whole(tf.mean(A, 1, true)),
  Prod: (A) => whole(tf.prod(A, 1, true)),
  Any: (A) => whole(float(tf.any(tf.greater(A, 0), 1, true))),
  All: (A) => whole(float(tf.all(tf.greater(A, -0.5), 1, true))),
  BatchMatMul: (A, B) => tf.matMul(tf.matMul(A, B, false, true), A),
  Conv2D: (A, B) => tf.reshape(tf.conv2d(as4D(A), filter(B), 1, 'same'), [2, 3]),
  DepthwiseConv2dNative: (A, B) =>
    tf.reshape(tf.depthwiseConv2d(as4D(A), filter(B), 1, 'same'), [2, 3]),
  MaxPool: (A) => tf.reshape(tf.maxPool(as4D(A), 2, 1, 'same'), [2, 3]),
  AvgPool: (A) => tf.reshape(tf.avgPool(as4D(A), 2, 1, 'same'), [2, 3]),
  Reverse: (A) => tf.reverse(A, 1),
  PadV2: (A) =>
    whole(
      tf.pad(tf.sum(A, 1, true), [
        [0, 0],
        [1, 1],
      ]),
    ),
  Tile: (A) => tf.tile(tf.sum(A, 1, true), [1, 3]),
  OneHot: (A) => float(tf.oneHot(int(tf.clipByValue(tf.sum(ids(A), 1), 0, 2)), 3)),
  Cumsum: (A) => tf.cumsum(A, 1),
  Cumprod: (A) => tf.cumprod(A, 1),
  AddN: (A, B) => tf.addN([A, B, A]),
  Transpose: (A) => tf.reshape(tf.transpose(A), [2, 3]),
  SelectV2: (A, B) => tf.where(tf.greater(A, 0), A, B),
  Softmax: (A) => tf.softmax(A),
  Gather: (A) =>
    tf.gather(tf.gather(A, tf.tensor1d([1, 0], 'int32')), tf.tensor1d([2, 0, 1], 'int32'), 1),
  GatherNd: (A, B) => tf.gatherND(tf.reshape(B, [6]), tf.reshape(ids(A), [2, 3, 1])),
  ScatterNd: (A, B) =>
    tf.reshape(tf.scatterND(tf.reshape(ids(A), [6, 1]), tf.reshape(B, [6]), [6]), [2, 3]),
};
const filter = (B: T) => tf.reshape<tf.Rank.R4>(B, [2, 3, 1, 1]);

/** The operation whose name is the kernel's. */
function named(kernel: string): (A: T, B: T) => T {
  const name = kernel[0].toLowerCase() + kernel.slice(1);
  const op = (tf as unknown as Record<string, (...args: T[]) => T>)[name];
  const takesTwo = signatures.get(kernel)!.reads.length === 2;
  const needs = /Acos|Asin|Atanh|Log|Sqrt|Reciprocal|Mod/.test(kernel); // numbers above 0
  return (A, B) => float(takesTwo ? op(A, B) : op(needs ? B : A));
}

test.each([...signatures.keys()])('%s is replayed with other values, to the bit', (kernel) => {
  const called = new Set<string>();
  const use = uses[kernel] ?? named(kernel);
  const { wasm } = tf.backend() as unknown as {
    wasm: Record<string, (...args: unknown[]) => unknown>;
  };
  const original = wasm.cwrap;
  const step = ({ A, B }: Readonly<Record<string, T>>) => ({
    // Back into (-1, 1), so that it can be done again.
    A: tf.sub(tf.sigmoid(use(A, B)), 0.4),
    B: tf.add(0.1, tf.mul(0.8, tf.sigmoid(tf.sub(B, A)))),
  });
  const values = {
    A: tensor([-0.9, 0.3, 0.8, 0.55, -0.2, -0.4], [2, 3]),
    B: tensor([0.2, 0.8, 0.45, 0.3, 0.6, 0.7], [2, 3]),
  };
  const samples = {
    X: tf.zeros([1, 1]),
    Y: tf.zeros([1, 1]),
    axes: { X: 1, Y: 1 },
    noise: {},
  } as const;
  // Notes which C functions recording sees.
  wasm.cwrap = (name, ...rest) => {
    const call = original.call(wasm, name, ...rest) as (...args: unknown[]) => unknown;
    return (...args: unknown[]) => {
      called.add(name as string);
      return call(...args);
    };
  };
  let engine: WasmEngine;
  let replayed: Readonly<Record<string, T>>;
  try {
    engine = new WasmEngine(step, values, samples);
    replayed = engine.run(values, 3);
  } finally {
    wasm.cwrap = original;
  }
  expect([...called]).toContain(kernel);
  const plain = step(step(step(values)));
  for (const name of ['A', 'B']) {
    expect([...replayed[name].dataSync()]).toEqual([...plain[name as 'A'].dataSync()]);
  }
  engine.dispose();
});
