import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, jest, test } from '@jest/globals';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { compile } from '../../../src/compiled/compile.js';
import type { NativeBackend } from '../../../src/compiled/native/backend.js';
import { paysUnderXla } from '../../../src/compiled/native/xla.js';
import type { Compiled, Step } from '../../../src/compiled/step.js';
import { pure } from '../../../src/core/pure.js';
import { matrix } from '../../../src/core/tensors.js';
import { useBackend } from '../../../src/runtime/backends.js';
import { withNative } from '../../support/backends.js';

const step = (op: string) => ({ op, attrs: [], inputs: [], outputs: [] });
const products = (count: number) => ({ operations: new Array(count).fill(step('MatMul')) });

test('XLA is for long runs of short steps, of operations that it is known to take', () => {
  const small = { product: 1e6, root: 0 };
  expect(paysUnderXla(products(10), small, 20_000)).toBe(true);
  expect(paysUnderXla(products(10), small, 19_999)).toBe(false);
  expect(paysUnderXla(products(10), { product: 2 ** 23 + 1, root: 0 }, 1e9)).toBe(false);
  expect(paysUnderXla(products(10), { product: 1e6, root: 2 ** 14 + 1 }, 1e9)).toBe(false);
  expect(paysUnderXla(products(601), small, 1e9)).toBe(false);
  expect(paysUnderXla({ operations: [step('Conv2D')] }, small, 1e9)).toBe(false);
});

const many = { steps: Number.POSITIVE_INFINITY };
const X = () => matrix(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]);
const Y = () => matrix(new Float32Array([0, 1, 0]), [1, 3]);

async function compiledOf(step: Step, W: Tensor2D, batchSize?: number): Promise<Compiled> {
  const compiled = await compile(pure(step), { W }, X(), Y(), { ...many, batchSize });
  if ('refused' in compiled) throw new Error(compiled.refused);
  return compiled;
}

withNative.test('an infinity goes through it, and what is not a number stays none', async () => {
  await useBackend('native');
  const W = matrix(new Float32Array([0.5]), [1, 1]);
  // 2W, and so on to infinity; then infinity - infinity
  const doubled = await compiledOf(({ W }) => ({ W: tf.mul(W, 2) }), W);
  expect(doubled.engine).toBe('xla');
  const infinite = doubled.run({ W }, 200).W as Tensor2D;
  expect([...infinite.dataSync()]).toEqual([Number.POSITIVE_INFINITY]);
  const chosen = await compiledOf(
    ({ W }) => ({ W: tf.where(tf.isNaN(tf.sub(W, W)), tf.mul(W, 0), tf.add(W, 1)) as Tensor2D }),
    W,
  );
  expect(chosen.engine).toBe('xla');
  expect([...chosen.run({ W }, 3).W.dataSync()]).toEqual([3.5]);
  expect([...chosen.run({ W: infinite }, 1).W.dataSync()]).toEqual([Number.NaN]);
});

withNative.test('batches in any number are one compilation', async () => {
  await useBackend('native');
  const W = matrix(new Float32Array([0]), [1, 1]);
  // W = 2W + ΣX of the batch: the order counts.
  const sum: Step = ({ W }, X) => ({ W: tf.add(tf.mul(W, 2), tf.sum(X)).reshape([1, 1]) });
  const compiled = await compiledOf(sum, W, 1);
  expect(compiled.engine).toBe('xla');
  const columns = [5, 7, 9];
  for (const count of [1, 3, 130, 257]) {
    const batches = Array.from({ length: count }, (_, i) => Int32Array.of((i * i) % 3));
    const expected = batches.reduce((W, [j]) => Math.fround(2 * W + columns[j]), 0);
    const [W1] = compiled.runBatches({ W }, batches).W.dataSync();
    expect(W1).toBe(count === 257 ? Number.POSITIVE_INFINITY : expected);
  }
});

withNative.test('what XLA refuses when it compiles runs as a graph', async () => {
  await useBackend('native');
  const W = matrix(new Float32Array([1]), [1, 1]);
  const backend = tf.backend() as NativeBackend;
  const refusal = jest.spyOn(backend, 'runSavedModel').mockImplementationOnce(() => {
    throw new Error('XLA has no kernel for it.');
  });
  const compiled = await compiledOf(({ W }) => ({ W: tf.mul(W, 3) }), W);
  expect(refusal.mock.calls.length).toBeGreaterThan(1);
  refusal.mockRestore();
  expect(compiled.engine).toBe('native');
  expect([...compiled.run({ W }, 4).W.dataSync()]).toEqual([81]);
});

withNative.test('what XLA logs of itself does not reach the terminal', async () => {
  const code = `
    const tf = await import('@tensorflow/tfjs-core');
    const { useBackend } = await import('./src/runtime/backends.ts');
    const { compile } = await import('./src/compiled/compile.ts');
    const { pure } = await import('./src/core/pure.ts');
    await useBackend('native');
    const W = tf.ones([2, 3]);
    const compiled = await compile(pure(({ W }) => ({ W: tf.add(W, 1) })), { W }, W, W, { steps: 1e6 });
    compiled.run({ W }, 2);
    console.log(compiled.engine, process.env.XLA_FLAGS);`;
  const { TF_CPP_MIN_LOG_LEVEL, XLA_FLAGS, TF_ENABLE_ONEDNN_OPTS, ...env } = process.env;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', code],
    { cwd: fileURLToPath(new URL('../../..', import.meta.url)), env },
  );
  expect(stderr).toBe('');
  // The tests run with the flags that everyone has.
  expect(stdout).toBe(`xla ${XLA_FLAGS}\n`);
});
