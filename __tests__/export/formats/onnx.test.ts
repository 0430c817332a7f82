import { beforeAll, describe, expect, test } from '@jest/globals';
import * as ort from 'onnxruntime-web/wasm';
import { cases, tensorsOf } from '../../../scripts/verify-exports/cases.js';
import { leakyRelu, softmax } from '../../../src/core/activations.js';
import { dense } from '../../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../../src/core/losses.js';
import { network } from '../../../src/core/network.js';
import type { Card } from '../../../src/export/card.js';
import { onnx } from '../../../src/export/formats/onnx.js';
import { version } from '../../../src/version.js';
import { anyBackend } from '../../support/backends.js';
import { build, toTensor, transpose } from '../../support/matrices.js';
import { expectFlatMemory } from '../../support/memory.js';
import { drawn, golden, goldenParams } from '../../support/storedNetworks.js';

ort.env.wasm.numThreads = 1; // more are threads that jest would wait for
const all = await cases();
beforeAll(anyBackend);

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

/** What scripts/goldens/exports.py makes of the same network with Python's onnx, in this version. */
const expected = () =>
  Buffer.from(
    Buffer.from(golden('leaky-relu-softmax.onnx'))
      .toString('latin1')
      .replace('\x1a\x07VERSION', `\x1a${String.fromCharCode(version.length)}${version}`),
    'latin1',
  );

test('the bytes are those that the onnx package itself writes', async () => {
  const model = {
    network: network({
      nX: 3,
      layers: [dense(4, leakyRelu), dense(2, softmax)],
      loss: categoricalCrossEntropy,
      l2: 0.25,
    }),
    params: Object.fromEntries(
      Object.entries(goldenParams).map(([name, rows]) => [name, toTensor(rows)]),
    ),
    card: { name: 'A small one.', classNames: ['dog', 'cat'] } as unknown as Card,
  };
  const bytes = await expectFlatMemory(() => onnx.encode(model));
  expect(Buffer.from(bytes).toString('hex')).toBe(expected().toString('hex'));
});
