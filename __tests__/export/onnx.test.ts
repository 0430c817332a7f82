import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web/wasm';
import { ModelError } from '../../src/core/errors.js';
import { sizeOf } from '../../src/core/layer.js';
import { forward } from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import { disposeReplaced, tensor } from '../../src/core/tensors.js';
import { onnx } from '../../src/export/formats/onnx.js';
import { fieldsOf } from '../../src/export/onnx/fields.js';
import { type Attribute, OnnxGraph } from '../../src/export/onnx/graph.js';
import { onnxBytes } from '../../src/export/onnx/proto.js';
import { message } from '../../src/protobuf.js';
import { anyBackend } from '../support/backends.js';
import { drawnFor, everyLayer, samplesOf } from '../support/everyLayer.js';
import { expectFlatMemory } from '../support/memory.js';

/*
 * Graphs as PyTorch and tf2onnx write them: what ONNX Runtime gives for them, handgrad gives too.
 */

ort.env.wasm.numThreads = 1; // more are threads that jest would wait for
beforeAll(anyBackend);

async function run(bytes: Uint8Array, values: Float32Array, shape: readonly number[]) {
  const session = await ort.InferenceSession.create(bytes);
  const X = new ort.Tensor('float32', values, [...shape]);
  const output = (await session.run({ X }))[session.outputNames[0]];
  await session.release();
  return output.data as Float32Array;
}

/** A graph while it is drawn, with random weights. */
class Drawn extends OnnxGraph {
  private readonly random = new RandomState(9);

  random32(name: string, ...shape: number[]): string {
    const values = Float32Array.from(this.random.randn(sizeOf(shape)), (value) => value / 3);
    return this.weight(name, shape, values);
  }

  positive(name: string, n: number): string {
    return this.weight(
      name,
      [n],
      Float32Array.from(this.random.rand(n), (value) => value + 0.5),
    );
  }

  op(
    name: string,
    inputs: string[],
    attributes: Record<string, Attribute> = {},
    outputs = 1,
  ): string {
    return this.node(name, inputs, { attributes, outputs });
  }

  bytes(last: string, input: number[], output: number[], opset = 13): Uint8Array {
    const { nodes, tensors } = this.used(last);
    return onnxBytes({
      ...{ nodes, tensors, opset: Math.max(opset, this.opset), metadata: {}, doc: ['', ''] },
      input: { name: 'X', sample: input },
      output: { name: last, sample: output },
    });
  }
}

const ints = (...list: number[]) => ({ ints: list });

/** Channels first, (m, n_C, n_H, n_W), as (m, n_H, n_W, n_C). */
const toHere = (X: tf.Tensor) => tf.transpose(X, [0, 2, 3, 1]);

interface Foreign {
  readonly name: string;
  readonly input: number[];
  readonly output: number[];
  draw(g: Drawn): string;
  readonly kinds: string[];
  readonly note?: RegExp;
  /** X as the network takes it. */
  here(X: tf.Tensor): tf.Tensor;
}

