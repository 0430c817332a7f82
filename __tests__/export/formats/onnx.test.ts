import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as ort from 'onnxruntime-web/wasm';
import protobuf from 'protobufjs';
import { cases, tensorsOf } from '../../../scripts/verify-exports/cases.js';
import { leakyRelu, softmax } from '../../../src/core/activations.js';
import { onnx } from '../../../src/export/formats/onnx.js';
import { loadModel } from '../../../src/export/modelFolder.js';
import { anyBackend } from '../../support/backends.js';
import { build, toRows, transpose } from '../../support/matrices.js';
import { expectFlatMemory } from '../../support/memory.js';
import { drawn } from '../../support/storedNetworks.js';

ort.env.wasm.numThreads = 1; // more are threads that jest would wait for
const all = await cases();
beforeAll(anyBackend);

const proto = new URL('../../../src/export/formats/onnx.proto', import.meta.url);

test('onnx.proto is the file of the PyPI package onnx 1.23.2', () => {
  const sha256 = createHash('sha256').update(readFileSync(proto)).digest('hex');
  expect(sha256).toBe('547214dd049486a4d5ecbae593e9c72d90b5e8d603944b722eff469e0b5a9cc9');
});

/** A matrix's values row by row, as a matrix. */
const rowsOf = (values: ArrayLike<number>, columns: number) =>
  build(values.length / columns, columns, (i, j) => values[i * columns + j]);

async function run(bytes: Uint8Array, X: number[][]) {
  const session = await ort.InferenceSession.create(bytes);
  const input = new ort.Tensor('float32', Float32Array.from(X.flat()), [X.length, X[0].length]);
  const output = (await session.run({ X: input }))[session.outputNames[0]];
  await session.release();
  return rowsOf(output.data as Float32Array, output.dims[1]); // (m, n_y)
}

describe('ONNX Runtime gives the same probabilities, on 100 random inputs', () => {
  test.each(all)('$name', async ({ network, weights, m, X, AL }) => {
    await anyBackend();
    const bytes = await onnx.encode({ network, params: tensorsOf(weights) });
    const theirs = transpose(await run(bytes, transpose(rowsOf(X, m)))); // (n_y, m)
    const own = rowsOf(AL, m); // (n_y, m)
    expect([theirs.length, theirs[0].length]).toEqual([own.length, m]);
    const apart = Math.max(
      ...theirs.flatMap((row, i) => row.map((a, j) => Math.abs(a - own[i][j]))),
    );
    expect(apart).toBeLessThanOrEqual(1e-5);
  });
});

test('one sample goes through as well as a hundred', async () => {
  const bytes = await onnx.encode(drawn());
  const X = build(3, 5, (i, j) => i - j / 2);
  const together = await run(bytes, X);
  for (const [i, sample] of X.entries()) {
    const [alone] = await run(bytes, [sample]);
    alone.forEach((a, j) => {
      expect(a).toBeCloseTo(together[i][j], 6);
    });
  }
});

/** The message as protobufjs reads it, by the official names. */
async function message(bytes: Uint8Array) {
  const { root } = protobuf.parse(readFileSync(proto, 'utf8'), { keepCase: true });
  const ModelProto = root.lookupType('onnx.ModelProto');
  return ModelProto.toObject(ModelProto.decode(bytes), { longs: Number, enums: String });
}

test('the graph is a chain of Gemm and activation, W and b in it as they are', async () => {
  const { network, params } = drawn(leakyRelu, softmax);
  const { graph, ...model } = await message(await onnx.encode({ network, params }));
  expect(model).toMatchObject({
    ir_version: 8,
    opset_import: [{ version: 13 }],
    producer_name: 'handgrad',
  });
  const nodes = graph.node.map((node: Record<string, unknown>) => [
    ...[node.op_type, node.input, node.output],
    (node.attribute as Record<string, unknown>[] | undefined)?.map(({ name, f, i, type }) => [
      ...[name, type, f ?? i],
    ]),
  ]);
  expect(nodes).toEqual([
    ['Gemm', ['X', 'W1', 'b1'], ['Z1'], [['transB', 'INT', 1]]],
    ['LeakyRelu', ['Z1'], ['A1'], [['alpha', 'FLOAT', Math.fround(0.01)]]],
    ['Gemm', ['A1', 'W2', 'b2'], ['Z2'], [['transB', 'INT', 1]]],
    ['Softmax', ['Z2'], ['A2'], [['axis', 'INT', 1]]],
  ]);
  const initializers = graph.initializer.map(
    ({ name, dims, raw_data }: { name: string; dims: number[]; raw_data: Buffer }) => [
      ...[name, dims],
      [...new Float32Array(Uint8Array.from(raw_data).buffer)],
    ],
  );
  expect(initializers).toEqual([
    ['W1', [4, 5], toRows(params.W1).flat()],
    ['b1', [4], toRows(params.b1).flat()],
    ['W2', [3, 4], toRows(params.W2).flat()],
    ['b2', [3], toRows(params.b2).flat()],
  ]);
});

test('the card tells its name and the names of the classes', async () => {
  const cat = await loadModel(new URL('../../../models/cat', import.meta.url).href);
  const { doc_string, metadata_props } = await message(
    await expectFlatMemory(() => onnx.encode(cat)),
  );
  expect(doc_string).toBe(cat.card!.name);
  expect(metadata_props).toContainEqual({ key: 'class_names', value: '["non-cat","cat"]' });
});