const cases: Foreign[] = [
  {
    name: "PyTorch's LeNet: pads of one, Flatten of channels first",
    ...{ input: [3, 8, 10], output: [4], note: /channels first; here it is \(m, 8, 10, 3\)/ },
    draw: (g) => {
      const one = g.op('Conv', ['X', g.random32('a.w', 6, 3, 3, 3), g.random32('a.b', 6)], { pads: ints(1, 1, 1, 1), kernel_shape: ints(3, 3) });
      const pooled = g.op('MaxPool', [g.op('Relu', [one])], { kernel_shape: ints(2, 2), strides: ints(2, 2) });
      const norm = g.op('BatchNormalization', [pooled, g.random32('g', 6), g.random32('be', 6), g.random32('mu', 6), g.positive('va', 6)]);
      const two = g.op('Conv', [norm, g.random32('c.w', 5, 6, 3, 3), g.random32('c.b', 5)], { pads: ints(1, 1, 1, 1), strides: ints(2, 2) });
      const flat = g.op('Flatten', [g.op('Tanh', [two])]);
      const hidden = g.op('Relu', [g.op('Gemm', [flat, g.random32('f.w', 7, 30), g.random32('f.b', 7)], { transB: { i: 1 } })]);
      return g.op('Softmax', [g.op('Gemm', [hidden, g.random32('h.w', 4, 7), g.random32('h.b', 4)], { transB: { i: 1 } })], { axis: { i: 1 } });
    },
    kinds: ['conv2d', 'maxPool2d', 'batchNorm', 'zeroPadding2d', 'conv2d', 'flatten', 'dense', 'dense'],
    here: toHere,
  },
  {
    name: 'a residual block, a depthwise convolution and a global mean',
    ...{ input: [4, 5, 6], output: [2], note: /channels first/ },
    draw: (g) => {
      const a = g.op('Conv', ['X', g.random32('a', 4, 4, 1, 1)]);
      const b = g.op('Conv', [g.op('Relu', [a]), g.random32('b', 4, 1, 3, 3), g.random32('bb', 4)], { group: { i: 4 }, pads: ints(1, 1, 1, 1) });
      const sum = g.op('Relu', [g.op('Add', [b, a])]);
      const stem = g.op('MaxPool', [sum], { kernel_shape: ints(3, 3), strides: ints(2, 2), pads: ints(1, 1, 1, 1) });
      const mean = g.op('Reshape', [g.op('GlobalAveragePool', [stem]), g.ints([-1, 4])]);
      return g.op('Add', [g.op('MatMul', [mean, g.random32('w', 4, 2)]), g.random32('wb', 2)]);
    },
    kinds: ['conv2d', 'residual', 'relu', 'zeroPadding2d', 'maxPool2d', 'globalAveragePool2d', 'dense'],
    here: toHere,
  },
  {
    name: "tf2onnx's: transposed to channels first and back, bytes rescaled",
    ...{ input: [6, 8, 2], output: [3] },
    draw: (g) => {
      const scaled = g.op('Mul', ['X', g.scalar('s', 1 / 255)]);
      const first = g.op('Transpose', [scaled], { perm: ints(0, 3, 1, 2) });
      const conv = g.op('Conv', [first, g.random32('w', 5, 2, 3, 3)], { auto_pad: { s: 'SAME_UPPER' }, strides: ints(2, 2) });
      const mean = g.op('AveragePool', [g.op('LeakyRelu', [conv], { alpha: { f: 0.2 } })], { kernel_shape: ints(2, 2) });
      const last = g.op('Transpose', [mean], { perm: ints(0, 2, 3, 1) });
      const flat = g.op('Reshape', [last, g.ints([-1, 30])]);
      return g.op('Sigmoid', [g.op('Gemm', [flat, g.random32('d', 30, 3)])]);
    },
    kinds: ['rescaling', 'conv2d', 'averagePool2d', 'flatten', 'dense'],
    here: (X) => X,
  },
  {
    name: "PyTorch's LSTM, batch first, of which the last step is taken",
    ...{ input: [5, 3], output: [2] },
    draw: (g) => {
      const time = g.op('Transpose', ['X'], { perm: ints(1, 0, 2) });
      const cell = [g.random32('W', 1, 16, 3), g.random32('R', 1, 16, 4), g.random32('B', 1, 32)];
      const zeros = [4, 4].map((u, i) => g.weight(`zero${i}`, [1, 3, u], new Float32Array(3 * u)));
      const all = g.op('LSTM', [time, ...cell, '', ...zeros], { hidden_size: { i: 4 } });
      const back = g.op('Transpose', [g.op('Squeeze', [all, g.ints([1])])], { perm: ints(1, 0, 2) });
      const at = g.weight('last', [], Float32Array.of(4));
      const last = g.node('Gather', [back, g.op('Cast', [at], { to: { i: 7 } })], { attributes: { axis: { i: 1 } } });
      return g.op('Gemm', [last, g.random32('w', 2, 4), g.random32('b', 2)], { transB: { i: 1 } });
    },
    kinds: ['lstm', 'dense'],
    here: (X) => X,
  },
  {
    name: 'a GRU with its reset after the product, and silu by hand',
    ...{ input: [4, 3], output: [4, 2] },
    draw: (g) => {
      const time = g.op('Transpose', ['X'], { perm: ints(1, 0, 2) });
      const all = g.op('GRU', [time, g.random32('W', 1, 6, 3), g.random32('R', 1, 6, 2), g.random32('B', 1, 12)], { hidden_size: { i: 2 }, linear_before_reset: { i: 1 } });
      const back = g.op('Transpose', [g.op('Squeeze', [all, g.ints([1])])], { perm: ints(1, 0, 2) });
      const dense = g.op('Add', [g.op('MatMul', [back, g.random32('d', 2, 2)]), g.random32('db', 2)]);
      return g.op('Mul', [dense, g.op('Sigmoid', [dense])]);
    },
    kinds: ['gru', 'dense'],
    here: (X) => X,
  },
]; // biome-ignore format: a node a line

describe('a graph from elsewhere gives what ONNX Runtime gives for it', () => {
  test.each(cases)('$name', async ({ draw, input, output, kinds, note, here }) => {
    const g = new Drawn();
    const bytes = g.bytes(draw(g), input, output);
    const m = 3;
    const values = Float32Array.from(new RandomState(3).randn(m * sizeOf(input)));
    const theirs = await run(bytes, values, [m, ...input]);
    await expectFlatMemory(() => {
      const loaded = onnx.decode(bytes, {}, 'm.onnx');
      expect(loaded.network.layers.map(({ kind }) => kind)).toEqual(kinds);
      if (note) expect(loaded.note).toMatch(note);
      else expect(loaded.note).toBeUndefined();
      tf.tidy(() => {
        const X = here(tensor(values, [m, ...input]));
        const { AL } = forward(loaded.network, loaded.params, X);
        const own = (AL.rank === 2 ? tf.transpose(AL) : AL).dataSync();
        expect(Math.max(...own.map((a, i) => Math.abs(a - theirs[i])))).toBeLessThanOrEqual(1e-5);
      });
      disposeReplaced(loaded.params, {});
    });
  });
});

/** Compositions that ONNX has no operator for; handgrad reads its own by what stands beside them. */
const composed = ['rmsNorm and groupNorm', 'groupNorm of pictures', 'selfAttention'];
const single = everyLayer.filter(
  ({ in: known, name }) => known.includes('onnx') && !composed.includes(name),
);

describe('a file that says nothing of handgrad is read by its nodes', () => {
  test.each(single)('$name', async ({ network }) => {
    const params = drawnFor(network);
    const whole = fieldsOf(await onnx.encode({ network, params }));
    const bare = message({ 1: 8, 7: whole.all(7), 8: whole.all(8) });
    const loaded = onnx.decode(bare, {}, 'm.onnx');
    const { X } = samplesOf(network);
    const [a, b] = [forward(loaded.network, loaded.params, X).AL, forward(network, params, X).AL];
    expect(a.shape).toEqual(b.shape);
    expect(tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]).toBeLessThanOrEqual(1e-5);
  });
});

describe('what handgrad does not have is a ModelError that names the node, and leaves no tensor', () => {
  const picture = [2, 6, 6];
  test.each<[string, number[], (g: Drawn) => string, RegExp]>([
    ['an operator', [4], (g) => g.op('Selu', ['X']), /^Node selu, a Selu, is no layer that handgrad has\. It reads .*Relu/],
    ['groups', [4, 6, 6], (g) => g.op('Conv', ['X', g.random32('w', 4, 2, 3, 3)], { group: { i: 2 } }), /has dilations 1,1 and 2 groups/],
    ['dilations', picture, (g) => g.op('Conv', ['X', g.random32('w', 4, 2, 3, 3)], { dilations: ints(2, 2) }), /has dilations 2,2/],
    ['pads around a maximum of any number', picture, (g) => g.op('MaxPool', ['X'], { kernel_shape: ints(2, 2), pads: ints(1, 1, 1, 1) }), /pads that are neither valid nor same/],
    ['a product with a row', [4], (g) => g.op('Mul', ['X', g.random32('w', 4)]), /multiplies by more than one number/],
    ['two values multiplied', [4], (g) => g.op('Mul', [g.op('Relu', ['X']), g.op('Tanh', ['X'])]), /takes two values; handgrad adds two up/],
    ['features first at the end', picture, (g) => g.op('Conv', ['X', g.random32('w', 4, 2, 3, 3)]), /Put a Transpose at its end/],
    ['a part of a value', [5, 3], (g) => g.op('Slice', ['X', g.ints([0]), g.ints([2]), g.ints([1])]), /a Slice, is no layer/],
    ['a direction back', [5, 3], (g) => g.op('LSTM', [g.op('Transpose', ['X'], { perm: ints(1, 0, 2) }), g.random32('W', 1, 4, 3), g.random32('R', 1, 4, 1)], { direction: { s: 'reverse' } }), /has a direction/],
    ['sizes that do not fit', [4], (g) => g.op('Gemm', ['X', g.random32('w', 3, 5)], { transB: { i: 1 } }), /\S/],
  ])('%s', async (_, input, draw, message) => {
    const g = new Drawn();
    const bytes = g.bytes(draw(g), input, [1]);
    await expectFlatMemory(() => {
      expect(() => onnx.decode(bytes, {}, 'm.onnx')).toThrow(ModelError);
      expect(() => onnx.decode(bytes, {}, 'm.onnx')).toThrow(message);
    });
  }); // biome-ignore format: a case each
});
